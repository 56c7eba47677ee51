"""Opens Dagster's history of runs for a load from the shell.

Belongs here: how the events of a load are written. Does not belong here: the load itself (`runner`).

Dagster opens its SQLite files anew for each of a load's thousand events, which cost a third of a load's time. Here each
file is opened once. The files are the same, so that the UI shows a load from the shell like any other.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dagster as dg
import yaml
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log, with one open connection to each of its files."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Make one as Dagster does from its configuration."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            # In a write-ahead log a kill loses nothing; a power failure loses the last events of the history.
            event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
            self._engines[shard] = engine
            self._initdb(engine)
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def open_instance(folder: Path) -> dg.DagsterInstance:
    """Open the Dagster instance of a home, one process at a time.

    Dagster makes its files where there are none; two first loads that did so at once left files that no load after
    them could open ("alembic_version has more than one head").

    Args:
        folder: Dagster's, with its `dagster.yaml`; a storage that is set there is left as it is.
    """
    with (folder / ".opening").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _open(folder)


def _open(folder: Path) -> dg.DagsterInstance:
    ref = InstanceRef.from_dir(str(folder))
    if ref.storage_data != InstanceRef.config_defaults(str(folder))["storage"]:
        return dg.DagsterInstance.from_ref(ref)
    stock = InstanceRef.config_defaults(str(folder))["event_log_storage"]
    assert stock is not None
    event_log = {
        "module": OpenEventLog.__module__,
        "class": OpenEventLog.__name__,
        "config": yaml.safe_load(stock.config_yaml),
    }
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides={"event_log_storage": event_log}))
