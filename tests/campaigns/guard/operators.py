"""What an operator is: a small, deterministic change of one or more documents, and what must become of it.

Belongs here: the type, the registry, and changes that fit any text. Does not belong here: the layout of one publisher's
files; each has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Documents = Mapping[str, bytes]
"""Bodies by `<source>/<dataset>`."""
Change = Callable[[bytes], bytes]

BLOCKED = "blocked"
REFUSED = "refused"
QUARANTINED = "quarantined"
REPORTED = "reported"
HARMLESS = "harmless"
STRICTNESS = (HARMLESS, REPORTED, QUARANTINED, REFUSED, BLOCKED)
"""From loading to stopping the load. A stricter result than required also counts as rejected."""


@dataclass(frozen=True)
class Arrival:
    """What there is to make a mutant of.

    Attributes:
        now: the documents that arrive, unchanged.
        before: the edition of each that came before, where there is one.
    """

    now: Documents
    before: Documents


@dataclass(frozen=True)
class Operator:
    """One kind of change.

    Attributes:
        name: `<document>_<change>`.
        says: its description, a sentence.
        touches: the documents that it changes.
        must_onto: the required result on top of a last good warehouse; None if it cannot happen.
        must_first: the same for the first load into an empty home.
        mutate: gives the changed documents.
        adds: an SQL condition on raw rows that are new, and right; for harmless changes that add something.
    """

    name: str
    says: str
    touches: tuple[str, ...]
    must_onto: str | None
    must_first: str | None
    mutate: Callable[[Arrival], dict[str, bytes]]
    adds: str | None = None

    def must(self, situation: str) -> str | None:
        """The label for `onto` or `first`."""
        return self.must_onto if situation == "onto" else self.must_first

    def apply(self, arrival: Arrival) -> dict[str, bytes]:
        """Make the mutant.

        Raises:
            AssertionError: nothing was changed; the operator no longer fits its document.
        """
        mutants = self.mutate(arrival)
        assert set(mutants) <= set(self.touches), f"{self.name} changes more than it says"
        changed = [key for key, body in mutants.items() if body != arrival.now[key]]
        assert changed, f"{self.name} changed nothing"
        return mutants


REGISTRY: dict[str, Operator] = {}

SAME = "the same in both situations"


def register(operator: Operator) -> None:
    """Add an operator to the campaign."""
    assert operator.name not in REGISTRY, f"two operators are called {operator.name}"
    REGISTRY[operator.name] = operator


def on(
    document: str, name: str, says: str, must: str, *, first: str | None = SAME, adds: str | None = None
) -> Callable[[Change], Change]:
    """Register a change of one document.

    Args:
        document: `<source>/<dataset>`.
        name: of the operator.
        says: what it does.
        must: what must become of it.
        first: what must become of it in a first load, if that is something else; None where it cannot happen.
        adds: as in `Operator`.
    """

    def decorate(change: Change) -> Change:
        def mutate(arrival: Arrival) -> dict[str, bytes]:
            return {document: change(arrival.now[document])}

        register(Operator(name, says, (document,), must, must if first == SAME else first, mutate, adds))
        return change

    return decorate


def across(
    documents: tuple[str, ...], name: str, says: str, must: str | None, *, first: str | None = SAME
) -> Callable[[Callable[[Arrival], dict[str, bytes]]], Callable[[Arrival], dict[str, bytes]]]:
    """Register a change that needs to see several documents, or the edition before."""

    def decorate(mutate: Callable[[Arrival], dict[str, bytes]]) -> Callable[[Arrival], dict[str, bytes]]:
        register(Operator(name, says, documents, must, must if first == SAME else first, mutate))
        return mutate

    return decorate


HTML = (
    b"<!DOCTYPE html>\n<html><head><title>Page not found</title></head>\n<body><h1>We are sorry</h1>\n"
    b"<p>The requested page could not be found.</p></body></html>\n"
)


def cut_in_line(body: bytes, share: float = 0.6) -> bytes:
    """The first part of a text, cut in the middle of a line."""
    at = int(len(body) * share)
    end = body.index(b"\n", at)
    start = body.rindex(b"\n", 0, at) + 1
    return body[: (start + end) // 2]


def to_utf16(body: bytes) -> bytes:
    """The text saved by a spreadsheet."""
    return body.decode("utf-8").encode("utf-16")


def unix_lines(body: bytes) -> bytes:
    r"""Line ends \n."""
    return body.replace(b"\r\n", b"\n")


def dos_lines(body: bytes) -> bytes:
    r"""Line ends \r\n."""
    return unix_lines(body).replace(b"\n", b"\r\n")
