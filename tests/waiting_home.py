"""A home that waits for a release of TIC, and the publisher that posts it, for tests of automation.

Belongs here: invented tables, a published file of a few rows, a fixed clock. Does not belong here: results of ticks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.archive import Archive
from orchestration.defs.sensors import release_sensor
from orchestration.home import Home
from orchestration.sources import tic
from orchestration.sources.base import Response
from orchestration.tables.raw_tables import LEDGER_DEFINITION, RAW_TABLES
from tests.publisher import Answer, Publisher, Request

FOLDER = "/resource-center/data-chart-center/tic/Documents/"
TABLES = ("slt_table3", "slt_table1", "slt_table5")
AUGUST = dt.date(2025, 8, 31)
DUE = dt.datetime(2025, 10, 17, 20, tzinfo=dt.UTC)
"""16:00 in Washington on the day that was announced for August 2025; the offices were closed until 12 November."""


@dataclass
class World:
    """A home that has TIC up to July 2025, its publisher, and a fixed clock."""

    home: Home
    publisher: Publisher
    instance: dg.DagsterInstance
    served: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TABLES, "July"))
    now: dt.datetime = DUE
    cursor: str | None = None

    def answer(self, request: Request) -> Answer:
        """A table as it is served now, with an ETag."""
        body = self.served[request.path.removeprefix(FOLDER).rpartition(".")[0]]
        etag = f'"{body}"'
        if request.headers.get("if-none-match") == etag:
            return Answer(b"", 304, {"ETag": etag})
        return Answer(body.encode(), 200, {"ETag": etag, "Content-Type": "text/plain"})

    def load(self) -> None:
        """Take in what is served, as far as the archive goes."""
        archive = Archive(self.home.archive)
        for table, body in self.served.items():
            address = f"{self.publisher.base}{FOLDER}{table}.{'zip' if table == 'cslt' else 'txt'}"
            archive.add(tic.NAME, table, Response(address, body.encode(), self.now, f'"{body}"'))

    def publish(self, month: dt.date, tables: tuple[str, ...] = TABLES) -> None:
        """Publish a warehouse whose newest month this is."""
        self.home.published.unlink(missing_ok=True)
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute("create schema raw")
            connection.execute("create table raw.tic_holdings (series varchar, month_end date, line_number bigint)")
            connection.execute(RAW_TABLES["tic_release_calendar"].definition())
            connection.executemany("insert into raw.tic_holdings values (?, ?, 1)", [(t, month) for t in tables])
        self._accept()

    def _accept(self) -> None:
        """Let the ledger of the published warehouse say that all documents of the archive were loaded."""
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute(LEDGER_DEFINITION)
            for document in Archive(self.home.archive).documents():
                about = (document.document_id, document.dataset, document.address, document.sha256)
                connection.execute(
                    "insert or ignore into raw.documents by name select ? as document_id, 'tic' as source, "
                    "? as dataset, ? as address, ? as sha256, ?::timestamp as retrieved_at, 1 as size, 'x' as form, "
                    "false as is_simulated, 'loaded' as status, 1 as rows_parsed, 1 as rows_loaded, "
                    "0 as rows_unchanged, 0 as rows_quarantined, 0 as rows_retracted, 'x' as rules",
                    [*about, document.retrieved_at.replace(tzinfo=None)],
                )

    def publish_history(self, month: dt.date) -> None:
        """Let the published warehouse have the full history, too."""
        self.served["cslt"] = "July"
        self.load()
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute("create table raw.tic_cslt (month_end date, line_number bigint)")
            connection.execute("insert into raw.tic_cslt values (?, 1)", [month])
        self._accept()

    def announce(self, month: dt.date, day: dt.date) -> None:
        """Let the publisher's calendar announce a release."""
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute(
                "insert into raw.tic_release_calendar (kind, data_month_end, announced_on, retrieved_at) "
                "values ('scheduled', ?, ?, ?)",
                [month, day, self.now],
            )

    def look(self, after: dt.timedelta = dt.timedelta()) -> dg.SensorResult:
        """Evaluate the sensor, so much time later, and keep its cursor as Dagster does."""
        self.now += after
        context = dg.build_sensor_context(self.instance, cursor=self.cursor)
        result = release_sensor(lambda: self.now)(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        assert len(self.cursor or "") < 400
        return result

    def words(self, after: dt.timedelta = dt.timedelta()) -> str:
        """What a look says that starts nothing."""
        result = self.look(after)
        assert not result.run_requests
        assert isinstance(result.skip_reason, dg.SkipReason)
        return result.skip_reason.skip_message or ""


@contextmanager
def waiting_for_august(folder: Path, instance: dg.DagsterInstance) -> Iterator[World]:
    """A home in a folder that has TIC up to July 2025, on the day on which August was to come."""
    with Publisher() as publisher:
        home = Home(folder)
        home.prepare()
        world = World(home, publisher, instance)
        publisher.route(FOLDER, world.answer)
        world.load()
        world.publish(dt.date(2025, 7, 31))
        world.announce(AUGUST, dt.date(2025, 10, 17))
        yield world
