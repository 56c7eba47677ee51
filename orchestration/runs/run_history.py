"""Dagster's history of runs: writing it during a load from the shell, reading the last run, deleting old runs.

Belongs here: everything about the files of the history. Does not belong here: the load itself (`runner`).

Dagster's own storage opens its SQLite files again for each of a load's two thousand events. In a run with 370 checks,
that takes 14 of the 20 seconds of CPU time in Dagster. Here each file is opened once, an event is one transaction
per file, and so are the events that Dagster plans at the start of a run. The files are the same, so the UI shows a load
from the shell like any other. The price is imports of private modules of Dagster.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import dagster as dg
import sqlalchemy
import yaml
from dagster._core.events.log import EventLogEntry
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqlEventLogStorage, SqliteEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

JOB = "monthly_load"
_DELETED_AT_ONCE = 20
"""Runs that one load deletes at most: a long history is shortened over several loads, so that none of them is slow."""

_VACUUM_BYTES = 64 * 2**20
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log, with one open connection to each of its files."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._known_tables: dict[str, bool] = {}
        self._known_columns: dict[str, bool] = {}
        self._finished_migrations: set[str] = set()
        self._mine = threading.local()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Create one from its configuration, as Dagster does."""
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, in one transaction per file."""
        with self._together():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events that Dagster plans for a run, in one transaction per file."""
        with self._together():
            for one in events:
                super().store_event(one)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """What this thread writes in the block is committed at its end."""
        with self._db_lock, ExitStack() as transactions:
            self._mine.transactions, self._mine.connections = transactions, {}
            try:
                yield
            finally:
                self._mine.transactions = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        transactions: ExitStack | None = getattr(self._mine, "transactions", None)
        if transactions is None:
            with self._db_lock, self._engine(shard).begin() as connection:
                yield connection
            return
        connections: dict[str, Connection] = self._mine.connections
        if shard not in connections:
            connections[shard] = transactions.enter_context(self._engine(shard).begin())
        yield connections[shard]

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            # With a write-ahead log, a kill loses nothing; a power failure loses the last events of the history.
            event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
            self._engines[shard] = engine
            self._initdb(engine)
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Whether a table exists. Dagster asks for each event of a check, but tables are only created with a file."""
        if table_name not in self._known_tables:
            self._known_tables[table_name] = super().has_table(table_name)
        return self._known_tables[table_name]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Whether the table of assets has a column. Dagster asks for each event of an asset."""
        if column_name not in self._known_columns:
            self._known_columns[column_name] = super()._has_asset_key_col_on_connection(conn, column_name)
        return self._known_columns[column_name]

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration is finished, which is for good. Dagster asks for each event of a check."""
        if name not in self._finished_migrations and super().has_secondary_index(name):
            self._finished_migrations.add(name)
        return name in self._finished_migrations

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def open_instance(folder: Path) -> dg.DagsterInstance:
    """Open the Dagster instance of a home, one process at a time.

    Dagster creates missing files. Two first loads that did so at the same time left files that no later load could open
    ("alembic_version has more than one head").

    Args:
        folder: Dagster's, with its `dagster.yaml`; a storage that is set there is used as it is.
    """
    locks = folder.parent / "locks"
    locks.mkdir(exist_ok=True)
    with (locks / "dagster").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _open(folder)


def prune(instance: dg.DagsterInstance, folder: Path, keep: int) -> int:
    """Delete the oldest finished runs from the history.

    Args:
        instance: the history.
        folder: Dagster's, in the home.
        keep: how many of the newest runs stay.

    Returns:
        The number of runs deleted.
    """
    kept = instance.get_run_records(limit=keep)
    if len(kept) < keep:
        return 0
    older = instance.get_run_records(
        dg.RunsFilter(statuses=_FINISHED), limit=_DELETED_AT_ONCE, cursor=kept[-1].dagster_run.run_id
    )
    for record in older:
        _delete(instance, folder, record.dagster_run.run_id)
    if older:
        _shrink(folder / "history" / "runs" / "index.db")
    return len(older)


def _delete(instance: dg.DagsterInstance, folder: Path, run_id: str) -> None:
    instance.delete_run(run_id)
    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage):
        # Dagster does not delete these rows.
        with storage.index_connection() as connection:
            statement = sqlalchemy.text("delete from asset_check_executions where run_id = :run_id")
            connection.execute(statement, {"run_id": run_id})
    # SQLite has a file for each run, which Dagster only empties. The logs of the run are files, too.
    for name in (f"{run_id}.db", f"{run_id}.db-wal", f"{run_id}.db-shm"):
        (folder / "history" / "runs" / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "storage" / run_id, ignore_errors=True)


def _shrink(file: Path) -> None:
    """Give free pages back to the disk, if they are most of a large file; SQLite reuses them otherwise."""
    if not file.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=1)) as connection:
        size, pages, free = (
            connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
        if free > pages / 2 and free * size > _VACUUM_BYTES:
            connection.execute("vacuum")


def _open(folder: Path) -> dg.DagsterInstance:
    if not _is_sqlite(folder):
        return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder)))
    stock = InstanceRef.config_defaults(str(folder))["event_log_storage"]
    assert stock is not None
    event_log = {
        "module": OpenEventLog.__module__,
        "class": OpenEventLog.__name__,
        "config": yaml.safe_load(stock.config_yaml),
    }
    # Dagster then passes the events that it plans for a run in one batch.
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "1000"
    # The output of a load is on the screen already; capturing it takes four processes, which also receive Ctrl-C.
    logs = {"module": NoOpComputeLogManager.__module__, "class": NoOpComputeLogManager.__name__}
    overrides = {"event_log_storage": event_log, "compute_logs": logs}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides=overrides))


def _is_sqlite(folder: Path) -> bool:
    """Whether the storage is Dagster's usual one, files in this folder."""
    return InstanceRef.from_dir(str(folder)).storage_data == InstanceRef.config_defaults(str(folder))["storage"]


def last_run(folder: Path) -> tuple[str, str, dt.datetime | None, float | None] | None:
    """The last run of the job: its id, its status, its start (UTC) and the seconds it took; None if there is none.

    Args:
        folder: Dagster's, with its `dagster.yaml`.
    """
    # Dagster would create missing files, perhaps at the same time as a first load.
    if _is_sqlite(folder) and not (folder / "history" / "runs.db").exists():
        return None
    with _open(folder) as instance:
        records = instance.get_run_records(dg.RunsFilter(job_name=JOB), limit=1)
    if not records:
        return None
    run, start, end = records[0].dagster_run, records[0].start_time, records[0].end_time
    started = dt.datetime.fromtimestamp(start, dt.UTC).replace(microsecond=0) if start else None
    seconds = end - start if start and end else None
    return run.run_id, run.status.value.lower(), started, seconds
