"""Watches for the next release of TIC: when to ask the publisher, what to ask, and when to start a load.

Belongs here: which release is awaited, how often its tables are asked for, and the words for each answer. What has been
seen lies in a `Watch`, which Dagster keeps between two looks. Does not belong here: the load that follows, and whether
the tables are good: its checks say that.

The tables are posted in random order within a quarter of an hour, so a load waits until all of them have moved on, an
hour at most. A table is asked for conditionally: a look costs one small request, answered with 304, until then.
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

from orchestration.archive.store import ArchiveError, latest_document
from orchestration.published import open_published
from orchestration.settings import Settings
from orchestration.sources import tic
from orchestration.sources.base import FetchError, Known
from orchestration.sources.http import HttpClient
from orchestration.tables.seeds import read_seed

TABLES = ("slt_table3", "slt_table1", "slt_table5")
"""The tables that have a new month in every release."""

WASHINGTON = ZoneInfo("America/New_York")
RELEASE_HOUR = 16
EARLIEST_BUSINESS_DAY = 11
"""Where no day is announced: of the second month after the data month. 260 of 274 releases came on it or later."""

OFTEN = dt.timedelta(minutes=10)
PATIENCE_WITH_THE_REST = dt.timedelta(hours=1)
PAUSES = (
    (dt.timedelta(hours=6), OFTEN),
    (dt.timedelta(days=3), dt.timedelta(hours=1)),
    (dt.timedelta.max, dt.timedelta(days=1)),
)
"""(until so long after the release was due, pause between two looks); the last is what a closed office gets."""

LATE_AFTER = dt.timedelta(hours=6)
LATE_AFTER_A_GUESS = dt.timedelta(days=7)

# Dagster gives a sensor 60 seconds, and one request may take six time-outs.
_TIMEOUT_SECONDS = 5.0
_SECONDS_OF_A_LOOK = 20.0

_HOLDINGS = "select series, max(month_end) from raw.tic_holdings where line_number is not null group by series"
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
        days: on which it was announced to come, the first first.
        is_announced: by the publisher; else the day is the earliest on which it usually comes.
        note: what the calendar says of it.
    """

    month_end: dt.date
    days: tuple[dt.date, ...]
    is_announced: bool
    note: str | None = None

    @property
    def due_at(self) -> dt.datetime:
        """When it was first to come, UTC."""
        return _release_time(self.days[0])

    def last_due_before(self, now: dt.datetime) -> dt.datetime:
        """The latest of its announced times that has passed; the first if none has."""
        passed = [_release_time(day) for day in self.days if _release_time(day) <= now]
        return max(passed, default=self.due_at)


@dataclass(frozen=True)
class Held:
    """What the published warehouse has of TIC.

    Attributes:
        newest: the newest month of each table that has rows.
        announced: (data month, day, note) of every announcement, the latest word last.
    """

    newest: Mapping[str, dt.date]
    announced: tuple[tuple[dt.date, dt.date, str | None], ...] = ()


@dataclass(frozen=True)
class Watch:
    """What was seen so far; it fits into a few hundred characters.

    Attributes:
        asked_at: when the publisher was last asked, UTC, ISO 8601.
        moved: the tables that are no longer what the archive has: the first digits of their SHA-256.
        moved_at: when the first of them was seen.
        requested: the load that was last asked for.
    """

    asked_at: str | None = None
    moved: dict[str, str] = field(default_factory=dict)
    moved_at: str | None = None
    requested: str | None = None

    @classmethod
    def from_text(cls, text: str | None) -> Watch:
        """Read what `to_text` wrote; anything else (a person may edit it) begins anew."""
        try:
            watch = cls(**json.loads(text or "{}"))
            for moment in (watch.asked_at, watch.moved_at):
                _ = moment is None or dt.datetime.fromisoformat(moment)
            _ = dict(watch.moved)
        except (TypeError, ValueError):
            return cls()
        return watch

    def to_text(self) -> str:
        """Write it, without what is not known."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True)
class Look:
    """What came of one look.

    Attributes:
        words: for a person: what is awaited, what was seen, when the next look is.
        watch: to be kept for the next look.
        load: the identity of the load to start; None for none. The same release never gives it twice.
    """

    words: str
    watch: Watch
    load: str | None = None


Ask = Callable[[str], str | None]
"""Table -> the first digits of the SHA-256 of its bytes; None if the archive has them. May raise FetchError."""


def look(now: dt.datetime, held: Held | None, watch: Watch, ask: Ask) -> Look:
    """Look whether the next release is out.

    Args:
        now: UTC.
        held: what the published warehouse has; None if there is none.
        watch: what the look before left.
        ask: asks the publisher for one table.
    """
    newest = {table: held.newest[table] for table in TABLES if table in held.newest} if held else {}
    if held is None or not newest:
        return Look("The warehouse has no holdings yet: run monthly_load once, and this waits for the next.", watch)
    release = next_release(min(newest.values()), held.announced)
    if now < release.due_at:
        return Look(f"{_announced(release)} Until then nobody is asked.", Watch(requested=watch.requested))
    waiting = watch.asked_at and _moment(watch.asked_at) + _pause(release, watch, now)
    if waiting and now < waiting:
        return Look(f"{_state(release, now)} {_seen(watch)} The publisher is asked again at {_clock(waiting)}.", watch)
    watch = replace(watch, asked_at=now.isoformat(timespec="seconds"))
    behind = [table for table in TABLES if newest.get(table, dt.date.min) < release.month_end]
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
            trouble = f"{table} could not be asked for: {error} "
            break
        if digest is None:
            break
        moved[table] = digest
    first = watch.moved_at if watch.moved_at and moved else (now.isoformat(timespec="seconds") if moved else None)
    watch = replace(watch, moved=moved, moved_at=first)
    again = f"The publisher is asked again at {_clock(now + _pause(release, watch, now))}."
    if not moved or first is None:
        return Look(f"{_state(release, now)} {trouble or 'The tables are still the ones before. '}{again}", watch)
    rest = [table for table in behind if table not in moved]
    if rest and now < _moment(first) + PATIENCE_WITH_THE_REST:
        return Look(f"{_state(release, now)} {_seen(watch)} {trouble}Awaited: {', '.join(rest)}. {again}", watch)
    load = (
        f"tic-{release.month_end:%Y-%m}-{hashlib.sha256(json.dumps(moved, sort_keys=True).encode()).hexdigest()[:12]}"
    )
    if load == watch.requested:
        words = (
            f"{_state(release, now)} A load of these tables was started before ({load}) and has not brought them into "
            f"the warehouse: see its run. Other bytes start another one. {again}"
        )
        return Look(words, replace(watch, moved={}, moved_at=None))
    words = f"{_state(release, now)} {_seen(watch)}{_missing(rest)} The load {load} is started."
    return Look(words, replace(watch, moved={}, moved_at=None, requested=load), load)


def next_release(newest_month: dt.date, announced: Iterable[tuple[dt.date, dt.date, str | None]] = ()) -> Release:
    """The release after the one that brought a month.

    Args:
        newest_month: the last day of the month.
        announced: (data month, day, note) as the publisher's own calendar said, the latest word last.
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
    """The day on which a data month comes out at the earliest, where nothing is announced."""
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
        announced = connection.execute(_ANNOUNCED).fetchall()
    return Held(newest, tuple((month, day, note) for month, day, note in announced))


def asker(client: HttpClient, settings: Settings, archive: Path, seconds: Callable[[], float]) -> Ask:
    """Asks the live publisher for a table, on the terms of what the archive has of it.

    Args:
        client: made with the settings of `patient_enough`.
        settings: the base address.
        archive: the archive's folder; only read, so that a load may be at work in it.
        seconds: how long this look has taken so far; when it is long, the rest is left for the next.
    """

    def ask(table: str) -> str | None:
        if seconds() > _SECONDS_OF_A_LOOK:
            raise FetchError("the tables before took too long; the next look goes on.")
        address = tic.address_of(settings, table)
        try:
            kept = latest_document(archive, tic.NAME, address)
        except ArchiveError as error:
            raise FetchError(str(error)) from None
        known = Known(kept.retrieved_at, kept.etag, kept.last_modified) if kept else None
        response = client.get(address, known=known)
        digest = hashlib.sha256(response.body).hexdigest()
        return None if response.not_modified or (kept and kept.sha256 == digest) else digest[:12]

    return ask


def patient_enough(settings: Settings) -> Settings:
    """The settings for one look: a publisher that does not answer is asked again at the next."""
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
        return f"TIC's figures for {release.month_end:%B %Y} are to come out on {when}."
    return f"No day is announced for TIC's figures for {release.month_end:%B %Y}; they come on {when} at the earliest."


def _state(release: Release, now: dt.datetime) -> str:
    """What is awaited, and how late it is."""
    late = now - release.due_at
    if late < (LATE_AFTER if release.is_announced else LATE_AFTER_A_GUESS):
        return f"TIC's figures for {release.month_end:%B %Y} are due since {_clock(release.due_at)}."
    how = f"{late.days} day(s)" if late.days else f"{late.seconds // 3600} hours"
    others = [f"{day}" for day in release.days[1:]]
    return (
        f"LATE: TIC's figures for {release.month_end:%B %Y} were due on {release.days[0]}, {how} ago"
        + (f"; also announced for {', '.join(others)}" if others else "")
        + (f". The calendar says: {release.note}" if release.note else "")
        + ". A closure of the offices in Washington explains it; the publisher is asked until they come."
    )


def _seen(watch: Watch) -> str:
    return f"New: {', '.join(watch.moved)}." if watch.moved else ""


def _missing(rest: list[str]) -> str:
    return f" Still the ones before after an hour: {', '.join(rest)}; the load's checks decide." if rest else ""


def _release_time(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(RELEASE_HOUR), tzinfo=WASHINGTON).astimezone(dt.UTC)


def _month_end(day: dt.date, months: int) -> dt.date:
    """The last day of the month so many months after a day's."""
    number = day.year * 12 + day.month + months
    return dt.date(number // 12, number % 12 + 1, 1) - dt.timedelta(days=1)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _clock(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
