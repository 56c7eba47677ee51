"""The working file of a load: a copy of the last good warehouse, built on aside, where no reader looks.

Belongs here: opening it, and knowing what it holds already. Does not belong here: what is merged into it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.warehouse.home import CATALOG, Home
from orchestration.warehouse.raw_tables import (
    KNOWLEDGE_CUTOFF_DEFINITION,
    LEDGER_DEFINITION,
    RAW_TABLES,
)

END_OF_TIME = dt.datetime(9999, 12, 31)  # noqa: DTZ001 (DuckDB's timestamps are naive, and UTC throughout)


def working_file(home: Home) -> Path:
    """Where the working file lies."""
    return home.work / f"{CATALOG}.duckdb"


def start(home: Home, as_of: dt.date | None) -> None:
    """Make the working file: a copy of the published one, or an empty one where there is none that can be used.

    An empty one is no loss: the archive fills it again.

    Args:
        home: the installation.
        as_of: the marts may know what was known up to the end of this day; None for all that is known.
    """
    target = working_file(home)
    if home.published.exists() and _is_usable(home.published):
        shutil.copyfile(home.published.resolve(), target)
    with connect(home) as connection:
        connection.execute("create schema if not exists raw")
        for table in RAW_TABLES.values():
            connection.execute(table.definition())
        connection.execute(LEDGER_DEFINITION)
        connection.execute(KNOWLEDGE_CUTOFF_DEFINITION)
        connection.execute("insert into raw.knowledge_cutoff values (?, ?)", [as_of, _known_before(as_of)])


@contextmanager
def connect(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working file for writing; it is checkpointed and let go of at the end."""
    spill = home.work / "spill"
    connection = duckdb.connect(
        str(working_file(home)),
        config={
            "memory_limit": "1GB",
            "threads": "2",
            "temp_directory": str(spill),
        },
    )
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _known_before(as_of: dt.date | None) -> dt.datetime:
    return END_OF_TIME if as_of is None else dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time())


def _is_usable(published: Path) -> bool:
    """The file opens, and its raw tables are the ones that this version of Tidemark writes."""
    try:
        connection = duckdb.connect(str(published.resolve()), read_only=True)
    except duckdb.Error:
        return False
    try:
        rows = connection.execute(
            "select table_name, column_name, lower(data_type) from duckdb_columns() "
            "where schema_name = 'raw' order by column_index"
        ).fetchall()
    finally:
        connection.close()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    expected = {
        name: {column: kind.replace(" ", "") for column, kind in table.offered_columns.items()}
        for name, table in RAW_TABLES.items()
    }
    return all(found.get(name) == columns for name, columns in expected.items())
