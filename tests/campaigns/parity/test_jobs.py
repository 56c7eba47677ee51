"""The jobs of a load on a cluster read the candles and merge the vintages that the load itself would."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.archive import Archive
from orchestration.home import Home
from orchestration.loading.merge import merge
from orchestration.loading.parse import Elsewhere, Window, parse_due
from orchestration.loading.workspace import Workspace
from orchestration.sample.generate import write
from orchestration.sample.scaled import Scale
from orchestration.sources.folder import read_manifest
from orchestration.sources.registry import identify
from orchestration.spark.start import merge_on_spark, read_documents
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.sql import literal
from orchestration.warehouse.working import connect, start
from tests.campaigns.spark_cluster import Cluster, cluster
from tests.campaigns.spark_environment import why_not

LAST_DAY = dt.date(2026, 5, 31)
"""Of the first of two rounds, which the load does. Spark does the second, which finds known rows."""
TABLES = ("crypto_candles", "fred_observations", "tic_holdings")
"""With minutes in files; with vintages that have days of their own; with retractions."""

PARTS = ("counts of the first round", "its rows", "counts of the second", "its rows", "raw", "quarantine", "candles")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose archive has the sample, with some weeks of candles by the minute."""
    folder = tmp_path_factory.mktemp("home")
    write(folder / "files", scale=Scale(minute_days=40))
    filled = Archive(folder / "archive")
    for document in read_manifest(folder / "files"):
        found = identify(document.address)
        assert found is not None
        filled.add(*found, document.response())
    return Home(folder)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in {**running.environment, "TIDEMARK_SPARK_FROM_ROWS": "0"}.items():
            patch.setenv(name, value)
        yield running


def _loaded(home: Home, name: str, elsewhere: Elsewhere | None, merged: Callable[..., Any]) -> list[Any]:
    """What two rounds of a load leave: the counts of each, the parsed rows, raw, quarantine, the files of candles."""
    table = RAW_TABLES[name]
    documents = Archive(home.archive)
    shutil.rmtree(home.work, ignore_errors=True)
    home.prepare()
    left: list[Any] = []
    start(home, None)
    rounds = (
        (Window(None, LAST_DAY), None, merge),
        (Window(LAST_DAY + dt.timedelta(days=1), None), elsewhere, merged),
    )
    for window, reader, merger in rounds:
        workspace = Workspace(home.work)
        parsed = parse_due(documents, {}, "", table, window, workspace, elsewhere=reader)
        rows, held = workspace.rows_path(name), workspace.held_path(name)
        # Every hundredth row broke a rule.
        duckdb.execute(
            f"copy (select file_row_number as row_number, ['a_rule'] as broken_rules "
            f"from read_parquet({literal(str(rows))}, file_row_number = true) where file_row_number % 100 = 7) "
            f"to {literal(str(held))} (format parquet)"
        )
        with connect(home) as connection:
            counts = merger(connection, table, rows, parsed.replaced, held)
        left += [counts, pq.read_table(rows).to_pydict()]
    with connect(home) as connection:
        left += [
            connection.execute(f"from {schema}.{name} order by all").fetchall() for schema in ("raw", "quarantine")
        ]
    candles = home.work / "candles"
    left.append({path.relative_to(candles): path.read_bytes() for path in candles.rglob("*.parquet")})
    return left


@pytest.mark.parametrize("name", TABLES)
def test_jobs_of_a_load_leave_what_the_load_itself_does(name: str, home: Home, workers: Cluster) -> None:
    expected = _loaded(home, name, None, merge)
    found = _loaded(home, name, partial(read_documents, home), partial(merge_on_spark, home))
    log = (workers.folder / "master.log").read_text(encoding="utf-8")
    assert log.count("Registered app tidemark merge") > TABLES.index(name)
    assert sum(count.loaded for count in found[2].values()) > 0
    differing = [part for part, one, other in zip(PARTS, found, expected, strict=True) if one != other]
    assert differing == []
    if name == "crypto_candles":
        assert log.count("Registered app tidemark read") == 1
        assert found[-1]


def test_a_merge_finishes_after_a_worker_is_lost(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    expected = _loaded(home, "fred_observations", None, merge)
    with cluster(tmp_path, 2) as running:
        for name, value in {**running.environment, "TIDEMARK_SPARK_FROM_ROWS": "0"}.items():
            monkeypatch.setenv(name, value)
        over = threading.Event()

        def lose_one() -> bool:
            while not over.wait(0.001):
                if any((home.work / "spark").glob("*/parts/*")):
                    running.lose_worker()
                    return True
            return False

        with ThreadPoolExecutor(1) as pool:
            is_lost = pool.submit(lose_one)
            try:
                found = _loaded(home, "fred_observations", None, partial(merge_on_spark, home))
            finally:
                over.set()
    assert is_lost.result()
    assert [part for part, one, other in zip(PARTS, found, expected, strict=True) if one != other] == []
