"""Builds pieces of SQL text that several modules use.

Belongs here: quoting, and conditions over lists of columns. Does not belong here: whole queries.
"""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """A text as a string literal, with any content escaped."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a list of DuckDB."""
    return "[" + ", ".join(map(literal, texts)) + "]::varchar[]"


def equal(left: str, right: str, names: Iterable[str]) -> str:
    """The condition that two relations agree in these columns."""
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in names)
