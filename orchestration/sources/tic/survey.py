"""The annual survey of foreign holdings of US securities (SHL): shlhistdat.txt, ten columns a survey.

Belongs here: its three header lines and what its columns mean. Does not belong here: what all tables share.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from orchestration.sources.tic.countries import GRAND_TOTAL, check_codes, name_key
from orchestration.sources.tic.document import (
    TRUNCATED,
    Document,
    Problems,
    excerpt,
    expect_title,
    expect_unit,
    is_blank,
    tab_cells,
)
from orchestration.sources.tic.holdings import (
    USD_MN,
    Column,
    Month,
    Rows,
    check_width,
    month_number,
    read_table,
)

# The survey calls the rest of Oceania what the other tables call the rest of the world.
_OWN_NAMES = frozenset({("63908", "all other")})
_DATE = re.compile(r"([A-Za-z]{3,9})[- .]{1,3}((?:19|20)?[0-9]{2})")
_CENTURY_TURNS_AT = 70
_FOOTNOTES = re.compile(r" ?\([0-9, ]{1,20}\)")
_CODE = re.compile(r"[0-9]{5}")
_TERMS = {"total": "total", "long-term": "long_term", "short-term": "bills"}
_LONGEST_PREAMBLE = 60
_TYPES = {
    "total": "all_us_securities",
    "total securities": "all_us_securities",
    "total long-term securities": "all_us_securities",
    "equity": "corporate_stock",
    "total long-term debt": "all_us_debt",
    "total short-term debt": "all_us_debt",
    "debt": "all_us_debt",
    "treasury debt": "treasury",
    "agency debt": "agency",
    "corporate debt": "corporate_bond",
}


def parse_survey(document: Document) -> pd.DataFrame:
    """Read shlhistdat.txt: holdings by country, survey date and security type, in millions of dollars.

    Surveys before 2002 cover long-term securities only: their totals are long-term.

    Returns:
        Rows of `tic_holdings`, series `shl`, measure holdings; `*` is more than zero and less than half a million.

    Raises:
        FormatError: it is not this file.
    """
    expect_title(document, "Foreign Holdings of U.S. Securities")
    at = next(
        (
            number
            for number, line in document.numbered()
            if number <= _LONGEST_PREAMBLE and name_key(tab_cells(line)[0]) == "country code"
        ),
        0,
    )
    if not at:
        raise document.error("expected a header that starts with 'Country code', found none")
    expect_unit(document, "Millions of dollars", at + 1)
    columns = _columns(document, at)
    rows = _rows(document, at, max(column.index for column in columns) + 1)
    check_codes(document, zip(rows.line_numbers, rows.codes, rows.names, strict=True), _OWN_NAMES)
    frame = read_table(document, rows, columns, USD_MN)
    if GRAND_TOTAL not in rows.codes:
        raise document.error(f"expected a row for the total ({GRAND_TOTAL}), found none", advice=TRUNCATED)
    return frame


def _rows(document: Document, at: int, width: int) -> Rows:
    """The rows that start with a code; the first line that does not, padding aside, ends the table."""
    lines: list[tuple[int, list[str]]] = []
    ended = False
    for number, line in document.numbered(at + 1):
        if is_blank(line):
            continue
        cells = tab_cells(line)
        is_row = _CODE.fullmatch(cells[0]) is not None
        if is_row and not ended:
            document.check_line_end(number)
            lines.append((number, cells))
        elif is_row or (not ended and sum(map(bool, cells)) > 2):
            raise document.error(f"expected a country code or a note, found {excerpt(line)}", number)
        else:
            ended = True
    if not lines:
        raise document.error("expected rows that start with a country code, found none", advice=TRUNCATED)
    check_width(document, lines, width)
    return Rows(
        line_numbers=[number for number, _ in lines],
        codes=[cells[0] for _, cells in lines],
        names=[cells[1] for _, cells in lines],
        cells=[cells for _, cells in lines],
    )


def _columns(document: Document, at: int) -> list[Column]:
    types = tab_cells(document.lines[at - 1])
    terms_at, terms = _line_above(document, at, lambda cell: cell.casefold() in _TERMS, "terms (Total, Long-term)")
    dates_at, dates = _line_above(
        document, terms_at, lambda cell: _DATE.fullmatch(cell) is not None, "survey dates (Jun-25, Jun 2024)"
    )
    problems = Problems(document)
    places = [index for index, cell in enumerate(types) if index >= 2 and cell]
    found: list[tuple[int, Month, str, str, str]] = []
    date = ""
    for index in places:
        date = (dates[index] if index < len(dates) else "") or date
        month = _survey_month(date)
        if month is None:
            problems.add(dates_at, f"expected a survey date, found {excerpt(date)} in column {index + 1}")
            continue
        term = _TERMS.get(terms[index].casefold() if index < len(terms) else "")
        label = " ".join(_FOOTNOTES.sub("", types[index]).split()).casefold()
        security_type = _TYPES.get(label)
        if term is None or security_type is None:
            label = f"{terms[index] if index < len(terms) else ''} {types[index]}"
            problems.add(at, f"expected a known security type, found {excerpt(label)} in column {index + 1}")
            continue
        found.append((index, month, label, security_type, term))
    problems.raise_if_any()
    if not found:
        raise document.error("expected columns of security types, found none", at)
    with_bills = {month for _, month, _, _, term in found if term == "bills"}
    columns = [
        Column(
            index,
            f"{month} {label}",
            "shl",
            security_type,
            "long_term" if term == "total" and month not in with_bills else term,
            "holdings",
            month,
        )
        for index, month, label, security_type, term in found
    ]
    keys = [(column.month, column.security_type, column.instrument) for column in columns]
    twins = sorted({column.label for column, key in zip(columns, keys, strict=True) if keys.count(key) > 1})
    if twins:
        raise document.error(f"expected each column once, found {', '.join(twins[:5])} twice", at)
    return columns


def _line_above(document: Document, at: int, fits: Callable[[str], bool], what: str) -> tuple[int, list[str]]:
    """The nearest line above line `at` with at least three cells that fit."""
    for number in range(at - 1, max(at - 8, 0), -1):
        cells = tab_cells(document.lines[number - 1])
        if sum(1 for cell in cells if cell and fits(cell)) >= 3:
            return number, cells
    raise document.error(f"expected a line of {what} above the header, found none", at)


def _survey_month(text: str) -> Month | None:
    """The month of `Jun-25`, `Jun 2024` or `June 2024`."""
    found = _DATE.fullmatch(text)
    month = month_number(found[1]) if found else None
    if found is None or month is None:
        return None
    year = int(found[2])
    if year < 100:
        year += 1900 if year >= _CENTURY_TURNS_AT else 2000
    return np.datetime64(f"{year}-{month:02d}", "M")
