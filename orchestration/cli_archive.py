"""The commands `archive ...`: list and verify documents, fetch them again, set aside those with a future date.

Belongs here: options, messages and exit codes of these commands. Does not belong here: what they do
(`orchestration.archive`).
"""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, NoReturn

import click

from orchestration.cli_backfill import backfill
from orchestration.console import say, warn
from orchestration.home import Home, HomeError
from orchestration.published import PublishedError
from orchestration.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from orchestration.archive.ledger import Identities, Ledger
    from orchestration.archive.repair import Target
    from orchestration.archive.store import Document


@click.group()
def archive() -> None:
    """Inspect and repair the archive."""


archive.add_command(backfill)


@archive.command("ls")
@click.option("--source", metavar="NAME", help="Only documents of this publisher (tic, fred, ...).")
@click.option("--since", metavar="YYYY-MM-DD", help="Only documents retrieved on this day or later.")
@click.option("--json", "is_json", is_flag=True, help="For programs: a JSON array.")
def list_documents(source: str | None, since: str | None, is_json: bool) -> None:
    """List the documents, the newest first.

    `retrieved` is when the publisher answered with these bytes. `released` and `status` come from the ledger of the
    published warehouse; `-` means that the ledger does not have the document. With --json, `reason` says why a document
    was refused or is not used.
    """
    from orchestration.archive.gather import claimed, source_names
    from orchestration.archive.listing import as_json, lines_of, table

    if source is not None and source not in source_names():
        _leave(f"--source {source}: unknown source. Choose one of: {', '.join(source_names())}.")
    first_day = _day("--since", since) if since else None
    home = Home(_settings().home)
    lines = lines_of(claimed(_documents(home)), _ledger(home), source, first_day)
    if is_json:
        say(as_json(lines))
    elif lines:
        say(table(lines))
    else:
        warn(f"No such document in {home.archive}.")


@archive.command()
def verify() -> None:
    """Compare all documents with checksums and ledger.

    Reads every document, and compares the list with the ledger of the published warehouse. A load verifies only the
    documents that it needs. Exit code 1 if anything is missing or damaged.
    """
    from orchestration.archive.listing import damaged, named
    from orchestration.archive.store import missing_documents

    home = Home(_settings().home)
    documents = _documents(home, with_index=False)
    expected = _expected(home)
    if not documents and not expected:
        _leave(f"{home.archive} has no documents, so there is nothing to verify. Run a load first.", code=1)
    missing = missing_documents(home.archive, documents, expected)
    troubles = list(damaged(home.archive, documents))
    lines = [*troubles, *(f"Missing, but in the published warehouse: {named(line)}." for line in missing)]
    if troubles:
        lines.append(f"{len(troubles)} of {len(documents)} documents are damaged or missing.")
    if missing:
        lines.append(
            f"{len(missing)} of the {len(expected)} documents of the published warehouse are missing. Restore the "
            "archive from a backup; a load refuses to publish until then."
        )
    if lines:
        _leave("\n".join(lines), code=1)
    size = sum(document.size for document in documents)
    compared = f"; all {len(expected):,} of the published warehouse are there" if expected else ""
    say(f"{home.archive}: {len(documents):,} documents, {size:,} bytes, all intact{compared}.")


@archive.command()
@click.argument("what", metavar="[DATASET|ADDRESS]", required=False)
@click.option(
    "--refused", is_flag=True, help="All addresses whose newest document was refused, is empty or incomplete."
)
@click.option("--dry-run", is_flag=True, help="Only list the addresses that would be fetched.")
def refetch(what: str | None, refused: bool, dry_run: bool) -> None:
    """Fetch documents again, changed or not.

    \b
        archive refetch BTC-USD/1d       all addresses of a dataset (see `archive ls`)
        archive refetch https://...      one address
        archive refetch --refused        everything refused, empty or incomplete

    The archive keeps what can be read, and the next load uses it. A load also fetches refused, empty and incomplete
    documents again: first every time, then less and less often. Exit code 1 if a document could not be fetched or read.
    """  # noqa: D301 - \b is click's syntax
    from orchestration.archive.gather import claimed
    from orchestration.archive.repair import targets

    if (what is None) != refused:
        _leave("Give a dataset or an address, or --refused.")
    settings = _settings()
    home = Home(settings.home)
    documents = claimed(_documents(home))
    chosen = targets(documents, _ledger(home), what)
    if not chosen and what is not None:
        datasets = ", ".join(sorted({document.dataset for document in documents if document.source != "other"}))
        _leave(f"{what}: the archive has no such dataset or address. Its datasets: {datasets or 'none'}.")
    if not chosen:
        say("No document was refused, is empty or incomplete.")
    elif dry_run:
        for target in chosen:
            say(f"{target.source} {target.dataset} ({target.why}): {target.address}")
    else:
        _refetch(settings, home, chosen)


def _refetch(settings: Settings, home: Home, chosen: list[Target]) -> None:
    from orchestration.archive import Archive, ArchiveError
    from orchestration.archive.repair import refetch

    failed = 0
    try:
        with home.exclusive(settings.wait_seconds, warn):
            for target, is_good, outcome in refetch(Archive(home.archive), settings, chosen):
                failed += not is_good
                (say if is_good else warn)(f"{target.source} {target.dataset}: {outcome}")
    except (HomeError, ArchiveError) as error:
        _leave(str(error), code=1)
    if failed:
        _leave(f"{failed} of {len(chosen)} could not be fetched or read. Try again later.", code=1)
    say("Run a load to use the new documents.")


@archive.command("set-aside-future")
@click.option("--dry-run", is_flag=True, help="Only list the documents.")
def set_aside_future(dry_run: bool) -> None:
    """Move out documents that are dated in the future.

    They were stored while this machine's clock was ahead. Loads send no requests until they are moved. Their sidecars
    go to `set_aside` in the archive; move them back to undo this. The next load builds the warehouse without them, and
    fetches what the publishers still serve.
    """
    from orchestration.archive import ArchiveError
    from orchestration.archive.repair import (
        confirmed_in_the_future,
        correct_confirmation,
        future_documents,
        set_aside,
    )

    settings = _settings()
    home = Home(settings.home)
    try:
        with nullcontext() if dry_run else home.exclusive(settings.wait_seconds, warn):
            now = dt.datetime.now(dt.UTC)
            documents = _documents(home)
            future, stored = future_documents(documents, now), confirmed_in_the_future(documents, now)
            for document in future:
                say(f"{document.retrieved_at:%Y-%m-%d %H:%M} UTC  {document.source} {document.dataset}")
            if dry_run:
                say(f"{len(future)} documents are dated in the future. Nothing was changed.")
                return
            set_aside(home.archive, future)
            correct_confirmation(home.archive, stored, now)
    except (HomeError, ArchiveError) as error:
        _leave(str(error), code=1)
    corrected = f" {len(stored)} others were stored by a wrong clock; that time was corrected." if stored else ""
    say(f"{len(future)} documents were set aside in {home.archive / 'set_aside'}.{corrected}")


def _documents(home: Home, *, with_index: bool = True) -> list[Document]:
    from orchestration.archive import ArchiveError
    from orchestration.archive.store import read_sidecars

    try:
        return read_sidecars(home.archive, with_index=with_index)
    except ArchiveError as error:
        _leave(str(error), code=1)


def _ledger(home: Home) -> Ledger:
    """The published ledger; empty, with a warning, if it cannot be read."""
    from orchestration.archive.ledger import read_ledger

    try:
        return read_ledger(home.published)
    except PublishedError as error:
        warn(f"warning: {error} The archive is not compared with it.")
        return {}


def _expected(home: Home) -> Identities:
    """The documents of the published warehouse, or of an older snapshot if that one cannot be read."""
    from orchestration.archive.ledger import first_identities

    files = home.snapshot_files()
    expected = first_identities(files, lambda problem: warn(f"warning: {problem}"))
    if files and not expected:
        warn("warning: The archive is not compared with the published warehouse.")
    return expected


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _leave(str(error))


def _day(option: str, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        _leave(f"{option} {text}: must be a date, YYYY-MM-DD.")
    return day


def _leave(message: str, code: int = 2) -> NoReturn:
    warn(message)
    sys.exit(code)
