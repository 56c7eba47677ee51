"""Publishing: a checked working file becomes a release, and the link that readers open is swapped to it.

Belongs here: the last look at the file, the swap, and which releases stay. Does not belong here: what is in the marts.

A release is a folder with one `tidemark.duckdb`, so that the database is called tidemark however a reader comes to it.
The swap replaces a link, never a file: a process that has the old release open keeps it, and one that opens the link
anew gets the new release. (DuckDB up to 1.4 shares one open file among all connections of a process: there the new
release is seen once the process has closed the last of them.)
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import duckdb

from orchestration.home import CATALOG, Home
from orchestration.warehouse.candle_files import publish_candles
from orchestration.warehouse.working import connect, working_file

PUBLIC_SCHEMAS = ("marts", "raw", "quarantine")

GRACE_SECONDS = 10
"""How long a release stays after another took its place, whatever `keep` says: DuckDB 1.5 looks where the link leads,
and opens what it found there a moment later."""


class PublishError(Exception):
    """The working file is not fit to be published; nothing was."""


def publish(home: Home, as_of: dt.date | None, expected: Iterable[str], keep: int) -> Path:
    """Make the working file the newest release.

    Args:
        home: the installation.
        as_of: the day that the warehouse was built as of; None for all that is known.
        expected: names of the marts that must be there.
        keep: how many releases stay; beside those that were replaced only seconds ago.

    Returns:
        The release's file.

    Raises:
        PublishError: a mart is missing, or the disk refused. The published file is the one before.
    """
    try:
        publish_candles(home)
        _strip(home)
        newest_document_day = _audit(working_file(home), set(expected))
        release = _place(home, as_of or newest_document_day)
        _swap(home, release)
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise PublishError(
            f"The warehouse was built, and could not be published in {home.root}: {reason}. "
            "The published file is the one before. Free the disk or its permissions, and run the load again."
        ) from None
    _prune(home, keep)
    return release


def _strip(home: Home) -> None:
    """Leave only what readers are promised, and close the file whole, without a log beside it."""
    with connect(home) as connection:
        schemas = connection.execute(
            "select schema_name from information_schema.schemata where catalog_name = current_database()"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in (*PUBLIC_SCHEMAS, "main", "information_schema", "pg_catalog"):
                connection.execute(f'drop schema "{schema}" cascade')
        connection.execute("checkpoint")
    if working_file(home).with_suffix(".duckdb.wal").exists():
        raise PublishError("The working file was not closed whole: a log is left beside it. Nothing was published.")


def _audit(path: Path, expected: set[str]) -> dt.date:
    """Open the file as a reader will, and see that every mart answers.

    Returns:
        The day of the newest document in it.
    """
    connection = duckdb.connect(str(path), read_only=True)
    try:
        rows = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        missing = sorted(expected - {name for (name,) in rows})
        if missing:
            raise PublishError(f"The working file lacks marts.{missing[0]}; nothing was published.")
        for (name,) in rows:
            connection.execute(f'select count(*) from marts."{name}"').fetchall()
        newest = connection.execute("select max(retrieved_at)::date from raw.documents").fetchone()
    except duckdb.Error as error:
        raise PublishError(f"The working file does not answer: {error}. Nothing was published.") from None
    finally:
        connection.close()
    if newest is None or newest[0] is None:
        raise PublishError("The working file holds no document; nothing was published.")
    assert isinstance(newest[0], dt.date)
    return newest[0]


def _place(home: Home, day: dt.date) -> Path:
    """Move the working file into a release of its own: <day>-<n>. The folder arrives with the file in it."""
    numbers = [
        int(match.group(1))
        for folder in home.releases.iterdir()
        if (match := re.fullmatch(rf"{day.isoformat()}-(\d+)", folder.name))
    ]
    with working_file(home).open("rb") as file:
        os.fsync(file.fileno())
    aside = home.work / "release"
    aside.mkdir()
    working_file(home).replace(aside / f"{CATALOG}.duckdb")
    _sync_folder(aside)
    folder = home.releases / f"{day.isoformat()}-{max(numbers, default=0) + 1}"
    aside.replace(folder)
    _sync_folder(home.releases)
    return folder / f"{CATALOG}.duckdb"


def _swap(home: Home, release: Path) -> None:
    link = home.work / "link"
    # As seen from the link's place to be, and relative, so that a home can be moved or copied as a whole.
    link.symlink_to(release.relative_to(home.root))
    link.replace(home.published)
    with suppress(OSError):  # published it is; only a power cut in the next moments could undo it
        _sync_folder(home.root)


def _prune(home: Home, keep: int) -> None:
    """Remove all but the newest releases; never the published one. A reader that has one open keeps it.

    What cannot be removed now is left for the next load: the new release is out, and nobody is hurt.
    """
    published = home.published.resolve().parent
    folders = sorted(
        ((folder.stat().st_mtime, folder) for folder in home.releases.iterdir() if folder.is_dir()), reverse=True
    )
    for (replaced_at, _), (_, folder) in pairwise(folders[keep - 1 :]):
        if folder.resolve() != published and not 0 <= time.time() - replaced_at < GRACE_SECONDS:
            with suppress(OSError):
                # Out of sight first: no folder of `releases` is ever without its file.
                shutil.rmtree(folder.replace(home.work / folder.name))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
