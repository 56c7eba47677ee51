"""The table of major foreign holders before April 2023: mfh.txt, thirteen months in columns of fixed width.

Belongs here: its layout, and the day from which the file is no longer updated. Does not belong here: what all tables
share (`holdings`).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re

import numpy as np
import pandas as pd

from orchestration.sources.base import DeadFileError
from orchestration.sources.tic.countries import OFFICIAL_PARTS, name_key
from orchestration.sources.tic.document import (
    TRUNCATED,
    Document,
    excerpt,
    expect_title,
    expect_unit,
    is_blank,
    is_rule,
)
from orchestration.sources.tic.holdings import USD_BN, Column, Month, Rows, month_number, read_table
from orchestration.sources.tic.slt import check_closing_rows, codes_with_official_parts

FILE = "mfh.txt"
DATASET = "mfh"
_ENDED_ON = dt.date(2023, 4, 17)
"""The first release without a new edition of the file."""
_GROUP = re.compile(r"-{2,}")
_SIGNATURE = "department of the treasury"
_LONGEST_PREAMBLE = 40


def check_alive(retrieved_at: dt.datetime) -> None:
    """Check that the publisher still updated the file on this day.

    Raises:
        DeadFileError: it did not.
    """
    if retrieved_at.date() >= _ENDED_ON:
        raise DeadFileError(
            "mfh.txt: the publisher stopped updating this file in January 2023, and still serves it. "
            "Use slt_table5.txt (the same table, up to date) or slt_table3.txt (all countries) instead."
        )


def parse_major_holders(document: Document) -> pd.DataFrame:
    """Read mfh.txt: major foreign holders of the last thirteen months, in billions of dollars.

    In the month of a survey the file has two columns: the left one is the new basis. The right one, for comparison, is
    not read.

    Returns:
        Rows of `tic_holdings`, series `mfh`: total holdings; official holders also by maturity.

    Raises:
        FormatError: it is not this file.
    """
    expect_title(document, "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES")
    rule = next((number for number, line in document.numbered() if is_rule(line)), 0)
    if not 3 <= rule <= _LONGEST_PREAMBLE:
        raise document.error("expected months, years and a rule of dashes above the table, found no rule")
    expect_unit(document, "(in billions of dollars)", rule)
    spans = [group.span() for group in _GROUP.finditer(document.lines[rule - 1])]
    months = _months(document, rule, len(spans))
    rows = _rows(document, rule, spans)
    rows.codes = codes_with_official_parts(document, rows)
    columns = [
        Column(index, str(month), DATASET, "treasury", "total", "holdings", month)
        for index, month in enumerate(months)
        if month not in months[:index]
    ]
    frame = read_table(document, rows, columns, USD_BN)
    check_closing_rows(document, rows, rows.line_numbers[-1])
    return frame


def _months(document: Document, rule: int, count: int) -> list[Month]:
    """The month of each column, the newest first."""
    names, years = (document.lines[rule - 1 - above].split() for above in (2, 1))
    numbers = [month_number(name) for name in names]
    if years[:1] != ["Country"] or len(names) != count or len(years) != count + 1 or None in numbers:
        raise document.error(f"expected {count} months above {count} years, found {excerpt(' '.join(names))}", rule - 2)
    if not all(re.fullmatch(r"(19|20)[0-9]{2}", year) for year in years[1:]):
        raise document.error(f"expected years, found {excerpt(' '.join(years))}", rule - 1)
    months: list[Month] = [
        np.datetime64(f"{year}-{number:02d}", "M") for year, number in zip(years[1:], numbers, strict=True)
    ]
    for newer, older in itertools.pairwise(months):
        if (newer - older).astype(int) not in (0, 1):
            raise document.error(f"expected months without a gap, newest first, found {older} after {newer}", rule - 2)
    return months


def _rows(document: Document, rule: int, spans: list[tuple[int, int]]) -> Rows:
    """The rows between the rule and the publisher's name; each figure ends below the end of its dashes."""
    first, last = spans[0][0], spans[-1][1]
    starts = [first, *(end for _, end in spans[:-1])]
    rows = Rows()
    for number, line in document.numbered(rule + 1):
        if line.strip().casefold().startswith(_SIGNATURE):
            break
        if is_blank(line) or line.strip().casefold() == "of which:":
            continue
        if len(line.rstrip()) != last or line[first - 1] != " ":
            raise document.error(f"expected {len(spans)} figures below the dashes, found {excerpt(line)}", number)
        rows.line_numbers.append(number)
        rows.names.append(line[:first].strip())
        rows.instruments.append(OFFICIAL_PARTS.get(name_key(line[:first].strip())))
        rows.cells.append([line[start:end] for start, (_, end) in zip(starts, spans, strict=True)])
    else:
        raise document.error("expected the publisher's name below the table, found none", advice=TRUNCATED)
    if not rows.names:
        raise document.error("expected rows of figures below the dashes, found none", rule, TRUNCATED)
    return rows
