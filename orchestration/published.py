"""Opens published warehouses for reading, and explains why one cannot be opened.

Belongs here: the connection and its errors. Does not belong here: any query.

A client that opens the published file for writing, as some do by default, locks out everybody else until the
next snapshot, which is another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_LOCKED = re.compile(r"Conflicting lock is held in (?P<program>.*?) ?\(PID (?P<process>\d+)\)")


class PublishedError(Exception):
    """A published file cannot be read; the message says why, and what to do."""


@contextmanager
def open_published(path: Path, memory_limit: str = "500MB") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file, read-only, with times in UTC.

    Args:
        path: the file, or a link to it.
        memory_limit: of DuckDB.

    Raises:
        PublishedError: the file is missing, is open for writing elsewhere, or cannot be read.
    """
    try:
        file = path.resolve(strict=True)
    except OSError:
        raise PublishedError(f"Nothing is published at {path} yet. Run a load first.") from None
    try:
        connection = duckdb.connect(str(file), read_only=True, config={"memory_limit": memory_limit, "threads": "2"})
    except duckdb.Error as error:
        raise PublishedError(explain(error, path)) from None
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def explain(error: Exception, path: Path) -> str:
    """Why a file cannot be opened for reading, in a sentence or two.

    Args:
        error: DuckDB's.
        path: the file.
    """
    message = str(error).strip().splitlines()[0]
    locked = _LOCKED.search(message)
    if locked is None:
        return f"{path} cannot be read: {message}"
    program = Path(locked["program"]).name or "a program"
    return (
        f"{path} is open for writing in {program}, process {locked['process']}. "
        "Close it there, or open it read-only, and run this again."
    )
