"""Watches for the next release of TIC: when to send requests, for which tables, and when to start a load.

Belongs here: which release is next, how often its tables are requested, and the message for each result. A `Watch` has
what was seen so far; Dagster keeps it between two ticks. Does not belong here: the load that follows, and its checks of
the tables.

The publisher posts the tables in random order within a quarter of an hour, so a load waits until all of them have
changed, for at most an hour. Requests are conditional: until then a tick costs one small request, answered with 304.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pandas.tseries.holiday import USFederalHolidayCalendar

from orchestration.archive.ledger import ACCEPTED, read_ledger
from orchestration.archive.store import ArchiveError, latest_document
from orchestration.home import Home
from orchestration.published import PublishedError, open_published
from orchestration.settings import Settings
from orchestration.sources import tic
from orchestration.sources.base import FetchError, Known
from orchestration.sources.http import HttpClient
from orchestration.tables.seeds import read_seed

TABLES = ("slt_table3", "slt_table1", "slt_table5")
HISTORY = "cslt"
"""Posted with the tables. It is waited for if the warehouse has an earlier edition, and never alone."""
"""The tables that have a new month in every release."""

WASHINGTON = ZoneInfo("America/New_York")
RELEASE_HOUR = 16
EARLIEST_BUSINESS_DAY = 11
"""If no day is announced: this business day of the second month after the data month. 260 of 274 releases came on
it or later."""

OFTEN = dt.timedelta(minutes=10)
PATIENCE_WITH_THE_REST = dt.timedelta(hours=1)
PAUSES = (
    (dt.timedelta(hours=6), OFTEN),
    (dt.timedelta(days=3), dt.timedelta(hours=1)),
    (dt.timedelta.max, dt.timedelta(days=1)),
)
"""(time since the release was due, pause between two requests); the last one is for closed offices."""

LATE_AFTER = dt.timedelta(hours=6)
LATE_AFTER_A_GUESS = dt.timedelta(days=7)

# Dagster gives a sensor 60 seconds, and one request may take six time-outs.
_TIMEOUT_SECONDS = 5.0
_SECONDS_OF_A_LOOK = 20.0

_HOLDINGS = "select series, max(month_end) from raw.tic_holdings where line_number is not null group by series"
_HISTORY = "select 'cslt', max(month_end) from raw.tic_cslt where line_number is not null"
_HAS_HISTORY = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'tic_cslt'"
_ANNOUNCED = """
select data_month_end, announced_on, note
from raw.tic_release_calendar
where announced_on is not null
order by retrieved_at
"""


@dataclass(frozen=True)
class Release:
    """One release of TIC, as the calendars announce it.

    Attributes:
        month_end: the last day of its data month.
        days: the announced days, the first one first.
        is_announced: by the publisher; otherwise the day is the earliest on which it usually comes.
        note: of the calendar.
    """

    month_end: dt.date
    days: tuple[dt.date, ...]
    is_announced: bool
    note: str | None = None

    @property
    def due_at(self) -> dt.datetime:
        """When it was first due, UTC."""
        return _release_time(self.days[0])

    def last_due_before(self, now: dt.datetime) -> dt.datetime:
        """The latest of its announced times that has passed; the first one if none has."""
        passed = [_release_time(day) for day in self.days if _release_time(day) <= now]
        return max(passed, default=self.due_at)


@dataclass(frozen=True)
class Held:
    """What the published warehouse has of TIC.

    Attributes:
        newest: the newest month of each table that has rows.
        announced: (data month, day, note) of every announcement, the latest one last.
    """

    newest: Mapping[str, dt.date]
    announced: tuple[tuple[dt.date, dt.date, str | None], ...] = ()


@dataclass(frozen=True)
class Watch:
    """What earlier ticks saw, in a few hundred characters.

    Attributes:
        asked_at: the last request to the publisher, UTC, ISO 8601.
        moved: the tables that differ from those in the archive: the first digits of their SHA-256.
        moved_at: when the first of them was noticed.
        requested: the load that was last started.
    """

    asked_at: str | None = None
    moved: dict[str, str] = field(default_factory=dict)
    moved_at: str | None = None
    requested: str | None = None

    @classmethod
    def from_text(cls, text: str | None) -> Watch:
        """Read what `to_text` wrote; anything else (a person may edit it) is an empty watch."""
        try:
            watch = cls(**json.loads(text or "{}"))
            for moment in (watch.asked_at, watch.moved_at):
                _ = moment is None or dt.datetime.fromisoformat(moment)
            _ = dict(watch.moved)
        except (TypeError, ValueError):
            return cls()
        return watch

    def to_text(self) -> str:
        """Write it, without empty fields."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True)
class Look:
    """The result of one tick.

    Attributes:
        message: for a person: which release is next, what was seen, when the next request is.
        watch: to keep for the next tick.
        load: the key of the load to start; None for no load. The same tables never start two loads.
    """

    message: str
    watch: Watch
    load: str | None = None


Ask = Callable[[str], str | None]
"""Table -> the first digits of the SHA-256 of its bytes; None if the archive has them. May raise FetchError."""


def look(now: dt.datetime, held: Held | None, watch: Watch, ask: Ask) -> Look:
    """Check whether the next release is out.

    Args:
        now: UTC.
        held: what the published warehouse has; None if there is none.
        watch: of the previous tick.
        ask: requests one table from the publisher.
    """
    newest = {table: held.newest[table] for table in TABLES if table in held.newest} if held else {}
    if held is None or not newest:
        return Look(
            "The warehouse has no holdings yet. Run monthly_load once. Then this sensor waits for releases.",
            watch,
        )
    release = next_release(min(newest.values()), held.announced)
    if now < release.due_at:
        return Look(f"{_announced(release)} No request is sent before then.", Watch(requested=watch.requested))
    waiting = watch.asked_at and _moment(watch.asked_at) + _pause(release, watch, now)
    if waiting and now < waiting:
        return Look(f"{_state(release, now)} {_seen(watch)} Next request: {_clock(waiting)}.", watch)
    watch = replace(watch, asked_at=now.isoformat(timespec="seconds"))
    watched = [*TABLES, HISTORY] if HISTORY in held.newest else TABLES
    behind = [table for table in watched if held.newest.get(table, dt.date.min) < release.month_end]
    return _ask_for(now, release, watch, behind, ask)


def _ask_for(now: dt.datetime, release: Release, watch: Watch, behind: list[str], ask: Ask) -> Look:
    moved = {table: digest for table, digest in watch.moved.items() if table in behind}
    trouble = ""
    for table in behind:
        if table in moved:
            continue
        try:
            digest = ask(table)
        except FetchError as error:
            trouble = f"{table} could not be fetched: {error} "
            break
        if digest is None:
            break
        moved[table] = digest
    first = watch.moved_at if watch.moved_at and moved else (now.isoformat(timespec="seconds") if moved else None)
    watch = replace(watch, moved=moved, moved_at=first)
    again = f"Next request: {_clock(now + _pause(release, watch, now))}."
    if not moved or first is None:
        return Look(f"{_state(release, now)} {trouble or 'The tables are unchanged. '}{again}", watch)
    rest = [table for table in behind if table not in moved]
    if rest and now < _moment(first) + PATIENCE_WITH_THE_REST:
        return Look(f"{_state(release, now)} {_seen(watch)} {trouble}Waiting for: {', '.join(rest)}. {again}", watch)
    load = (
        f"tic-{release.month_end:%Y-%m}-{hashlib.sha256(json.dumps(moved, sort_keys=True).encode()).hexdigest()[:12]}"
    )
    if load == watch.requested:
        message = (
            f"{_state(release, now)} The load {load} was already started for these tables, and they are not in the "
            f"warehouse: see its run. Different bytes start another load. {again}"
        )
        return Look(message, replace(watch, moved={}, moved_at=None))
    message = f"{_state(release, now)} {_seen(watch)}{_missing(rest)} Starting the load {load}."
    return Look(message, replace(watch, moved={}, moved_at=None, requested=load), load)


def next_release(newest_month: dt.date, announced: Iterable[tuple[dt.date, dt.date, str | None]] = ()) -> Release:
    """The release after the one that brought a month.

    Args:
        newest_month: the last day of the month.
        announced: (data month, day, note) from the publisher's own calendar, the latest one last.
    """
    month_end = _month_end(newest_month, 1)
    said = [(day, note) for month, day, note in announced if month == month_end]
    listed = read_seed("tic_release_calendar")
    listed = listed[(listed["data_month_end"] == month_end.isoformat()) & (listed["basis"] != "estimated")]
    days = {day for day, _ in said} | {dt.date.fromisoformat(day) for day in listed["released_on"]}
    notes = [note for _, note in said if note] + list(listed["note"].dropna())
    if days:
        return Release(month_end, tuple(sorted(days)), is_announced=True, note=notes[-1] if notes else None)
    return Release(month_end, (earliest_day(month_end),), is_announced=False)


def earliest_day(month_end: dt.date) -> dt.date:
    """The earliest day on which a data month is released, if nothing is announced."""
    first = _month_end(month_end, 1) + dt.timedelta(days=1)
    holidays = _federal_holidays(first.year)
    day = np.busday_offset(first, EARLIEST_BUSINESS_DAY - 1, roll="forward", holidays=holidays).item()
    assert isinstance(day, dt.date)
    return day


@cache
def _federal_holidays(year: int) -> NDArray[np.datetime64]:
    days = USFederalHolidayCalendar().holidays(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return days.to_numpy().astype("datetime64[D]")


def read_held(published: Path) -> Held | None:
    """What the published warehouse has of TIC; None if nothing is published yet.

    Raises:
        PublishedError: the published file cannot be read.
    """
    if not published.exists():
        return None
    with open_published(published) as connection:
        newest = dict(connection.execute(_HOLDINGS).fetchall())
        # A file of an earlier version of Tidemark has no such table.
        if connection.execute(_HAS_HISTORY).fetchone():
            newest |= {series: month for series, month in connection.execute(_HISTORY).fetchall() if month}
        announced = connection.execute(_ANNOUNCED).fetchall()
    return Held(newest, tuple((month, day, note) for month, day, note in announced))


def asker(client: HttpClient, settings: Settings, home: Home, seconds: Callable[[], float]) -> Ask:
    """Return a function that requests a table, conditionally if the archive has an accepted document of it.

    Args:
        client: made with `settings_for_looks`.
        settings: the base address.
        home: its archive and its published warehouse are only read, so that a load may run meanwhile.
        seconds: how long this tick has taken so far; if that is too long, the next tick requests the rest.
    """
    try:
        ledger = read_ledger(home.published)
    except PublishedError:  # without it, requests are unconditional: slower, but correct
        ledger = {}

    def ask(table: str) -> str | None:
        if seconds() > _SECONDS_OF_A_LOOK:
            raise FetchError("the previous tables took too long; the next tick continues.")
        address = tic.address_of(settings, table)
        try:
            kept = latest_document(home.archive, tic.NAME, address)
        except ArchiveError as error:
            raise FetchError(str(error)) from None
        line = ledger.get(kept.document_id) if kept else None
        is_accepted = line is not None and line.status in ACCEPTED
        known = Known(kept.retrieved_at, kept.etag, kept.last_modified) if kept and is_accepted else None
        response = client.get(address, known=known)
        digest = hashlib.sha256(response.body).hexdigest()
        return None if response.not_modified or (kept and kept.sha256 == digest) else digest[:12]

    return ask


def settings_for_looks(settings: Settings) -> Settings:
    """The settings for one tick: one attempt with a short timeout, because the next tick tries again."""
    seconds = min(settings.http_timeout_seconds, _TIMEOUT_SECONDS)
    return settings.model_copy(update={"http_attempts": 1, "http_timeout_seconds": seconds})


def _pause(release: Release, watch: Watch, now: dt.datetime) -> dt.timedelta:
    if watch.moved:
        return OFTEN
    waited = now - release.last_due_before(now)
    return next(pause for until, pause in PAUSES if waited < until)


def _announced(release: Release) -> str:
    when = f"{release.due_at.astimezone(WASHINGTON):%A %Y-%m-%d, %H:%M} in Washington ({_clock(release.due_at)})"
    if release.is_announced:
        return f"TIC's figures for {release.month_end:%B %Y} are due on {when}."
    return f"No release day is announced for TIC's figures for {release.month_end:%B %Y}; the earliest is {when}."


def _state(release: Release, now: dt.datetime) -> str:
    """Which release is due, and how late it is."""
    late = now - release.due_at
    if late < (LATE_AFTER if release.is_announced else LATE_AFTER_A_GUESS):
        return f"TIC's figures for {release.month_end:%B %Y} have been due since {_clock(release.due_at)}."
    how = f"{late.days} day(s)" if late.days else f"{late.seconds // 3600} hours"
    others = [f"{day}" for day in release.days[1:]]
    return (
        f"LATE: TIC's figures for {release.month_end:%B %Y} were due on {release.days[0]}, {how} ago"
        + (f"; also announced for {', '.join(others)}" if others else "")
        + (f". The calendar says: {release.note}" if release.note else "")
        + ". Closed offices in Washington are the usual reason. Requests continue until the figures arrive."
    )


def _seen(watch: Watch) -> str:
    return f"New: {', '.join(watch.moved)}." if watch.moved else ""


def _missing(rest: list[str]) -> str:
    return f" Unchanged after an hour: {', '.join(rest)}; the checks of the load decide." if rest else ""


def _release_time(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(RELEASE_HOUR), tzinfo=WASHINGTON).astimezone(dt.UTC)


def _month_end(day: dt.date, months: int) -> dt.date:
    """The last day of the month that is this many months after the month of a day."""
    number = day.year * 12 + day.month + months
    return dt.date(number // 12, number % 12 + 1, 1) - dt.timedelta(days=1)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _clock(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
