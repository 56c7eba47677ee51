"""The history of a load from the shell is Dagster's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.runs import run_history
from orchestration.runs.dagster_home import IN_THE_HOME, configure
from orchestration.runs.run_history import OpenEventLog, open_instance, prune


@dg.asset(check_specs=[dg.AssetCheckSpec("first", asset="figures"), dg.AssetCheckSpec("second", asset="figures")])
def figures() -> Iterator[dg.MaterializeResult[None]]:
    yield dg.MaterializeResult(
        metadata={"rows": 3},
        check_results=[dg.AssetCheckResult(check_name=name, passed=name == "first") for name in ("first", "second")],
    )


NO_PROCESSES = f"""{IN_THE_HOME}compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
"""For Dagster's own instance: no telemetry, and no processes that capture what a run prints."""


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(NO_PROCESSES, encoding="utf-8")


JOB = dg.Definitions(assets=[figures], jobs=[dg.define_asset_job("job")]).resolve_job_def("job")


def test_dagster_reads_the_history_that_a_load_from_the_shell_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with open_instance(tmp_path) as instance:
        assert isinstance(instance.event_log_storage, OpenEventLog)
        result = JOB.execute_in_process(instance=instance)
    assert not list(tmp_path.rglob("*.db-wal")), "the files are closed"
    with dg.DagsterInstance.get() as stock:
        assert type(stock.event_log_storage) is SqliteEventLogStorage
        assert [run.run_id for run in stock.get_runs()] == [result.run_id]
        event = stock.get_latest_materialization_event(figures.key)
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["rows"].value == 3
        written = [record.event_log_entry.dagster_event for record in stock.get_records_for_run(result.run_id).records]
        checks = [
            found for found in written if found and found.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ]
        assert len(checks) == 2


def _index(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "history" / "runs" / "index.db")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("is_ours", [True, False], ids=["shell", "ui"])
def test_only_the_newest_runs_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_ours: bool) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with open_instance(tmp_path) if is_ours else dg.DagsterInstance.get() as instance:
        runs = [JOB.execute_in_process(instance=instance).run_id for _ in range(4)]
        assert prune(instance, tmp_path, keep=4) == 0
        assert prune(instance, tmp_path, keep=2) == 2
        assert prune(instance, tmp_path, keep=2) == 0
        assert [run.run_id for run in instance.get_runs()] == runs[:1:-1]
        event = instance.get_latest_materialization_event(figures.key)
        assert event is not None
        assert event.run_id == runs[-1]
    assert {path.stem for path in (tmp_path / "history" / "runs").glob("*-*.db")} == set(runs[2:])
    for table in ("event_logs", "asset_check_executions"):
        assert {run for (run,) in _index(tmp_path, f"select distinct run_id from {table}")} == set(runs[2:])


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
def test_a_load_deletes_old_runs_when_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    configure(home.dagster, None)
    monkeypatch.setenv("TIDEMARK_KEEP_RUNS", "1")
    load = defs().resolve_job_def("monthly_load")
    first_step = [dg.AssetKey(["archive", "other"])]
    with open_instance(home.dagster) as instance:
        runs = [
            load.execute_in_process(instance=instance, asset_selection=first_step, raise_on_error=False).run_id
            for _ in range(2)
        ]
        assert [run.run_id for run in instance.get_runs()] == runs[1:]


def test_one_load_deletes_a_bounded_number_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_history, "_DELETED_AT_ONCE", 2)
    with open_instance(tmp_path) as instance:
        for _ in range(5):
            JOB.execute_in_process(instance=instance)
        assert [prune(instance, tmp_path, keep=1) for _ in range(3)] == [2, 2, 0]


def test_a_run_that_has_not_ended_stays(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        started = instance.create_run_for_job(JOB, status=dg.DagsterRunStatus.STARTED)
        for _ in range(2):
            JOB.execute_in_process(instance=instance)
        assert prune(instance, tmp_path, keep=1) == 1
        assert started.run_id in [run.run_id for run in instance.get_runs()]


def test_a_file_that_is_mostly_free_is_shrunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_history, "_VACUUM_BYTES", 0)
    with open_instance(tmp_path) as instance:
        for _ in range(20):
            JOB.execute_in_process(instance=instance)
        before = (tmp_path / "history" / "runs" / "index.db").stat().st_size
        prune(instance, tmp_path, keep=1)
    assert (tmp_path / "history" / "runs" / "index.db").stat().st_size < before


def test_a_users_own_storage_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(
        f"storage:\n  sqlite:\n    base_dir: {tmp_path / 'elsewhere'}\n", encoding="utf-8"
    )
    with open_instance(tmp_path) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
    assert (tmp_path / "elsewhere" / "history").is_dir()
