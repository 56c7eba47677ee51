"""Who a row is about: the names and codes of countries, territories and totals in all TIC files.

Belongs here: what a name is called by code, and whether a name and a code belong together.
Does not belong here: the list itself (the seeds `countries` and `country_names`), and the layout of a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import pandas as pd

from orchestration.sources.tic.document import Document, Problems, excerpt
from orchestration.tables.seeds import read_seed

GRAND_TOTAL = "99996"
OFFICIAL = "99990"
NON_OFFICIAL = "99991"

OFFICIAL_PARTS = {
    "for. official": "total",
    "treasury bills": "bills",
    "t-bonds & notes": "long_term",
    "of which: foreign official": "total",
    "of which: foreign official treasury bills": "bills",
    "of which: foreign official t-bonds & notes": "long_term",
}
"""The rows below the grand total, by name key: what foreign official holders hold of which maturity.

They are not names of the seeds: `Treasury Bills` is not a country.
"""

_LONGEST_NAME = 200
_FOOTNOTE = re.compile(r" ?(?:\([0-9]{1,2}(?:, ?[0-9]{1,2})*\),?|[0-9]{1,2}/)$")
_ADVICE = (
    "Check the publisher's notes. A new country needs a line in the seeds countries.csv and country_names.csv, a new "
    "name one in country_names.csv; then load again."
)


def name_key(name: str) -> str:
    """A published name in the one form that names are compared in.

    Padding, footnote marks (`2/`, `(20)`, `(12), (22)`), accents and case do not count.
    """
    if len(name) > _LONGEST_NAME:
        return ""
    plain = unicodedata.normalize("NFKD", name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    text = " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
    while (shorter := _FOOTNOTE.sub("", text)) != text:
        text = shorter.rstrip()
    return text.casefold()


def known_names() -> pd.DataFrame:
    """Every published name, by code: columns country_code, published_name. Do not change the frame."""
    return read_seed("country_names")


@cache
def _codes_by_key() -> dict[str, str]:
    names = known_names()
    return {name_key(name): code for code, name in zip(names["country_code"], names["published_name"], strict=True)}


@cache
def known_codes() -> frozenset[str]:
    """Every code of the seed `countries`."""
    return frozenset(read_seed("countries")["country_code"])


@cache
def _aggregates() -> frozenset[str]:
    """The codes of totals and groups."""
    countries = read_seed("countries")
    return frozenset(countries.loc[countries["is_aggregate"] == "true", "country_code"])


def country_code_of(name: str) -> str | None:
    """The code of a published name, or None if no file is known to print it."""
    return _codes_by_key().get(name_key(name))


def codes_of_names(document: Document, names: Iterable[tuple[int, str]]) -> list[str]:
    """Look up names that are printed without a code.

    Args:
        document: for the message.
        names: (line number, name) in the order of the rows.

    Returns:
        The codes, in the same order.

    Raises:
        FormatError: names are unknown; the message lists all of them with their lines.
    """
    problems = Problems(document)
    codes: list[str] = []
    seen: dict[str, str | None] = {}
    for line, name in names:
        if name not in seen:
            seen[name] = country_code_of(name)
            if seen[name] is None:
                problems.add(line, f"unknown country name {excerpt(name)}")
        codes.append(seen[name] or "")
    problems.raise_if_any(_ADVICE)
    return codes


def check_codes(
    document: Document,
    rows: Iterable[tuple[int, str, str]],
    also: frozenset[tuple[str, str]] = frozenset(),
) -> None:
    """Check that each code is known, and that its name is not the name of another code.

    A new spelling next to a country's known code is accepted: the code says who is meant, and a rule of the guard
    reports the spelling. Totals and groups have no such licence, since another name can mean another sum.

    Args:
        document: for the message.
        rows: (line number, code, name).
        also: pairs of (code, name key) that this file may print, too.

    Raises:
        FormatError: a code is unknown, a total has an unknown name, or a name is known by another code; the message
            lists all of them.
    """
    problems = Problems(document)
    seen: set[tuple[str, str]] = set()
    for line, code, name in rows:
        if (code, name) in seen:
            continue
        seen.add((code, name))
        if (code, name_key(name)) in also:
            continue
        expected = country_code_of(name)
        if code not in known_codes():
            problems.add(line, f"unknown country code {excerpt(code)} (named {excerpt(name)})")
        elif expected is None and (code in _aggregates() or not name_key(name) or name_key(name) in OFFICIAL_PARTS):
            problems.add(line, f"unknown country name {excerpt(name)} (code {code})")
        elif expected not in (None, code):
            problems.add(line, f"{excerpt(name)} has the code {code}, but is known by the code {expected}")
    problems.raise_if_any(_ADVICE)
