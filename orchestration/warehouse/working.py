"""The working file of a load: a copy of the published warehouse that the load changes.

Belongs here: making and opening it. Does not belong here: what is merged into it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.home import CATALOG, Home, HomeError
from orchestration.interrupts import checkpoint
from orchestration.tables.raw_tables import KNOWLEDGE_CUTOFF_DEFINITION, LEDGER_DEFINITION, RAW_TABLES

_kept: dict[Path, duckdb.DuckDBPyConnection] = {}

END_OF_TIME = dt.datetime(9999, 12, 31)  # noqa: DTZ001 (DuckDB's timestamps are naive, and UTC throughout)


def working_file(home: Home) -> Path:
    """The path of the working file."""
    return home.work / f"{CATALOG}.duckdb"


def start(home: Home, as_of: dt.date | None, without: Collection[str] = (), last_build: Path | None = None) -> None:
    """Make the working file: a copy of the published one or of the last build, or an empty one if that cannot be used.

    Nothing is lost with an empty one: the archive fills it again.

    Args:
        home: the installation.
        as_of: the marts may use what was known up to the end of this day; None for everything known.
        without: documents that were set aside; a published file that was built from one of them is not used.
        last_build: the file that the published one was built in, if it is usable.
    """
    target = working_file(home)
    if home.published.exists():
        shutil.copyfile(last_build or home.published.resolve(), target)
        if not _is_usable(target) or _has_any(target, without):
            target.unlink()
    with connect(home) as connection:
        _define_tables(connection)
        connection.execute("insert into raw.knowledge_cutoff values (?, ?)", [as_of, _known_before(as_of)])


@contextmanager
def connect(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working file for writing; it is checkpointed and closed at the end, unless it is kept open.

    Close every result that streams (`to_arrow_reader`) before the block ends: it keeps the file open, and the next
    `duckdb.connect` in this process would wait for it forever.

    Raises:
        HomeError: DuckDB needs more memory than it is given.
    """
    checkpoint()
    connection = _open(home)
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    except duckdb.OutOfMemoryException:
        raise HomeError(
            f"DuckDB needs more memory than TIDEMARK_MEMORY_LIMIT={home.memory_limit}, even though it spills to disk "
            "what it can. Raise the limit and run the load again."
        ) from None
    finally:
        connection.close()


def keep_open(home: Home) -> None:
    """Keep the file open between connections, until `let_go`: opening it takes longer than most steps use it."""
    _kept[working_file(home)] = _open(home)


def let_go(home: Home) -> None:
    """Checkpoint and close the file, so that another process can open it, or it can be moved."""
    kept = _kept.pop(working_file(home), None)
    if kept is not None:
        kept.close()


def _open(home: Home) -> duckdb.DuckDBPyConnection:
    """A connection. All of a process share what is open, if their settings are equal."""
    return duckdb.connect(
        str(working_file(home)),
        config={
            "memory_limit": home.memory_limit,
            "threads": "2",
            "temp_directory": str(home.work / "spill"),
        },
    )


def _known_before(as_of: dt.date | None) -> dt.datetime:
    return END_OF_TIME if as_of is None else dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time())


def _define_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists raw")
    connection.execute("create schema if not exists quarantine")
    for table in RAW_TABLES.values():
        connection.execute(table.definition())
        connection.execute(table.quarantine_definition())
    connection.execute(LEDGER_DEFINITION)
    connection.execute(KNOWLEDGE_CUTOFF_DEFINITION)


def _has_any(copy: Path, documents: Collection[str]) -> bool:
    """Whether the file was built from one of these documents."""
    if not documents:
        return False
    with duckdb.connect(str(copy), read_only=True) as connection:
        query = "select count(*) from raw.documents where list_contains($documents, document_id)"
        return connection.execute(query, {"documents": list(documents)}).fetchone() != (0,)


def _is_usable(copy: Path) -> bool:
    """Whether the file opens, has the tables of this version of Tidemark, and every row can be read.

    DuckDB finds a damaged block only when it reads it. Found now, the load starts from an empty file; found later,
    every load would fail.
    """
    try:
        with duckdb.connect(str(copy), read_only=True) as connection:
            found = _columns(connection)
            for schema, table in {(schema, table) for schema, table, *_ in found}:
                connection.execute(f'select bit_xor(hash(line)) from "{schema}"."{table}" as line').fetchall()
    except duckdb.Error:
        return False
    with duckdb.connect() as connection:
        _define_tables(connection)
        return found == _columns(connection)


def _columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    return connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where schema_name in ('raw', 'quarantine') order by schema_name, table_name, column_index"
    ).fetchall()
