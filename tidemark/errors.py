"""The client's errors. Each message says what happened, which input caused it, and what to do.

Belongs here: error classes. Does not belong here: anything else.
"""


class TidemarkError(Exception):
    """The base of all errors that the client raises."""


class CannotOpenError(TidemarkError):
    """The warehouse cannot be opened."""


class UnknownNameError(TidemarkError):
    """A country, series or symbol that the warehouse does not have. The message lists near matches."""


class MissingTableError(TidemarkError):
    """This snapshot was built by a version of Tidemark that does not have the table."""


class ScenarioError(TidemarkError):
    """A scenario that cannot be computed: an amount, a holder or the debt is wrong or missing."""
