"""Reads the parameters of an address.

Belongs here: the rule that an address with an unknown parameter is not the document that we know: the parameter may
filter or change its figures. Does not belong here: the parameters of a publisher.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from urllib.parse import parse_qsl


def parameters_of(query: str, known: AbstractSet[str]) -> dict[str, str] | None:
    """The parameters of a query, also blank ones; None if one is unknown or repeated."""
    pairs = parse_qsl(query, keep_blank_values=True)
    parameters = dict(pairs)
    return parameters if len(parameters) == len(pairs) and parameters.keys() <= known else None
