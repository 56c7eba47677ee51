"""The history of a load from the shell is Dagster's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.runs.run_history import OpenEventLog, open_instance


@dg.asset(check_specs=[dg.AssetCheckSpec("first", asset="figures"), dg.AssetCheckSpec("second", asset="figures")])
def figures() -> Iterator[dg.MaterializeResult[None]]:
    yield dg.MaterializeResult(
        metadata={"rows": 3},
        check_results=[dg.AssetCheckResult(check_name=name, passed=name == "first") for name in ("first", "second")],
    )


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


def test_a_storage_of_ones_own_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(
        f"storage:\n  sqlite:\n    base_dir: {tmp_path / 'elsewhere'}\n", encoding="utf-8"
    )
    with open_instance(tmp_path) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
    assert (tmp_path / "elsewhere" / "history").is_dir()
