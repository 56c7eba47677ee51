"""Publishing: a checked working file becomes a release, and the link that readers open is swapped to it.

Belongs here: the last look at the file, the swap, and which releases stay. Does not belong here: what is in the marts.

A release is a folder with one `tidemark.duckdb`, so that the database is called tidemark however a reader comes to it.
The swap replaces a link, never a file: a process that has the old release open keeps it, and one that opens the link
anew gets the new release, even where DuckDB in that process remembers the old path.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.warehouse.home import CATALOG, Home
from orchestration.warehouse.working import connect, working_file

PUBLIC_SCHEMAS = ("marts", "raw")


class PublishError(Exception):
    """The working file is not fit to be published; nothing was."""


def publish(home: Home, as_of: dt.date | None, expected: Iterable[str], keep: int) -> Path:
    """Make the working file the newest release.

    Args:
        home: the installation.
        as_of: the day that the warehouse was built as of; None for all that is known.
        expected: names of the marts that must be there.
        keep: how many releases stay.

    Returns:
        The release's file.

    Raises:
        PublishError: a mart is missing, or the disk refused. The published file is the one before.
    """
    _strip(home)
    newest_document_day = _audit(working_file(home), set(expected))
    try:
        release = _place(home, as_of or newest_document_day)
        _swap(home, release)
        _prune(home, keep)
    except OSError as error:
        raise PublishError(
            f"The warehouse was built, and could not be published in {home.root}: {error.strerror}. "
            "The published file is the one before."
        ) from None
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
    """Move the working file into a release of its own: <day>-<n>."""
    numbers = [
        int(match.group(1))
        for folder in home.releases.iterdir()
        if (match := re.fullmatch(rf"{day.isoformat()}-(\d+)", folder.name))
    ]
    folder = home.releases / f"{day.isoformat()}-{max(numbers, default=0) + 1}"
    folder.mkdir()
    release = folder / f"{CATALOG}.duckdb"
    with working_file(home).open("rb") as file:
        os.fsync(file.fileno())
    working_file(home).replace(release)
    _sync_folder(folder)
    return release


def _swap(home: Home, release: Path) -> None:
    link = home.root / f".{CATALOG}.next"
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(home.root))
    link.replace(home.published)
    _sync_folder(home.root)


def _prune(home: Home, keep: int) -> None:
    """Remove all but the newest releases; never the published one. A reader that has one open keeps it."""
    published = home.published.resolve().parent
    folders = sorted(
        (folder for folder in home.releases.iterdir() if folder.is_dir()),
        key=lambda folder: folder.stat().st_mtime_ns,
        reverse=True,
    )
    for folder in folders[keep:]:
        if folder.resolve() != published:
            shutil.rmtree(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
