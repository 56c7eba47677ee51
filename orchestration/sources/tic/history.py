"""The history of the major foreign holders: mfhhis01, one block a year since 2000.

Belongs here: its blocks, its two columns for the months of a new survey, and the dates of its last revisions.
Does not belong here: how the two bases are joined into one history.
"""

from __future__ import annotations

import csv
import itertools
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
    expect_unit,
    is_blank,
    is_rule,
    tab_cells,
)
from orchestration.sources.tic.holdings import (
    USD_BN,
    Column,
    Month,
    Rows,
    check_unique,
    month_number,
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
    expect_title(document, "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES")
    split = tab_cells if any("\t" in line for line in document.lines[:12]) else _csv_cells
    end = len(document.lines) + 1
    footer = next((n for n, line in document.numbered() if clean(line).casefold().startswith(_SIGNATURE)), end)
    blocks = _blocks(document, split, footer)
    _check_frame(document, blocks, has_footer=footer < end)
    revisions = _revisions(document, split, footer)
    _check_years(document, blocks)
    labels = _basis(blocks)
    # The blocks are in the order of time here; the document has the newest first.
    newest_first = zip(reversed(blocks), reversed(labels), strict=True)
    frames = [_read_block(document, block, label, revisions) for block, label in newest_first]
    frame = pd.concat(frames, ignore_index=True)
    check_unique(document, frame)
    return frame


def _csv_cells(line: str) -> list[str]:
    try:
        return [clean(cell) for cells in csv.reader([line]) for cell in cells] or [""]
    except csv.Error:
        return [clean(line)]


def _blocks(document: Document, split: Callable[[str], list[str]], footer: int) -> list[_Block]:
    """Sort the lines above the footer into blocks, in the order of the document."""
    blocks: list[_Block] = []
    labels: dict[int, str] = {}
    for number, line in document.numbered():
        if number >= footer or is_blank(line):
            continue
        cells = split(line)
        texts = {index: cell for index, cell in enumerate(cells) if cell}
        if not cells[0] and all(month_number(text) for text in texts.values()):
            blocks.append(_Block(number, texts, labels=labels))
            labels = {}
        elif not cells[0] and all(_ROMAN.fullmatch(text) for text in texts.values()):
            labels = texts
        elif not _is_furniture(cells, texts, line):
            _put(document, blocks, number, cells, texts)
    return blocks


def _put(document: Document, blocks: list[_Block], number: int, cells: list[str], texts: dict[int, str]) -> None:
    """Add a line to its block: first the line of years, then rows."""
    if not blocks:
        if len(texts) > 2:
            found = excerpt(" ".join(texts.values()))
            raise document.error(f"expected a title or a line of month names, found {found}", number)
    elif not blocks[-1].months:
        blocks[-1].months = _months(document, number, blocks[-1], cells, texts)
    else:
        blocks[-1].rows.append((number, cells))


def _revisions(document: Document, split: Callable[[str], list[str]], footer: int) -> dict[int, np.datetime64]:
    """The day of the last revision of each year that the footer names."""
    revisions: dict[int, np.datetime64] = {}
    for number, line in document.numbered(footer):
        revisions |= _revision(document, number, line)
        if sum(map(bool, split(line))) > 8:
            raise document.error(f"expected only notes, found a row of the table: {excerpt(line)}", number)
    return revisions


def _check_frame(document: Document, blocks: list[_Block], *, has_footer: bool) -> None:
    if not blocks:
        raise document.error("expected a line of month names above each year, found none")
    expect_unit(document, "in billions of dollars", blocks[0].line)
    if not has_footer:
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
    months: dict[int, Month] = {
        index: np.datetime64(f"{years[index]}-{month_number(name):02d}", "M")
        for index, name in block.month_names.items()
    }
    if not block.labels.keys() <= months.keys():
        raise document.error("expected the series labels above months, found one elsewhere", block.line)
    order = [int(month.astype("int64")) for month in months.values()]
    steps = [newer - older for newer, older in itertools.pairwise(order)]
    twins = [two for two in itertools.pairwise(steps) if two == (0, 0)]
    if twins or not set(steps) <= {0, 1}:
        raise document.error(
            "expected the months of a year without a gap, newest first, at most two columns for one", block.line
        )
    return months


def _check_years(document: Document, blocks: list[_Block]) -> None:
    """Check that the years follow each other: no month missing, none in two blocks."""
    blocks.sort(key=lambda block: max(block.months.values()))
    for older, newer in itertools.pairwise(blocks):
        first, last = min(newer.months.values()), max(older.months.values())
        if first != last + np.timedelta64(1, "M"):
            raise document.error(f"expected the years to follow each other, found {last} and then {first}", newer.line)


def _basis(blocks: list[_Block]) -> list[dict[int, str | None]]:
    """The series label of each column, blocks from the oldest to the newest.

    A label is printed above the first column of its group; columns left of the first label belong to its series,
    and a year without labels goes on with the series that the year before it ends with.
    """
    running: str | None = None
    by_block: list[dict[int, str | None]] = []
    for block in blocks:
        if running is None and min(block.months.values()) > _SINCE_LAST_LABEL:
            running = _LAST_LABEL
        label = block.labels[min(block.labels)] if block.labels else running
        basis: dict[int, str | None] = {}
        for index in sorted(block.months):
            label = block.labels.get(index, label)
            basis[index] = label
        running = basis[min(basis)]
        by_block.append(basis)
    return by_block


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
            raise document.error("expected figures only below months, found one elsewhere", number)
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
    month = month_number(month_name) or 0
    try:
        return {int(of_year): np.datetime64(f"{year}-{month:02d}-{int(day):02d}", "s")}
    except ValueError:
        raise document.error(f"expected a date of revision, found {excerpt(found[0])}", number) from None
