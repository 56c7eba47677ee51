"""The history of the major foreign holders: mfhhis01, one block a year since 2000.

Belongs here: its blocks, its two columns for the months of a new survey, and the dates of its last revisions.
Does not belong here: how the two bases are joined into one history.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from orchestration.sources.tic.countries import OFFICIAL_PARTS, name_key
from orchestration.sources.tic.document import (
    TRUNCATED,
    Document,
    clean,
    excerpt,
    expect_title,
    is_blank,
    is_rule,
    tab_cells,
)
from orchestration.sources.tic.holdings import (
    MONTHS,
    USD_BN,
    Column,
    Month,
    Rows,
    check_unique,
    read_table,
)
from orchestration.sources.tic.slt import check_closing_rows, codes_with_official_parts

_NEW = "mfhhis01"
_OLD = "mfhhis01_old_basis"
_LAST_LABEL = "XIII"
_SINCE_LAST_LABEL = np.datetime64("2011-12", "M")
_ROMAN = re.compile(r"[IVX]{1,6}")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_REVISED = re.compile(r"\(((?:19|20)[0-9]{2}) revised ([A-Za-z]{3,9})\.? ([0-9]{1,2}), ?((?:19|20)[0-9]{2})\)")
_SIGNATURE = "department of the treasury"


@dataclass
class _Block:
    """One year of the file: columns from the header, labels from the lines above it, rows from below it."""

    line: int
    month_names: dict[int, str]
    months: dict[int, Month] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def parse_history(document: Document) -> pd.DataFrame:
    """Read mfhhis01.txt (or .csv): major foreign holders by month since 2000-03, in billions of dollars.

    In the month of a new survey the file has two columns: the left one is on the new basis (series `mfhhis01`),
    the right one is the old basis, for comparison (`mfhhis01_old_basis`).

    Returns:
        Rows of `tic_holdings`. `basis` is the publisher's series label (I to XIII) of the column; `revised_on`
        is the day that the footer gives for the last revision of the year, NaT where it gives none.

    Raises:
        FormatError: it is not this file.
    """
    split = tab_cells if any("\t" in line for line in document.lines[:12]) else _csv_cells
    blocks, revisions = _scan(document, split)
    _check_years(document, blocks)
    labels = _basis(blocks)
    frames = [_read_block(document, block, label, revisions) for block, label in zip(blocks, labels, strict=True)]
    frame = pd.concat(frames, ignore_index=True)
    check_unique(document, frame)
    return frame


def _csv_cells(line: str) -> list[str]:
    try:
        return [clean(cell) for cells in csv.reader([line]) for cell in cells]
    except csv.Error:
        return [clean(line)]


def _scan(
    document: Document, split: Callable[[str], list[str]]
) -> tuple[list[_Block], dict[int, np.datetime64]]:
    """Sort the lines into blocks and footer."""
    blocks: list[_Block] = []
    labels: dict[int, str] = {}
    revisions: dict[int, np.datetime64] = {}
    footer = False
    for number, line in document.numbered():
        if is_blank(line):
            continue
        cells = split(line)
        texts = {index: cell for index, cell in enumerate(cells) if cell}
        if footer:
            revisions |= _revision(document, number, line)
            if len(texts) > 8:
                raise document.error(f"expected only notes, found a row of the table: {excerpt(line)}", number)
        elif cells[0].casefold().startswith(_SIGNATURE):
            footer = True
        elif not cells[0] and all(text[:3].casefold() in MONTHS for text in texts.values()):
            blocks.append(_Block(number, texts, labels=labels))
            labels = {}
        elif not cells[0] and all(_ROMAN.fullmatch(text) for text in texts.values()):
            labels = texts
        elif blocks and not blocks[-1].months:
            blocks[-1].months = _months(document, number, blocks[-1], cells, texts)
        elif blocks and not _is_furniture(cells, texts, line):
            blocks[-1].rows.append((number, cells))
    _check_frame(document, blocks, footer)
    return blocks, revisions


def _check_frame(document: Document, blocks: list[_Block], footer: bool) -> None:
    until = blocks[0].line if blocks else len(document.lines) + 1
    expect_title(document, "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES", "in billions of dollars", until)
    if not blocks:
        raise document.error("expected a line of month names above each year, found none")
    if not footer:
        raise document.error(
            "expected the footer with the publisher's name and the dates of revision, found none",
            len(document.lines),
            TRUNCATED,
        )
    for block in blocks:
        if not block.months:
            raise document.error("expected a line of years below the line of months, found none", block.line)


def _is_furniture(cells: list[str], texts: dict[int, str], line: str) -> bool:
    """Rules of dashes, the words `Of which:`, and the words `Series 16/` above the labels of the next block."""
    if is_rule(line):
        return True
    if len(texts) == 1 and cells[0].casefold() == "of which:":
        return True
    return not cells[0] and all(text.casefold().startswith("series") for text in texts.values())


def _months(
    document: Document, number: int, block: _Block, cells: list[str], texts: dict[int, str]
) -> dict[int, Month]:
    years = {index: text for index, text in texts.items() if index}
    if cells[0].casefold() != "country" or not all(_YEAR.fullmatch(year) for year in years.values()):
        raise document.error(f"expected a line of years below the months, found {excerpt(' '.join(cells))}", number)
    if years.keys() != block.month_names.keys():
        raise document.error("expected a year below each month, found them in other columns", number)
    months = {
        index: np.datetime64(f"{years[index]}-{MONTHS[name[:3].casefold()]:02d}", "M")
        for index, name in block.month_names.items()
    }
    if not block.labels.keys() <= months.keys():
        raise document.error("expected the series labels above months, found one beside them", block.line)
    order = [int(month.astype("int64")) for month in months.values()]
    steps = [newer - older for newer, older in zip(order, order[1:], strict=False)]
    twins = [two for two in zip(steps, steps[1:], strict=False) if two == (0, 0)]
    if twins or not set(steps) <= {0, 1}:
        raise document.error(
            "expected the months of a year without a gap, newest first, at most two columns for one", block.line
        )
    return months


def _check_years(document: Document, blocks: list[_Block]) -> None:
    """Check that the years follow each other: no month missing, none in two blocks."""
    blocks.sort(key=lambda block: max(block.months.values()))
    for older, newer in zip(blocks, blocks[1:], strict=False):
        first, last = min(newer.months.values()), max(older.months.values())
        if first != last + np.timedelta64(1, "M"):
            raise document.error(f"expected the years to follow each other, found {last} and then {first}", newer.line)


def _basis(blocks: list[_Block]) -> list[dict[int, str | None]]:
    """The series label of each column, blocks from the oldest to the newest.

    A label stands above the first column of its group; columns left of the first label belong to its series,
    and a year without labels goes on with the series that the year before it ends with.
    """
    running: str | None = None
    told: list[dict[int, str | None]] = []
    for block in blocks:
        if running is None and min(block.months.values()) > _SINCE_LAST_LABEL:
            running = _LAST_LABEL
        label = block.labels[min(block.labels)] if block.labels else running
        basis: dict[int, str | None] = {}
        for index in sorted(block.months):
            label = block.labels.get(index, label)
            basis[index] = label
        running = basis[min(basis)]
        told.append(basis)
    return told


def _read_block(
    document: Document, block: _Block, basis: dict[int, str | None], revisions: dict[int, np.datetime64]
) -> pd.DataFrame:
    width = max(block.months) + 1
    rows = Rows()
    for number, cells in block.rows:
        if len(cells) < width:
            raise document.error(
                f"expected {width} cells, found {len(cells)} (starts with {excerpt(cells[0])})", number
            )
        if any(cell and index and index not in block.months for index, cell in enumerate(cells)):
            raise document.error("expected figures only below months, found one beside them", number)
        rows.line_numbers.append(number)
        rows.names.append(cells[0])
        rows.instruments.append(OFFICIAL_PARTS.get(name_key(cells[0])))
        rows.cells.append(cells)
    rows.codes = codes_with_official_parts(document, rows)
    check_closing_rows(document, rows, rows.line_numbers[-1] if rows.line_numbers else block.line)
    columns: list[Column] = []
    seen: set[Month] = set()
    for index, month in sorted(block.months.items()):
        columns.append(
            Column(
                index,
                str(month),
                _OLD if month in seen else _NEW,
                "treasury",
                "total",
                "holdings",
                month,
                basis[index],
                revisions.get(int(str(month)[:4])),
            )
        )
        seen.add(month)
    return read_table(document, rows, columns, USD_BN)


def _revision(document: Document, number: int, line: str) -> dict[int, np.datetime64]:
    """The year and the day of a footer line such as `(2025 revised May 18, 2026)`."""
    found = _REVISED.search(line)
    if found is None:
        return {}
    of_year, month_name, day, year = found.groups()
    month = MONTHS.get(month_name[:3].casefold(), 0)
    try:
        return {int(of_year): np.datetime64(f"{year}-{month:02d}-{int(day):02d}", "s")}
    except ValueError:
        raise document.error(f"expected a date of revision, found {excerpt(found[0])}", number) from None
