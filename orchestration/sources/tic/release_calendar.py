"""The days on which TIC data come out, as the publisher announces and records them.

Belongs here: reading its calendar, a page of the publisher or a table of past releases.
Does not belong here: which of two contradicting days is right in history; the seed `tic_release_calendar` says that.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.sources.base import FormatError
from orchestration.sources.tic.document import Document, decode, excerpt, split_lines
from orchestration.sources.tic.holdings import MONTH_NAMES, month_number

COLUMNS = ("data_month_end", "announced_on", "kind", "note", "line_number")

# A month comes out about 47 days after its end; the longest delay on record, August 2025, was 79.
_USUAL_LAG = 47
_LAGS = range(25, 101)

_MONTH_WORD = re.compile(rf"\b({'|'.join(MONTH_NAMES)})\b", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})\b")
_DATE = re.compile(
    r"\b(?:(?P<year>(?:19|20)[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"|(?P<us_month>[0-9]{1,2})/(?P<us_day>[0-9]{1,2})/(?P<us_year>(?:19|20)[0-9]{2})"
    r"|(?P<name>[A-Z][a-z]{2,8})\.? (?P<name_day>[0-9]{1,2}),? (?P<name_year>(?:19|20)[0-9]{2}))\b"
)
_TABLE = re.compile(r"<(?:table|tr)[\s>]", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?(?:table|tr|td|th))\b[^<>]*>", re.IGNORECASE)
_YEAR_CELL = re.compile(r"((?:19|20)[0-9]{2})(?:[^0-9][^0-9]{0,40})?")
_MONTH_CELL = re.compile(r"([A-Za-z]{3,9})\.?(?: ((?:19|20)[0-9]{2}))?")
_DAY_CELL = re.compile(r"(?:(?P<name>[A-Za-z]{3,9})\.? )?(?P<day>[0-9]{1,2})(?![0-9])")
_MONTHS_BEFORE = np.timedelta64(2, "M")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class _Row:
    """A row of a table: the line of its tag, and the texts of its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class _Release:
    """What one line says: a data month and its day. `corrected` is 1 where the printed year cannot be right, else 0."""

    month: np.datetime64
    day: dt.date
    kind: str
    note: str | None
    line: int
    corrected: int

    @property
    def lag(self) -> int:
        """Days from the end of the data month to the release."""
        return (self.day - _month_end(self.month)).days


def parse_release_calendar(name: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Read the release calendar: a CSV of past releases and announcements, or the publisher's page of release days.

    A reading whose lag is not between 25 and 100 days is dropped: the publisher's pages carry dates of later
    edits. Where lines contradict each other, the one nearest to the usual lag of 47 days stays, and the note
    names the other days.

    Args:
        name: the document's name, for messages.
        body: the bytes.
        retrieved_at: days after it are scheduled, whatever the page calls them.

    Returns:
        A row per data month and kind: data_month_end, announced_on, kind (published or scheduled), note, line_number.

    Raises:
        FormatError: no release could be read.
    """
    text = decode(name, body)
    document = Document(name, split_lines(text))
    until = retrieved_at.date()
    if _TABLE.search(text):
        releases = _from_page(text, until)
        if not releases:
            raise document.error("expected a table with release days and data months, found none in the page")
    else:
        releases = list(_from_csv(document, until))
        if not releases:
            raise document.error("expected rows with a release date and a data month, found none")
    return _frame(releases)


def essence(body: bytes) -> bytes:
    """The releases of a page without the rest: a token or a time in the page makes no new document."""
    try:
        # With one moment for all pages, a release that comes out does not change the result.
        frame = parse_release_calendar("release dates of TIC data", body, dt.datetime.max.replace(tzinfo=dt.UTC))
    except FormatError:
        return body
    return frame.drop(columns="line_number").to_csv().encode()


def _frame(releases: list[_Release]) -> pd.DataFrame:
    by_key: dict[tuple[np.datetime64, str], list[_Release]] = {}
    for release in releases:
        by_key.setdefault((release.month, release.kind), []).append(release)
    chosen: list[tuple[_Release, str | None]] = []
    for key in sorted(by_key):
        ranked = sorted(by_key[key], key=lambda item: (item.corrected, abs(item.lag - _USUAL_LAG), item.line))
        best = ranked[0]
        others = sorted({str(item.day) for item in ranked} - {str(best.day)})
        notes = [best.note] if best.note else []
        notes += [f"also given: {', '.join(others)}"] if others else []
        chosen.append((best, "; ".join(notes) or None))
    return pd.DataFrame(
        {
            "data_month_end": np.array([_month_end(best.month) for best, _ in chosen], "datetime64[s]"),
            "announced_on": np.array([best.day for best, _ in chosen], "datetime64[s]"),
            "kind": pd.Series([best.kind for best, _ in chosen], dtype="str"),
            "note": pd.Series([note for _, note in chosen], dtype="str"),
            "line_number": np.array([best.line for best, _ in chosen], dtype="int64"),
        }
    )


def _from_csv(document: Document, until: dt.date) -> Iterator[_Release]:
    rows = [(number, _csv_cells(line)) for number, line in document.numbered() if line.strip()]
    if not rows:
        raise document.error("expected a header and rows with release days, found nothing")
    number, header = rows[0]
    places = {cell.casefold(): index for index, cell in enumerate(header)}
    missing = [name for name in ("release_date", "data_month_text") if name not in places]
    if missing:
        raise document.error(
            f"expected the columns {', '.join(missing)}, or a page with a table; found {excerpt(','.join(header))}",
            number,
        )
    for line, cells in rows[1:]:
        row = {name: cells[index] if index < len(cells) else "" for name, index in places.items()}
        day = _day(row["release_date"])
        if day is None:
            raise document.error(f"expected a release date, found {excerpt(row['release_date'])}", line)
        yield from _readings(row["data_month_text"], day, _kind(day, until), line)
        announced = _day(row.get("next_release_scheduled", ""))
        if announced is not None:
            yield from _readings(row.get("next_data_month", ""), announced, "scheduled", line)


def _csv_cells(line: str) -> list[str]:
    try:
        return [cell.strip() for cells in csv.reader([line]) for cell in cells] or [""]
    except csv.Error:
        return [line]


def _from_page(text: str, until: dt.date) -> list[_Release]:
    """Read the tables of a page: the publisher's schedule, or else rows that each have a whole date and a data month.

    Text outside the tables is not read: notes name days of edits and of other surveys.
    """
    rows = list(_table_rows(text))
    return list(_from_schedule(rows, until)) or list(_from_dated_rows(rows, until))


def _from_schedule(rows: Sequence[_Row], until: dt.date) -> Iterator[_Release]:
    """The schedule: a row with a year, then a row a month with the days of each kind of release, the monthly one first.

    The figures of a month come out in the second month after it. A release that was moved out of its month is printed
    with the name of the other one (`Oct | Nov 18`).
    """
    year = None
    for row in rows:
        cells = row.cells
        if cells and (found := _YEAR_CELL.fullmatch(cells[0])):
            year, cells = int(found[1]), cells[1:]
        if len(cells) < 2 or (of := _MONTH_CELL.fullmatch(cells[0])) is None:
            continue
        month = month_number(of[1])
        year = int(of[2]) if of[2] else year
        day = _day_of_cell(cells[1], year, month) if month and year else None
        if day is None or month is None or year is None:
            continue
        data_month = np.datetime64(f"{year:04d}-{month:02d}", "M") - _MONTHS_BEFORE
        note = None if cells[1].isdecimal() else f"printed as {cells[1][:80]} in the row {cells[0]} {year}"
        release = _Release(data_month, day, _kind(day, until), note, row.line, 0)
        if release.lag in _LAGS:
            yield release


def _day_of_cell(text: str, year: int, month: int) -> dt.date | None:
    """The day of `15`, `18 tentative`, `Nov 18` or a whole date, in the row of a month."""
    if (whole := _DATE.match(text)) is not None:
        return _date_of(whole)
    found = _DAY_CELL.match(text)
    if found is None:
        return None
    named = month_number(found["name"]) if found["name"] else month
    if named is None:
        return None
    try:
        return dt.date(year + (named < month), named, int(found["day"]))
    except ValueError:
        return None


def _from_dated_rows(rows: Sequence[_Row], until: dt.date) -> Iterator[_Release]:
    for row in rows:
        words = " ".join(row.cells)
        found = _DATE.search(words)
        day = _date_of(found) if found else None
        if found is None or day is None:
            continue
        yield from _readings(_DATE.sub(" ", words), day, _kind(day, until), row.line)


def _table_rows(text: str) -> Iterator[_Row]:
    """The rows of all tables with their cells, up to the end of each row or table."""
    tags = list(_TABLE_TAG.finditer(text))
    line, counted = 1, 0
    row: _Row | None = None
    for tag, following in itertools.zip_longest(tags, tags[1:]):
        kind = tag[1].lower()
        if kind in ("tr", "/tr", "table", "/table"):
            if row is not None:
                yield row
            line, counted = line + text.count("\n", counted, tag.start()), tag.start()
            row = _Row(line, []) if kind == "tr" else None
        if row is not None and kind in ("tr", "td", "th"):
            content = text[tag.end() : following.start() if following else len(text)]
            words = " ".join(html.unescape(_TAG.sub(" ", content)).split())
            # Text before the first cell of a row belongs to no cell.
            if kind != "tr":
                row.cells.append(words)
    if row is not None:
        yield row


def _readings(text: str, day: dt.date, kind: str, line: int) -> Iterator[_Release]:
    """The data months that a text names, with the year that fits the day of release."""
    years = _YEAR.findall(text)
    for word in dict.fromkeys(word.casefold() for word in _MONTH_WORD.findall(text)):
        number = month_number(word)
        assert number is not None
        year = day.year if number <= day.month else day.year - 1
        wrong = years and str(year) not in years
        release = _Release(
            np.datetime64(f"{year:04d}-{number:02d}", "M"),
            day,
            kind,
            f"printed as {' '.join(text.split())[:80]}" if wrong else None,
            line,
            int(bool(wrong)),
        )
        if release.lag in _LAGS:
            yield release


def _kind(day: dt.date, until: dt.date) -> str:
    return "published" if day <= until else "scheduled"


def _day(text: str) -> dt.date | None:
    found = _DATE.search(text)
    return _date_of(found) if found else None


def _date_of(found: re.Match[str]) -> dt.date | None:
    year, month, day = (
        (found["year"], found["month"], found["day"])
        if found["year"]
        else (found["us_year"], found["us_month"], found["us_day"])
        if found["us_year"]
        else (found["name_year"], str(month_number(found["name"]) or 0), found["name_day"])
    )
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month_end(month: np.datetime64) -> dt.date:
    last = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    day = last.item()
    assert isinstance(day, dt.date)
    return day
