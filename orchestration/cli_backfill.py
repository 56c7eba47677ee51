"""The commands `archive backfill ...`: fetch past releases, as they were, from the publishers' own archives.

Belongs here: options, messages and exit codes of these commands. Does not belong here: what they do
(`orchestration.archive.backfill`).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, NoReturn

import click

from orchestration.console import say, warn
from orchestration.home import Home, HomeError
from orchestration.published import PublishedError
from orchestration.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from orchestration.archive.backfill import Restored
    from orchestration.archive.ledger import Ledger
    from orchestration.archive.store import Archive
    from orchestration.sources.http import HttpClient
    from orchestration.sources.tic.release_archives import ReleaseArchive

_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_SHOWN = 40
_LOAD = "Run a load to use the new documents."


@click.group()
def backfill() -> None:
    """Fetch past releases as they were on their day. The next load puts them into the vintages."""


@backfill.command("tic")
@click.option("--since", metavar="YYYY-MM", help="Only releases of this month or later. Default: all.")
@click.option("--until", metavar="YYYY-MM", help="Only releases of this month or earlier.")
@click.option("--dry-run", is_flag=True, help="Only list the archives, and which of them are held already.")
def tic(since: str | None, until: str | None, dry_run: bool) -> None:
    """Fetch the Treasury's archives of past TIC releases, one at a time.

    \b
        archive backfill tic --since 2023-04              the releases since the tables have their present form
        archive backfill tic --since 2023-04 --dry-run    list them first

    Each archive is a ZIP of 2 to 11 MB with all files of a release. The files that Tidemark reads are stored as
    documents of the release's day; the others are listed. Run it again at any time: what is held is not fetched again.
    Exit code 1 if an archive could not be fetched or read; the others are stored.
    """  # noqa: D301 - \b is click's syntax
    from orchestration.archive.backfill import chosen, is_held
    from orchestration.sources import tic as publisher
    from orchestration.sources.base import SourceError
    from orchestration.sources.http import HttpClient

    first_day = _day("--since", since, is_last=False) if since else None
    last_day = _day("--until", until, is_last=True) if until else None
    settings = _settings()
    with _opened(settings, read_only=dry_run) as store, HttpClient(settings) as client:
        try:
            archives = chosen(publisher.release_archives(client, settings), first_day, last_day)
        except SourceError as error:
            _leave(str(error), code=1)
        waiting = [archive for archive in archives if not is_held(store, archive)]
        if dry_run:
            _list(archives, waiting)
        elif not archives:
            say("The publisher lists no archive of these months.")
        elif not waiting:
            say(f"All {len(archives)} archives are held already.")
        else:
            _fetch_archives(store, client, settings, waiting, len(archives) - len(waiting))


@backfill.command("fred")
@click.option(
    "--release", required=True, type=click.IntRange(1), help="A release of FRED; 3 is the Treasury's cslt.zip."
)
@click.option("--series", "start", metavar="TEXT", default="", help="Only series whose id starts with this text.")
@click.option("--dry-run", is_flag=True, help="Only list the series.")
def fred(release: int, start: str, dry_run: bool) -> None:
    """Fetch all vintages of a release's series from ALFRED. Needs FRED_API_KEY.

    \b
        archive backfill fred --release 3 --series FORTREASPOS    all Treasuries, positions, of every holder

    A series takes at least three requests, and FRED allows two a second: all 4,260 series of release 3 take two hours
    or more. Run it again at any time: vintages that are held are not fetched again. Exit code 1 if a series could not
    be fetched.
    """  # noqa: D301 - \b is click's syntax
    from orchestration.sources import fred as publisher
    from orchestration.sources.base import SourceError
    from orchestration.sources.http import HttpClient

    settings = _settings()
    if settings.fred_api_key is None:
        _leave("FRED's vintages need a key: set FRED_API_KEY (free, from FRED's site).")
    with _opened(settings, read_only=dry_run) as store, HttpClient(settings) as client:
        try:
            series = publisher.series_of_release(client, settings, store, release)
        except SourceError as error:
            _leave(str(error), code=1)
        wanted = [one for one in series if one.startswith(start.upper())]
        if not wanted:
            _leave(f"None of the {len(series):,} series of release {release} starts with {start}.", code=1)
        if dry_run:
            for one in wanted:
                say(one)
            warn(f"{len(wanted):,} series of release {release}, at least {3 * len(wanted):,} requests.")
            return
        _fetch_vintages(store, client, settings, wanted)


def _list(archives: list[ReleaseArchive], waiting: list[ReleaseArchive]) -> None:
    for archive in archives:
        size = f"{archive.size / 2**20:5.1f} MB" if archive.size else "       -"
        state = "would be fetched" if archive in waiting else "held"
        say(f"{archive.public_on}  {size}  {state:16}  {archive.address}")
    warn(f"{len(waiting)} of {len(archives)} archives would be fetched, about 2 to 11 MB each.")


def _fetch_archives(
    store: Archive, client: HttpClient, settings: Settings, waiting: list[ReleaseArchive], held: int
) -> None:
    from orchestration.archive.backfill import restore
    from orchestration.runs.progress import display

    results: list[Restored] = []
    lines = display(len(waiting))
    try:
        lines.began(waiting[0].name)
        for place, result in enumerate(restore(store, client, settings, waiting), start=1):
            results.append(result)
            lines.ended(_outcome(result))
            if place < len(waiting):
                lines.began(waiting[place].name)
    finally:
        lines.close()
    _summarize(results, held)


def _outcome(result: Restored) -> str:
    known = f", {result.unchanged} as in the release before" if result.unchanged else ""
    stored = f"{result.archive.name} ({result.archive.public_on}): {result.new} new documents{known}"
    if result.trouble and result.new + result.unchanged == 0:
        return result.trouble
    return f"{stored}. {result.trouble}" if result.trouble else stored


def _summarize(results: list[Restored], held: int) -> None:
    failed = [result for result in results if result.trouble]
    not_read = sorted({name for result in results for name in result.not_read})
    size = sum(result.size for result in results)
    say(
        f"{len(results)} archives asked for ({size / 2**20:.1f} MB), {held} held before: "
        f"{sum(result.new for result in results)} new documents."
    )
    if not_read:
        more = f" and {len(not_read) - _SHOWN} more" if len(not_read) > _SHOWN else ""
        say(f"Files that are not loaded: {', '.join(not_read[:_SHOWN])}{more}.")
    if any(result.new for result in results):
        say(_LOAD)
    if failed:
        listed = "\n".join(f"  {result.trouble}" for result in failed)
        _leave(
            f"{len(failed)} of {len(results)} archives are not complete:\n{listed}\n"
            "Run the command again later: it fetches only these.",
            code=1,
        )


def _fetch_vintages(store: Archive, client: HttpClient, settings: Settings, wanted: list[str]) -> None:
    from orchestration.archive.gather import GatherSummary, keep
    from orchestration.runs.progress import display
    from orchestration.sources import fred as publisher
    from orchestration.sources.base import Failed

    store.check_clock(dt.datetime.now(dt.UTC))
    summary = GatherSummary("fred")
    lines = display(len(wanted))
    try:
        for one in wanted:
            lines.began(one)
            for outcome in publisher.fetch_vintages(client, settings, store, [one]):
                if isinstance(outcome, Failed):
                    summary.failed.append(outcome)
                    lines.say(f"{outcome.dataset}: {outcome.reason}")
                else:
                    keep(store, summary, outcome.dataset, outcome.response, essence=outcome.essence)
            lines.ended(one)
    finally:
        lines.close()
        store.save_asked()
    new = summary.counts["new"] + summary.counts["changed"]
    say(f"{len(wanted)} series asked for: {new} new documents, {summary.counts['unchanged']} unchanged.")
    if new:
        say(_LOAD)
    if summary.failed:
        _leave(f"{len(summary.failed)} requests failed. Run the command again later: it continues there.", code=1)


@contextmanager
def _opened(settings: Settings, *, read_only: bool) -> Iterator[Archive]:
    """The archive, locked against a load unless it is only read."""
    from orchestration.archive import Archive, ArchiveError

    home = Home(settings.home)
    try:
        with nullcontext() if read_only else home.exclusive(settings.wait_seconds, warn):
            yield Archive(home.archive, _ledger(home), read_only=read_only)
    except (HomeError, ArchiveError) as error:
        _leave(str(error), code=1)


def _ledger(home: Home) -> Ledger | None:
    from orchestration.archive.ledger import read_ledger

    try:
        return read_ledger(home.published) or None
    except PublishedError as error:
        warn(f"warning: {error}")
        return None


def _settings() -> Settings:
    from orchestration.sources.registry import check_base_urls

    try:
        settings = load_settings()
        check_base_urls(settings)
    except SettingsError as error:
        _leave(str(error))
    return settings


def _day(option: str, text: str, *, is_last: bool) -> dt.date:
    """The first or the last day of a month."""
    if not _MONTH.fullmatch(text):
        _leave(f"{option} {text}: must be a month, YYYY-MM.")
    year, month = int(text[:4]), int(text[5:])
    return dt.date(year, month, calendar.monthrange(year, month)[1] if is_last else 1)


def _leave(message: str, code: int = 2) -> NoReturn:
    warn(message)
    sys.exit(code)
