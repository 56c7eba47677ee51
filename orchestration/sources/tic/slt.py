"""The tables of the form SLT: tables 1, 3 and 5 of the monthly release, and the frozen table 3D before them.

Belongs here: their layout, and which column is which figure. Does not belong here: what all tables share (`holdings`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sources.tic.countries import (
    GRAND_TOTAL,
    NON_OFFICIAL,
    OFFICIAL,
    OFFICIAL_PARTS,
    check_codes,
    codes_of_names,
    name_key,
)
from orchestration.sources.tic.document import (
    ADVICE,
    TRUNCATED,
    Document,
    Problems,
    excerpt,
    expect_title,
    expect_unit,
    is_rule,
    squeeze,
    tab_cells,
    table_lines,
)
from orchestration.sources.tic.holdings import (
    USD_BN,
    USD_MN,
    Column,
    Month,
    Rows,
    check_gapless,
    check_whole,
    check_width,
    long_rows,
    month_of,
    read_table,
)

TABLE_3 = {
    "for_treas_pos": ("treasury", "total", "holdings"),
    "for_treas_net": ("treasury", "total", "net_sales"),
    "for_lt_treas_pos": ("treasury", "long_term", "holdings"),
    "for_lt_treas_net": ("treasury", "long_term", "net_sales"),
    "for_lt_treas_valchg": ("treasury", "long_term", "valuation_change"),
    "for_st_treas_pos": ("treasury", "bills", "holdings"),
    "for_st_treas_net": ("treasury", "bills", "net_sales"),
}
TABLE_1 = {
    f"for_lt_{group}_{suffix}": (security_type, "long_term", measure)
    for group, security_type in {
        "total": "all_us_securities",
        "treas": "treasury",
        "agcy": "agency",
        "corp": "corporate_bond",
        "eqty": "corporate_stock",
    }.items()
    for suffix, measure in {"pos": "holdings", "net": "net_sales", "valchg": "valuation_change"}.items()
}


@dataclass(frozen=True)
class LongTable:
    """A table with a row per country and month.

    Attributes:
        dataset: which one.
        title: how its first line starts.
        figures: the name of each column of figures, and what it is: type of security, instrument, measure.
        unit: as its preamble has it.
    """

    dataset: str
    title: str
    figures: dict[str, tuple[str, str, str]]
    unit: str = "Millions of dollars"


LONG_TABLES = {
    table.dataset: table
    for table in (LongTable("slt_table3", "Table 3:", TABLE_3), LongTable("slt_table1", "Table 1:", TABLE_1))
}
IDENTITY = ("country", "country_code", "date")
CLOSING = {
    GRAND_TOTAL: "Grand Total",
    OFFICIAL: "Of Which: Foreign Official",
    NON_OFFICIAL: "Of Which: Foreign Non-Official",
}
# The first report was for September 2011, and monthly reports start with December.
_NEVER_REPORTED = (np.datetime64("2011-10", "M"), np.datetime64("2011-11", "M"))
_LONGEST_PREAMBLE = 60
_LONG_ROW = re.compile(r'[^\t]*\t[" ]*[0-9]{5}[" ]*\t')
_CSV_ROW = re.compile(r'"?[^"]*"?,"?[0-9]{5}"?,"?[0-9]{4}-')


def parse_table_3(document: Document) -> pd.DataFrame:
    """Read slt_table3.txt: US Treasuries by country and month, in millions of dollars.

    Returns:
        Rows of `tic_holdings`: holdings and net sales (total, long-term, bills), valuation change (long-term).

    Raises:
        FormatError: it is not this table.
    """
    return _parse_long(document, LONG_TABLES["slt_table3"])


def parse_table_1(document: Document) -> pd.DataFrame:
    """Read slt_table1.txt: long-term US securities by country, month and type, in millions of dollars.

    Returns:
        Rows of `tic_holdings`: holdings, net sales and valuation change of five groups, all long-term.

    Raises:
        FormatError: it is not this table.
    """
    return _parse_long(document, LONG_TABLES["slt_table1"])


def _parse_long(document: Document, table: LongTable) -> pd.DataFrame:
    expect_title(document, table.title)
    header, cells = _machine_header(document, (*IDENTITY, *table.figures))
    expect_unit(document, table.unit, header)
    columns = [Column(cells.index(label), label, table.dataset, *meaning) for label, meaning in table.figures.items()]
    identity = [cells.index(name) for name in IDENTITY]
    lines = [(number, line.split("\t")) for number, line in table_lines(document, header + 1, _LONG_ROW.match)]
    width = max(*identity, *(column.index for column in columns)) + 1
    check_width(document, lines, width, header_width=len(cells))
    rows = long_rows(document, lines, *identity)
    check_codes(document, zip(rows.line_numbers, rows.codes, rows.names, strict=True))
    frame = read_table(document, rows, columns, USD_MN)
    check_whole(document, rows, CLOSING)
    check_gapless(document, rows, reach_newest=True)
    return frame


def _machine_header(document: Document, expected: Sequence[str]) -> tuple[int, list[str]]:
    """The line of machine names, the one with the most of the expected: its number and its cells."""
    candidates = [(number, [cell.casefold() for cell in cells]) for number, cells in _first_cells(document)]
    number, cells = max(candidates, key=lambda line: len(set(line[1]) & set(expected)))
    if len(set(cells) & set(expected)) < 3:
        raise document.error(f"expected a line of column names ({', '.join(expected[:4])}, ...), found none")
    missing = [name for name in expected if name not in cells]
    if missing:
        raise document.error(f"expected the columns {', '.join(missing)}, which are missing", number)
    double = [name for name in expected if cells.count(name) > 1]
    if double:
        raise document.error(f"expected each column once, found {', '.join(double)} twice", number)
    while not cells[-1]:
        cells.pop()
    return number, cells


def parse_table_5(document: Document) -> pd.DataFrame:
    """Read slt_table5.txt: the major foreign holders, thirteen months, in billions of dollars.

    Returns:
        Rows of `tic_holdings`. The rows of foreign official holders have the code 99990 and the instruments
        total, bills and long_term; `All Other` has the code OTHER.

    Raises:
        FormatError: it is not this table.
    """
    expect_title(document, "Table 5:")
    number, header = next(
        ((number, cells) for number, cells in _first_cells(document) if cells[0].casefold() == "country"), (0, [])
    )
    if not number:
        raise document.error("expected a header that starts with 'Country', found none")
    expect_unit(document, "Billions of dollars", number)
    while not header[-1]:
        header.pop()
    months = _header_months(document, number, header[1:])
    lines = [
        (line_number, tab_cells(line))
        for line_number, line in table_lines(document, number + 1, lambda line: _is_wide_row(line, len(months)))
    ]
    if not lines:
        raise document.error("expected rows of figures below the header, found none", advice=TRUNCATED)
    check_width(document, lines, len(header))
    rows = Rows(
        line_numbers=[line_number for line_number, _ in lines],
        names=[cells[0] for _, cells in lines],
        cells=[cells for _, cells in lines],
    )
    rows.instruments = [OFFICIAL_PARTS.get(name_key(name)) for name in rows.names]
    rows.codes = codes_with_official_parts(document, rows)
    columns = [
        Column(index, str(month), "slt_table5", "treasury", "total", "holdings", month)
        for index, month in enumerate(months, start=1)
    ]
    frame = read_table(document, rows, columns, USD_BN)
    check_closing_rows(document, rows, lines[-1][0])
    return frame


def codes_with_official_parts(document: Document, rows: Rows) -> list[str]:
    """The codes of rows that have only names; `rows.instruments` identifies the rows of official holders.

    Raises:
        FormatError: names are unknown.
    """
    named = iter(
        codes_of_names(
            document,
            (
                (line, name)
                for line, name, part in zip(rows.line_numbers, rows.names, rows.instruments, strict=True)
                if part is None
            ),
        )
    )
    return [next(named) if part is None else OFFICIAL for part in rows.instruments]


def check_closing_rows(document: Document, rows: Rows, line: int) -> None:
    """Check that a table of major holders ends with the grand total and the three rows of official holders.

    Raises:
        FormatError: the table is cut short.
    """
    missing = [] if GRAND_TOTAL in rows.codes else ["Grand Total"]
    missing += [
        f"foreign official holders ({part})" for part in ("total", "bills", "long_term") if part not in rows.instruments
    ]
    if missing:
        raise document.error(f"expected rows for {', '.join(missing)}, found none", line, TRUNCATED)


def _first_cells(document: Document) -> list[tuple[int, list[str]]]:
    return [(number, tab_cells(line)) for number, line in document.numbered() if number <= _LONGEST_PREAMBLE]


def _header_months(document: Document, number: int, cells: list[str]) -> list[Month]:
    months: list[Month] = []
    for cell in cells:
        month = month_of(cell)
        if month is None:
            raise document.error(f"expected a month YYYY-MM in the header, found {excerpt(cell)}", number)
        months.append(month)
    if not months:
        raise document.error("expected months in the header, found none", number)
    ordered = sorted(months)
    if len(set(months)) < len(months):
        raise document.error("expected each month once in the header, found one twice", number)
    lacking = set(np.arange(ordered[0], ordered[-1] + np.timedelta64(1, "M"))) - set(months)
    if lacking:
        named = ", ".join(str(month) for month in sorted(lacking)[:6])
        raise document.error(f"expected months without a gap in the header, but {named} are missing", number)
    return months


def _is_wide_row(line: str, months: int) -> bool:
    return sum(bool(cell) for cell in tab_cells(line)) > max(months // 2, 1)


def parse_table_3d(document: Document) -> pd.DataFrame:
    """Read slt3d_globl.csv: US Treasuries by country, 2011-09 to 2023-01, in millions of dollars; frozen.

    The file is a report that was cut into cells by position: header words are cut in the middle, and its notes
    have quotes that no CSV reader takes. Only its rows are read as CSV.

    Returns:
        Rows of `tic_holdings`, series `slt3d`: holdings (total, long-term, bills).

    Raises:
        FormatError: it is not this table.
    """
    rule = next((number for number, line in document.numbered() if is_rule(line)), 0)
    expect_title(document, "TABLE 3D:")
    expect_unit(document, "Millions of dollars", rule or _LONGEST_PREAMBLE)
    if "totalu.s.long-termshort-term" not in squeeze("".join(document.lines[: max(rule - 1, 0)])):
        raise document.error("expected the columns Total, Long-term and Short-term above a rule of dashes")
    lines = _csv_rows(document, rule + 1)
    check_width(document, lines, 6)
    rows = long_rows(document, lines, 0, 1, 2)
    check_codes(document, zip(rows.line_numbers, rows.codes, rows.names, strict=True))
    columns = [
        Column(index, instrument, "slt3d", "treasury", instrument, "holdings")
        for index, instrument in enumerate(("total", "long_term", "bills"), start=3)
    ]
    frame = read_table(document, rows, columns, USD_MN)
    check_whole(document, rows, {GRAND_TOTAL: "Grand Total"})
    check_gapless(document, rows, reach_newest=False, unpublished=_NEVER_REPORTED)
    return frame


def _csv_rows(document: Document, start: int) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    problems = Problems(document)
    for number, line in table_lines(document, start, _CSV_ROW.match):
        try:
            # Line by line: a quote that is not closed must not swallow the rows below it.
            rows.extend((number, cells) for cells in csv.reader([line.strip() or '""'], strict=True))
        except csv.Error as error:
            problems.add(number, f"expected a row of six cells, found {excerpt(line)} ({error})")
    problems.raise_if_any(ADVICE)
    return rows
