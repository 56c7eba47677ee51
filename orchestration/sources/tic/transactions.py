"""The form S transactions: gross purchases and sales of long-term securities by foreigners, 1977-01 to 2023-01.

Belongs here: the layout of s1_globl.txt. Does not belong here: what all tables share (`holdings`).
"""

from __future__ import annotations

import re

import pandas as pd

from orchestration.sources.tic.countries import GRAND_TOTAL, check_codes
from orchestration.sources.tic.document import (
    Document,
    expect_title,
    expect_unit,
    is_rule,
    squeeze,
    tab_cells,
    table_lines,
)
from orchestration.sources.tic.holdings import (
    USD_MN,
    Column,
    check_whole,
    check_width,
    long_rows,
    read_table,
)

_TYPES = {
    "treasury": "notes",
    "agency": "agencies",
    "corporate_bond": "bonds",
    "corporate_stock": "stocks",
    "foreign_bond": "bonds",
    "foreign_stock": "stocks",
}
"""Security type -> the word printed right above its column number."""

_MEASURES = ("gross_purchases", "gross_sales")
_TITLES = ("gross purchases by foreigners", "gross sales by foreigners")
_MARKS = [f"[{number}]" for number in range(1, 13)]
_LONGEST_PREAMBLE = 60
_ROW = re.compile(r'[^\t]*\t[" ]*[0-9]{5}[" ]*\t')


def parse_transactions(document: Document) -> pd.DataFrame:
    """Read s1_globl.txt: gross purchases and sales by country and month, in millions of dollars; frozen.

    The sign is the foreigners': a purchase is theirs, from US residents. All figures are long-term securities.

    Returns:
        Rows of `tic_holdings`, series `s1`: gross_purchases and gross_sales of six security types. A blank
        cell is a missing figure.

    Raises:
        FormatError: it is not this file.
    """
    expect_title(document, "U.S. Transactions with Foreigners in Long-term Domestic and Foreign Securities")
    preamble = [(number, line) for number, line in document.numbered() if number <= _LONGEST_PREAMBLE]
    at = next((number for number, line in preamble if set(_MARKS) <= set(tab_cells(line))), 0)
    if not at:
        raise document.error("expected a line that numbers the columns [1] to [12], found none")
    expect_unit(document, "All amounts in millions of dollars", at)
    places = _places(document, at)
    lines = [
        (number, line.split("\t")) for number, line in table_lines(document, at + 1, _ROW.match) if not is_rule(line)
    ]
    check_width(document, lines, max(places) + 1)
    rows = long_rows(document, lines, 0, 1, 2)
    check_codes(document, zip(rows.line_numbers, rows.codes, rows.names, strict=True))
    kinds = [(measure, security_type) for measure in _MEASURES for security_type in _TYPES]
    columns = [
        Column(place, mark, "s1", security_type, "long_term", measure)
        for place, mark, (measure, security_type) in zip(places, _MARKS, kinds, strict=True)
    ]
    frame = read_table(document, rows, columns, USD_MN, blank_is_missing=True)
    check_whole(document, rows, {GRAND_TOTAL: "Grand Total"})
    return frame


def _places(document: Document, at: int) -> list[int]:
    """The places of the columns [1] to [12]; the words above them are checked."""
    marks = tab_cells(document.lines[at - 1])
    places = [marks.index(mark) for mark in _MARKS]
    above = [pair for line in document.lines[: at - 1] for pair in enumerate(tab_cells(line))]
    words = tab_cells(document.lines[at - 2]) if at >= 2 else []
    for place, mark, word in zip(places, _MARKS, [*_TYPES.values()] * 2, strict=True):
        found = words[place].casefold() if place < len(words) else ""
        if found != word:
            raise document.error(f"expected the word {word!r} above the column {mark}, found {found!r}", at - 1)
    purchases, sales = (
        next((index for index, cell in above if squeeze(title) in squeeze(cell)), -1) for title in _TITLES
    )
    # A title is above its own group, though not above its first column.
    if not (0 <= purchases < places[6] <= sales):
        raise document.error("expected gross purchases in the columns [1] to [6] and gross sales after them", at)
    return places
