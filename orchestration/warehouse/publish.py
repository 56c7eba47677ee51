"""Publishing: a checked working file becomes a snapshot, and the link that readers open is swapped to it.

Belongs here: the last checks of the file, the swap, which snapshots stay. Does not belong here: what is in the marts.

A snapshot is a folder with one `tidemark.duckdb`, so that the database has the name tidemark whichever path a reader
opens. The swap replaces a link, never a file: a process that has the old snapshot open keeps it, and one that opens the
link again gets the new one. (DuckDB up to 1.4 shares one open file among all connections of a process: such a process
sees the new snapshot after it has closed the last connection.)
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
from orchestration.interrupts import checkpoint, uninterrupted
from orchestration.tables.sql import literal
from orchestration.warehouse.candle_files import publish_candles
from orchestration.warehouse.working import connect, let_go, working_file

PUBLIC_SCHEMAS = ("marts", "raw", "quarantine")

GRACE_SECONDS = 10
"""A snapshot stays this long after the next one replaced it, whatever `keep` says: DuckDB 1.5 resolves the link first,
and opens the file a moment later."""


class PublishError(Exception):
    """The working file cannot be published; the published file is unchanged."""


def publish(home: Home, as_of: dt.date | None, expected: Iterable[str], keep: int) -> Path:
    """Make the working file the newest snapshot.

    Args:
        home: the installation.
        as_of: the day that the warehouse was built as of; None for everything known.
        expected: names of the marts that must exist.
        keep: how many snapshots stay, in addition to those replaced only seconds ago.

    Returns:
        The file of the snapshot.

    Raises:
        PublishError: a mart is missing, or the disk cannot be written. The published file is unchanged.
    """
    try:
        publish_candles(home)
        _strip(home)
        newest_document_day = _audit(working_file(home), set(expected))
        with uninterrupted():
            snapshot = _place(home, as_of or newest_document_day)
            _swap(home, snapshot)
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise PublishError(
            f"The warehouse was built, but could not be published in {home.root}: {reason}. "
            "The published file is unchanged. Check disk space and permissions, and run the load again."
        ) from None
    _prune(home, keep)
    return snapshot


def _strip(home: Home) -> None:
    """Drop what is not for readers, and write the rest to a file without gaps and without a write-ahead log.

    DuckDB does not give the space of dropped tables back: two thirds of the file would be empty.
    """
    checkpoint()
    let_go(home)
    packed = home.work / f"packed_{CATALOG}.duckdb"
    with connect(home) as connection:
        schemas = connection.execute(
            "select schema_name from information_schema.schemata where catalog_name = current_database()"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in (*PUBLIC_SCHEMAS, "main", "information_schema", "pg_catalog"):
                connection.execute(f'drop schema "{schema}" cascade')
        connection.execute(f"attach {literal(str(packed))} as packed")
        connection.execute(f"copy from database {CATALOG} to packed")
        connection.execute("checkpoint packed")
        connection.execute("detach packed")
    if any(file.with_suffix(".duckdb.wal").exists() for file in (working_file(home), packed)):
        raise PublishError("The working file was not closed: its write-ahead log still exists. Nothing was published.")
    packed.replace(working_file(home))


def _audit(path: Path, expected: set[str]) -> dt.date:
    """Open the file as a reader will, and query every mart.

    Returns:
        The retrieval day of the newest document in it.
    """
    connection = duckdb.connect(str(path), read_only=True)
    try:
        rows = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        missing = sorted(expected - {name for (name,) in rows})
        if missing:
            raise PublishError(f"marts.{missing[0]} is missing in the working file. Nothing was published.")
        for (name,) in rows:
            connection.execute(f'select count(*) from marts."{name}"').fetchall()
        newest = connection.execute("select max(retrieved_at)::date from raw.documents").fetchone()
    except duckdb.Error as error:
        raise PublishError(f"The working file cannot be read: {error}. Nothing was published.") from None
    finally:
        connection.close()
    if newest is None or newest[0] is None:
        raise PublishError("The working file has no documents. Nothing was published.")
    assert isinstance(newest[0], dt.date)
    return newest[0]


def _place(home: Home, day: dt.date) -> Path:
    """Move the working file into a new snapshot, <day>-<n>. The folder never exists without its file."""
    numbers = [
        int(match.group(1))
        for folder in home.snapshots.iterdir()
        if (match := re.fullmatch(rf"{day.isoformat()}-(\d+)", folder.name))
    ]
    with working_file(home).open("rb") as file:
        os.fsync(file.fileno())
    aside = home.work / "snapshot"
    aside.mkdir()
    working_file(home).replace(aside / f"{CATALOG}.duckdb")
    _sync_folder(aside)
    folder = home.snapshots / f"{day.isoformat()}-{max(numbers, default=0) + 1}"
    aside.replace(folder)
    _sync_folder(home.snapshots)
    return folder / f"{CATALOG}.duckdb"


def _swap(home: Home, snapshot: Path) -> None:
    link = home.work / "link"
    # Relative, so that a home can be moved or copied as a whole.
    link.symlink_to(snapshot.relative_to(home.root))
    link.replace(home.published)
    with suppress(OSError):  # it is published; only a power failure in the next moments could undo that
        _sync_folder(home.root)


def _prune(home: Home, keep: int) -> None:
    """Remove all but the newest snapshots, never the published one. A reader that has one open keeps it.

    What cannot be removed now is left for the next load.
    """
    published = home.published.resolve().parent
    folders = sorted(
        ((folder.stat().st_mtime, folder) for folder in home.snapshots.iterdir() if folder.is_dir()), reverse=True
    )
    for (replaced_at, _), (_, folder) in pairwise(folders[keep - 1 :]):
        if folder.resolve() != published and not 0 <= time.time() - replaced_at < GRACE_SECONDS:
            with suppress(OSError):
                # Move it away first: no folder of `releases` is ever without its file.
                shutil.rmtree(folder.replace(home.work / folder.name))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
