"""Rows and columns of a TIC table -> the frame of the raw table `tic_holdings`.

Belongs here: the frame, its key, numbers and months, and the checks that every table of figures must pass.
Does not belong here: how one file is laid out; which country a name means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sources.numbers import read_amounts, too_large
from orchestration.sources.tic.document import TRUNCATED, Document, Problems, clean, excerpt

COLUMNS = (
    "series",
    "country_code",
    "published_name",
    "month_end",
    "security_type",
    "instrument",
    "measure",
    "value",
    "value_note",
    "unit",
    "basis",
    "revised_on",
    "line_number",
)
KEY = ["series", "country_code", "month_end", "security_type", "instrument", "measure"]

USD_MN = "usd_mn"
USD_BN = "usd_bn"
NOT_AVAILABLE = "n.a."
SMALL = "*"

MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_WHOLE_DIGITS = 15
"""What raw's decimals hold before the point."""

Month = np.datetime64
"""A month as NumPy has it, `datetime64[M]`."""


@dataclass(frozen=True)
class Column:
    """A column of figures.

    Attributes:
        index: its place among the cells of a row.
        label: how the document calls it, for messages.
        month, basis, revised_on: for tables with one column a month; else None.
    """

    index: int
    label: str
    series: str
    security_type: str
    instrument: str
    measure: str
    month: Month | None = None
    basis: str | None = None
    revised_on: np.datetime64 | None = None


@dataclass
class Rows:
    """The rows of a table, column by column.

    Attributes:
        months: for tables with a row a month; empty where the columns say the month.
        instruments: where the row says the instrument, and not the column; else None.
        cells: the raw cells; figures are read from where the columns say.
    """

    line_numbers: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    instruments: list[str | None] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


def month_of(text: str) -> Month | None:
    """The month of `YYYY-MM`, or None if the text is something else."""
    return np.datetime64(text, "M") if _MONTH.fullmatch(text) else None


def month_number(name: str) -> int | None:
    """1 to 12 for the English name of a month or its first letters, at least three; else None."""
    start = name.rstrip(".").casefold()
    if len(start) < 3:
        return None
    return next((number for number, full in enumerate(MONTH_NAMES, start=1) if full.startswith(start)), None)


def month_ends(months: Sequence[Month]) -> npt.NDArray[np.datetime64]:
    """The last day of each month, as datetime64[s] at midnight."""
    first_of_next = np.array(months, dtype="datetime64[M]") + np.timedelta64(1, "M")
    return (first_of_next.astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[s]")


def check_width(
    document: Document, rows: Iterable[tuple[int, list[str]]], width: int, header_width: int | None = None
) -> None:
    """Check that rows have all the cells that are read, and only padding after those of the header.

    Args:
        document: for the message.
        rows: (line number, cells).
        width: how many cells each row needs.
        header_width: how many it may have that are not blank; default: no more than `width`.

    Raises:
        FormatError: naming all lines with too few or too many cells.
    """
    problems = Problems(document)
    limit = width if header_width is None else header_width
    for line, cells in rows:
        if len(cells) < width:
            problems.add(line, f"expected {width} cells, found {len(cells)} (starts with {excerpt(cells[0])})")
        elif any(map(clean, cells[limit:])):
            problems.add(line, f"expected {limit} cells, found more after the last column")
    problems.raise_if_any()


def long_rows(
    document: Document, lines: Sequence[tuple[int, list[str]]], name_at: int, code_at: int, month_at: int
) -> Rows:
    """Read name, code and month of a table with a row per country and month; its width has been checked.

    Raises:
        FormatError: there is no row, or a month cannot be read.
    """
    if not lines:
        raise document.error("expected rows of figures below the header, found none", advice=TRUNCATED)
    problems = Problems(document)
    rows = Rows()
    months: dict[str, Month | None] = {}
    for line, cells in lines:
        text = clean(cells[month_at])
        if text not in months:
            months[text] = month_of(text)
        month = months[text]
        if month is None:
            problems.add(line, f"expected a month YYYY-MM, found {excerpt(text)}")
            continue
        rows.line_numbers.append(line)
        rows.names.append(clean(cells[name_at]))
        rows.codes.append(clean(cells[code_at]))
        rows.months.append(month)
        rows.cells.append(cells)
    problems.raise_if_any()
    return rows


def check_whole(document: Document, rows: Rows, needed: dict[str, str]) -> None:
    """Check that a table of a row per country and month was not cut: closing rows present, last block complete.

    Args:
        document: for the message.
        rows: its rows, in the order of the document.
        needed: code -> name of the rows that close such a table.

    Raises:
        FormatError: the document is cut short.
    """
    present = set(rows.codes)
    missing = [f"{name} ({code})" for code, name in needed.items() if code not in present]
    if missing:
        raise document.error(f"expected rows for {', '.join(missing)}, found none", advice=TRUNCATED)
    last = rows.codes[-1]
    oldest = min(month for month, code in zip(rows.months, rows.codes, strict=True) if code == last)
    if oldest > min(rows.months):
        raise document.error(
            f"expected {excerpt(rows.names[-1])}, the last in the table, to go back to {min(rows.months)} like "
            f"the others, found that it ends at {oldest}",
            rows.line_numbers[-1],
            advice=TRUNCATED,
        )


def check_gapless(document: Document, rows: Rows, *, reach_newest: bool, unpublished: Sequence[Month] = ()) -> None:
    """Check that each country has every month between its first and its last.

    Args:
        document: for the message.
        rows: a row per country and month.
        reach_newest: whether each country must have the newest month of the document.
        unpublished: months that the publisher never put into this file.

    Raises:
        FormatError: naming each country and the months it lacks.
    """
    frame = pd.DataFrame({"code": rows.codes, "month": np.array(rows.months).astype("int64")})
    newest = int(frame["month"].max())
    never = {int(month.astype("int64")) for month in unpublished}
    problems = Problems(document)
    for code, months in frame.groupby("code", sort=False)["month"]:
        have = set(months)
        last = newest if reach_newest else max(have)
        lacking = [month for month in range(min(have), last + 1) if month not in have and month not in never]
        if lacking:
            first_at = rows.codes.index(str(code))
            named = ", ".join(str(np.datetime64(month, "M")) for month in lacking[:6])
            named += f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
            problems.add(rows.line_numbers[first_at], f"{excerpt(rows.names[first_at])} ({code}) lacks {named}")
    problems.raise_if_any("A month was dropped. " + TRUNCATED)


def read_table(
    document: Document, rows: Rows, columns: Sequence[Column], unit: str, *, blank_is_missing: bool = False
) -> pd.DataFrame:
    """Give a row for each figure of a table.

    Args:
        document: for the message.
        rows: the rows; each has a cell for every column.
        columns: the columns of figures.
        unit: `usd_mn` or `usd_bn`.
        blank_is_missing: whether a blank cell is a missing figure; else it is an error.

    Returns:
        The columns of `tic_holdings`, row by row in the order of the document. A missing figure is NaN, and
        `value_note` says how the publisher prints it (`n.a.`, or `*` for a small amount).

    Raises:
        FormatError: cells that are not numbers, or two figures for one key; the message names all of them.
    """
    height, width = len(rows.cells), len(columns)
    at_row = np.repeat(np.arange(height), width)
    at_column = np.tile(np.arange(width), height)
    places = [column.index for column in columns]
    values, notes = _read_figures(document, rows, columns, places, blank_is_missing)

    of_columns = month_ends([column.month or np.datetime64("NaT", "M") for column in columns])
    months = month_ends(rows.months)[at_row] if rows.months else of_columns[at_column]
    instruments = _text([column.instrument for column in columns], at_column)
    if rows.instruments:
        by_row = _text(rows.instruments, at_row)
        instruments = by_row.fillna(instruments)
    revised_on = np.array([column.revised_on or np.datetime64("NaT", "s") for column in columns], "datetime64[s]")
    frame = pd.DataFrame(
        {
            "series": _text([column.series for column in columns], at_column),
            "country_code": _text(rows.codes, at_row),
            "published_name": _text(rows.names, at_row),
            "month_end": months,
            "security_type": _text([column.security_type for column in columns], at_column),
            "instrument": instruments,
            "measure": _text([column.measure for column in columns], at_column),
            "value": values,
            "value_note": notes,
            "unit": _text([unit], np.zeros(height * width, dtype=np.int64)),
            "basis": _text([column.basis for column in columns], at_column),
            "revised_on": revised_on[at_column],
            "line_number": np.array(rows.line_numbers, dtype=np.int64)[at_row],
        }
    )
    check_unique(document, frame)
    return frame


def check_unique(document: Document, frame: pd.DataFrame) -> None:
    """Check that no key occurs twice.

    Raises:
        FormatError: naming the keys and their lines.
    """
    again = frame.duplicated(KEY)
    if not again.any():
        return
    problems = Problems(document)
    for twin in frame[again].itertuples():
        key = f"{twin.country_code} {twin.month_end:%Y-%m} {twin.security_type} {twin.instrument} {twin.measure}"
        problems.add(int(str(twin.line_number)), f"a second figure for {key}")
    problems.raise_if_any()


def _read_figures(
    document: Document, rows: Rows, columns: Sequence[Column], places: list[int], blank_is_missing: bool
) -> tuple[npt.NDArray[np.float64], pd.Series]:
    cells = pc.utf8_trim_whitespace(pa.array([cells[place] for cells in rows.cells for place in places], pa.string()))
    cells = pc.utf8_trim_whitespace(pc.replace_substring_regex(cells, '^"(.*)"$', r"\1"))
    values, is_number = read_amounts(cells)
    is_unavailable = pc.equal(pc.utf8_lower(cells), NOT_AVAILABLE)
    is_small = pc.equal(cells, SMALL)
    is_note = pc.or_(is_unavailable, is_small)
    if blank_is_missing:
        is_note = pc.or_(is_note, pc.equal(cells, ""))
    is_good = is_note.to_numpy(zero_copy_only=False) | (is_number & ~too_large(values, _WHOLE_DIGITS))
    bad = np.flatnonzero(~is_good)
    if len(bad):
        problems = Problems(document)
        for place in bad:
            row, column = divmod(int(place), len(columns))
            size = f" below 10^{_WHOLE_DIGITS}" if is_number[place] else ""
            problems.add(
                rows.line_numbers[row],
                f"expected a number, n.a. or *{size} for {excerpt(rows.names[row])} in the column "
                f"{columns[column].label}, found {excerpt(cells[int(place)].as_py())}",
            )
        problems.raise_if_any()
    none = pa.scalar(None, pa.string())
    notes = pc.if_else(is_unavailable, NOT_AVAILABLE, pc.if_else(is_small, SMALL, none))
    return values, _series(notes)


def _text(labels: Sequence[str | None], places: npt.NDArray[np.int64]) -> pd.Series:
    """The label at each place, as a string column."""
    return _series(pa.array(labels, pa.string()).take(pa.array(places)))


def _series(strings: pa.Array) -> pd.Series:
    return pd.Series(pd.array(strings, dtype="str"))
