"""The history file `mfhhis01.txt`: a block a year, newest first, with the double columns of the survey months.

Belongs here: its blocks, labels, names of the time, and footer. Does not belong here: figures (`simulate_tic.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.sample.calendars import MONTH_NAMES
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

_REVISED = (
    (2024, "January 15, 2026"),
    (2023, "January 15, 2026"),
    (2022, "March 19, 2025"),
    (2021, "November 16, 2023"),
    (2020, "November 16, 2023"),
    (2019, "August 17, 2020"),
    (2011, "August 15, 2018"),
)


@dataclass(frozen=True)
class _Column:
    """One column of a block: a month, on the basis of its day or on the one before (`former`)."""

    month: int
    former: bool = False


class _Book:
    """The holdings behind the file, in millions of dollars, whatever the month and basis."""

    def __init__(self, seed: int, positions: Positions, history: History, holders: Sequence[Country]) -> None:
        self.holders = holders
        self._positions = positions
        self._history = history
        self._official = _official_shares(seed, positions, holders)

    def held(self, code: str, column: _Column) -> int:
        """What one holder has."""
        if column.former:
            return self._history.former[code][column.month]
        if column.month < FIRST_ANCHOR:
            return self._history.current[code][column.month]
        return self._positions[code][column.month].total

    def world(self, column: _Column) -> int:
        """What all holders have."""
        return sum(self.held(holder.code, column) for holder in self.holders)

    def official(self, column: _Column) -> Position:
        """What foreign officials have; before December 2013 a simulated share of all."""
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
        [(HISTORY_FIRST_MONTH, 0.58), (2008 * 12, 0.68), (FIRST_ANCHOR, 0.722), (FIRST_OFFICIAL_ANCHOR, known.total / world)]
    )
    bills = Waypoints(
        [(HISTORY_FIRST_MONTH, 0.26), (2006 * 12, 0.15), (2009 * 12, 0.22), (FIRST_OFFICIAL_ANCHOR, known.bills / known.total)]
    )
    noise = Noise(seed, "official share").wander(FIRST_OFFICIAL_ANCHOR - HISTORY_FIRST_MONTH, 0.002, 0.8)

    def at(month: int) -> tuple[float, float]:
        off = noise[month - HISTORY_FIRST_MONTH]
        return share(month) + off, bills(month) + off

    return at


def history_file(
    seed: int, as_of: dt.date, last_year: int, revised: str, data: tuple[Positions, History, Sequence[Country]]
) -> Document:
    """Write the history file.

    Args:
        seed: of the simulation.
        as_of: the day on which it is served.
        last_year: its newest year block.
        revised: when that year was last revised, in the publisher's words ("May 18, 2026").
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
    day = dt.datetime.strptime(revised, "%B %d, %Y").date()  # noqa: DTZ007  (a day has no time zone)
    lines.append([f"{day.month}/{day.day}/{day.year}"])
    stamps = {**dict(_REVISED), last_year: revised}
    lines += [[f'"({year} revised {stamp})"'] for year, stamp in sorted(stamps.items(), reverse=True)]
    lines += [
        [],
        ["*     Less than $50 million."],
        [],
        [f'"1/   {SIMULATED}"'],
        ["     Years before December 2011 and their series breaks are invented; so are the footnotes."],
        ["2/   United Kingdom of this simulation; no islands are counted."],
        ['"3/   Oil exporters here: Indonesia, Kuwait, Saudi Arabia, United Arab Emirates."'],
        ['"4/   Banking centers here: Bahamas, Bermuda, Cayman Islands, others; from June 2006 British Virgin Islands."'],
        ["5/   Belgium and Luxembourg together up to the old series of June 2002."],
    ]
    for number, month in enumerate(BREAK_MONTHS):
        new, old = _ROMAN[number + 1], _ROMAN[number]
        note = f"Denotes series break.  Series {old} for {_month_words(month)} is shown for comparison only."
        lines.append([f"{number + _FIRST_SERIES_NOTE}/   {note} Series {new} begins."])
    lines.append(["17/   Denotes series break.  Series XIII begins with December 2011."])
    return document("mfhhis01.txt", as_of, text_file(lines, 14))


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
    named = _named(year, book.holders)
    cells = {name: [figure(column) for column in columns] for name, figure in _figures(named, book).items()}
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
    """The two lines above the months that say where one series ends and the next begins."""
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


def _named(year: int, holders: Sequence[Country]) -> list[Country]:
    return [
        holder
        for holder in holders
        if holder.history_years and holder.history_years[0] <= year <= holder.history_years[1]
        # the file leaves Spain out of these years
        and not (holder.name == "Spain" and 2003 <= year <= 2008)
        and not (holder.code in (_BELGIUM, _LUXEMBOURG) and year < _SEPARATE_SINCE // 12)
    ]


def _figures(named: Sequence[Country], book: _Book) -> Mapping[str, Callable[[_Column], int | None]]:
    """What each row of a block shows, by the name that it goes by in the oldest of its columns' years."""
    year = _year_of(named)
    rows: dict[str, Callable[[_Column], int | None]] = {}
    for holder in named:
        rows[holder.name] = lambda column, code=holder.code: book.held(code, column)
    return rows if year is None else rows


def _year_of(named: Sequence[Country]) -> int | None:
    return None if named else 0


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def _cell(figure: int | None, year: int) -> str:
    if figure is None:
        return _NA
    text = tenths(figure)
    return text if year <= _TRAILING_ZEROS_UNTIL else text.removesuffix(".0")
