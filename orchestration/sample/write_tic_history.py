"""Writes the history file `mfhhis01.txt`: one block per year, newest first, with two columns for survey months.

Belongs here: its blocks, labels, historical names, and footer. Does not belong here: figures (`simulate_tic.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from orchestration.sample.calendars import MONTH_NAMES, MONTH_NAMES_IN_FULL
from orchestration.sample.documents import Document
from orchestration.sample.inputs import OFFICIAL, Country
from orchestration.sample.reproducible import Noise, Waypoints, whole
from orchestration.sample.simulate_tic import (
    BREAK_MONTHS,
    FIRST_ANCHOR,
    FIRST_OFFICIAL_ANCHOR,
    HISTORY_FIRST_MONTH,
    History,
    Position,
    Positions,
)
from orchestration.sample.write_tic import SIMULATED, document, tenths, text_file

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
_FIRST_SERIES_NOTE = 6
_GROUPS_UNTIL = 2011
_TRAILING_ZEROS_UNTIL = 2022
_OIL_EXPORTERS = ("42218", "43109", "45608", "46604")
_BANKING_CENTERS = ("35319", "35602", "36137", "REST4")
_VIRGIN_ISLANDS, _VIRGIN_ISLANDS_SINCE = "35807", 2006 * 12 + 5
_BELGIUM, _LUXEMBOURG, _SEPARATE_SINCE = "10251", "11703", 2002 * 12 + 5
_NA = "n.a."

_REVISED = {
    2024: dt.date(2026, 1, 15),
    2023: dt.date(2026, 1, 15),
    2022: dt.date(2025, 3, 19),
    2021: dt.date(2023, 11, 16),
    2020: dt.date(2023, 11, 16),
    2019: dt.date(2020, 8, 17),
    2018: dt.date(2020, 3, 16),
    2017: dt.date(2019, 1, 31),
    2016: dt.date(2019, 3, 15),
    2015: dt.date(2018, 3, 15),
    2014: dt.date(2017, 12, 15),
    2013: dt.date(2016, 5, 16),
    2011: dt.date(2018, 8, 15),
    2010: dt.date(2018, 8, 15),
}
"""When the publisher last revised a year of its own file."""


@dataclass(frozen=True)
class _Column:
    """One column of a block: a month, on the new basis or on the previous one (`former`)."""

    month: int
    former: bool = False


_Figure = Callable[[_Column], int | None]
"""Millions of dollars of one row in a column; None if the file has no figure."""


class _Book:
    """The holdings behind the file, in millions of dollars, for every month and basis."""

    def __init__(self, seed: int, positions: Positions, history: History, holders: Sequence[Country]) -> None:
        self.holders = holders
        self._positions = positions
        self._history = history
        self._official = _official_shares(seed, positions, holders)

    def held(self, code: str, column: _Column) -> int:
        """The holdings of one holder."""
        if column.former:
            return self._history.former[code][column.month]
        if column.month < FIRST_ANCHOR:
            return self._history.current[code][column.month]
        return self._positions[code][column.month].total

    def world(self, column: _Column) -> int:
        """The holdings of all holders."""
        return sum(self.held(holder.code, column) for holder in self.holders)

    def official(self, column: _Column) -> Position:
        """The holdings of foreign officials; before December 2013 a simulated share of all holdings."""
        if column.month >= FIRST_OFFICIAL_ANCHOR:
            return self._positions[OFFICIAL][column.month]
        share, bills_share = self._official(column.month)
        held = whole(self.world(column) * share)
        bills = whole(held * bills_share)
        return Position(held - bills, bills)


def _official_shares(
    seed: int, positions: Positions, holders: Sequence[Country]
) -> Callable[[int], tuple[float, float]]:
    known = positions[OFFICIAL][FIRST_OFFICIAL_ANCHOR]
    world = sum(positions[holder.code][FIRST_OFFICIAL_ANCHOR].total for holder in holders)
    share = Waypoints(
        [
            (HISTORY_FIRST_MONTH, 0.58),
            (2008 * 12, 0.68),
            (FIRST_ANCHOR, 0.722),
            (FIRST_OFFICIAL_ANCHOR, known.total / world),
        ]
    )
    bills = Waypoints(
        [
            (HISTORY_FIRST_MONTH, 0.26),
            (2006 * 12, 0.15),
            (2009 * 12, 0.22),
            (FIRST_OFFICIAL_ANCHOR, known.bills / known.total),
        ]
    )
    noise = Noise(seed, "official share").wander(FIRST_OFFICIAL_ANCHOR - HISTORY_FIRST_MONTH, 0.002, 0.8)

    def at(month: int) -> tuple[float, float]:
        off = noise[month - HISTORY_FIRST_MONTH]
        return share(month) + off, bills(month) + off

    return at


def history_file(
    seed: int, as_of: dt.date, last_year: int, revised: dt.date, data: tuple[Positions, History, Sequence[Country]]
) -> Document:
    """Write the history file.

    Args:
        seed: of the simulation.
        as_of: the day on which it is served.
        last_year: its newest year block.
        revised: when that year was last revised.
        data: positions since December 2011, the years before, and the holders.
    """
    book = _Book(seed, *data)
    lines: list[list[str]] = [
        ["", "", "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"],
        ["", "", "", "    (in billions of dollars)"],
        ["", "", "", "HOLDINGS 1/ AT END OF PERIOD"],
    ]
    for year in range(last_year, HISTORY_FIRST_MONTH // 12 - 1, -1):
        lines += [[], [], *_block(year, book, first=year == last_year)]
    lines += [[], [], ["Department of the Treasury/Federal Reserve Board"]]
    lines.append([f"{revised.month}/{revised.day}/{revised.year}"])
    stamps = {**_REVISED, last_year: revised}
    lines += [[f'"({year} revised {_words(day)})"'] for year, day in sorted(stamps.items(), reverse=True)]
    lines += [
        [],
        ["*     Less than $50 million."],
        [],
        [f'"1/   {SIMULATED}"'],
        ["     Years before December 2011 and their series breaks are invented; so are the footnotes."],
        ["2/   United Kingdom of this simulation; no islands are counted."],
        ['"3/   Oil exporters here: Indonesia, Kuwait, Saudi Arabia, United Arab Emirates."'],
        ['"4/   Banking centers here: Bahamas, Bermuda, Cayman Islands, others; BVI from June 2006."'],
        ["5/   Belgium and Luxembourg together up to the old series of June 2002."],
    ]
    for number, month in enumerate(BREAK_MONTHS):
        new, old = _ROMAN[number + 1], _ROMAN[number]
        note = f"Denotes series break.  Series {old} for {_month_words(month)} is shown for comparison only."
        lines.append([f"{number + _FIRST_SERIES_NOTE}/   {note} Series {new} begins."])
    lines.append(["17/   Denotes series break.  Series XIII begins with December 2011."])
    return document("mfhhis01.txt", as_of, text_file(lines, 14))


def _words(day: dt.date) -> str:
    return f"{MONTH_NAMES_IN_FULL[day.month - 1]} {day.day}, {day.year}"


def _month_words(month: int) -> str:
    return f"{MONTH_NAMES[month % 12]} {month // 12}"


def _columns(year: int) -> list[_Column]:
    found: list[_Column] = []
    for month in range(year * 12 + 11, max(year * 12, HISTORY_FIRST_MONTH) - 1, -1):
        found.append(_Column(month))
        if month in BREAK_MONTHS:
            found.append(_Column(month, former=True))
    return found


def _block(year: int, book: _Book, *, first: bool) -> list[list[str]]:
    columns = _columns(year)
    lines = _series_labels(year, columns)
    lines += [
        ["", *(MONTH_NAMES[column.month % 12] for column in columns)],
        ["Country", *[str(year)] * len(columns)],
        ["", *["------"] * len(columns)],
    ]
    if first:
        lines.append([])
    cells = {name: [figure(column) for column in columns] for name, figure in _figures(year, book).items()}
    ranked = sorted(cells, key=lambda name: -(cells[name][0] or 0))
    world = [book.world(column) for column in columns]
    counted = [sum(row[position] or 0 for row in cells.values()) for position in range(len(columns))]
    official = [book.official(column) for column in columns]
    deep, deeper = ("", "") if year > _TRAILING_ZEROS_UNTIL else ("  ", "    ")

    def line(name: str, figures: Sequence[int | None]) -> list[str]:
        return [name, *(_cell(figure, year) for figure in figures)]

    lines += [line(_quoted(name), cells[name]) for name in ranked]
    lines += [
        line("All Other", [whole_world - part for whole_world, part in zip(world, counted, strict=True)]),
        line("Grand Total", world),
        [],
        ["Of which:"],
        line(f"{deep}For. Official", [position.total for position in official]),
        line(f"{deeper}Treasury Bills", [position.bills for position in official]),
        line(f"{deeper}T-Bonds & Notes", [position.long_term for position in official]),
    ]
    return lines


def _series_labels(year: int, columns: Sequence[_Column]) -> list[list[str]]:
    """The two lines above the months that mark where one series ends and the next begins."""
    above, below = [""] * (len(columns) + 1), [""] * (len(columns) + 1)
    for number, month in enumerate(BREAK_MONTHS):
        if month // 12 == year:
            place = columns.index(_Column(month)) + 1
            above[place], above[place + 1] = f"Series {number + _FIRST_SERIES_NOTE}/", "Series"
            below[place], below[place + 1] = f" {_ROMAN[number + 1]}", f" {_ROMAN[number]}"
    if year == FIRST_ANCHOR // 12:
        above[1], above[2] = "Series 17/", "Series"
        below[1], below[2] = " XIII", " XII"
    return [above, below] if any(above) else []


def _figures(year: int, book: _Book) -> dict[str, _Figure]:
    """The content of each row of a block, by its name in that year."""
    rows: dict[str, _Figure] = {}
    for holder in book.holders:
        if holder.history_years and holder.history_years[0] <= year <= holder.history_years[1]:
            rows[_name_of_the_time(holder.name, year)] = partial(book.held, holder.code)
    if 2003 <= year <= 2008:
        # The file has no Spain in these years.
        del rows["Spain"]
    if year <= _GROUPS_UNTIL:
        rows["Oil Exporters 3/"] = partial(_group, book, _OIL_EXPORTERS)
        rows["Carib Bnkng Ctrs 4/"] = partial(_banking_centers, book)
    if year == _SEPARATE_SINCE // 12:
        rows["Belgium  5/"] = partial(_belgium, book)
        rows["Luxembourg"] = partial(_luxembourg, book)
    if year < _SEPARATE_SINCE // 12:
        rows["Belgium-Luxembourg " if year == 2000 else "Belgium-Luxembourg"] = partial(_belgium, book)
    return rows


def _name_of_the_time(name: str, year: int) -> str:
    """The names that changed over the years, with footnote marks and stray blanks."""
    if name == "United Kingdom" and year <= 2011:
        return "United Kingdom 2/"
    if name == "Belgium" and year == 2002:
        return "Belgium  5/"
    if (name == "Korea, South" and year <= 2003) or (name == "Spain" and year <= 2002):
        return f"{name} "
    return name


def _group(book: _Book, codes: Sequence[str], column: _Column) -> int:
    return sum(book.held(code, column) for code in codes)


def _banking_centers(book: _Book, column: _Column) -> int:
    with_islands = column.month > _VIRGIN_ISLANDS_SINCE or (column.month == _VIRGIN_ISLANDS_SINCE and not column.former)
    return _group(book, [*_BANKING_CENTERS, *([_VIRGIN_ISLANDS] if with_islands else [])], column)


def _is_separate(column: _Column) -> bool:
    return column.month > _SEPARATE_SINCE or (column.month == _SEPARATE_SINCE and not column.former)


def _belgium(book: _Book, column: _Column) -> int:
    return _group(book, [_BELGIUM] if _is_separate(column) else [_BELGIUM, _LUXEMBOURG], column)


def _luxembourg(book: _Book, column: _Column) -> int | None:
    return book.held(_LUXEMBOURG, column) if _is_separate(column) else None


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def _cell(figure: int | None, year: int) -> str:
    if figure is None:
        return _NA
    text = tenths(figure)
    return text if year <= _TRAILING_ZEROS_UNTIL else text.removesuffix(".0")
