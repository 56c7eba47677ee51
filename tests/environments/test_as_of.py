"""Builds besides a load: all marts as of a day, and a single mart from the UI."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import dagster as dg
import duckdb
import pytest

import tidemark
from orchestration.runs.run_history import open_instance
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation

DAY = dt.date(2026, 1, 20)


@pytest.fixture(scope="module")
def copy(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return loaded_sample.copy(tmp_path_factory.mktemp("as_of") / "home")


def _as_of(installation: Installation, day: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration", "as-of", day],
        cwd=PROJECT_ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )


def test_all_marts_are_built_as_of_a_day_and_the_snapshot_stays(copy: Installation) -> None:
    before = copy.published.resolve()
    result = _as_of(copy, DAY.isoformat())
    file = copy.home / "as_of" / DAY.isoformat() / "tidemark.duckdb"
    assert (result.returncode, result.stdout.strip()) == (0, str(file)), result.stderr
    assert copy.published.resolve() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with duckdb.connect(str(file), read_only=True) as built, duckdb.connect(str(copy.published), read_only=True) as now:
        tables = "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        assert built.execute(tables).fetchall() == now.execute(tables).fetchall()
        (known_at,) = built.execute("select max(known_at) from marts.fct_holdings").fetchone() or (None,)
        assert known_at.date() <= DAY
        # Two ways to the same figures.
        columns = "country_code, month_end, instrument, holdings_usd_bn"
        then = now.execute(f"select {columns} from marts.holdings_as_of(date '{DAY}') order by all").fetchall()
        assert built.execute(f"select {columns} from marts.fct_holdings order by all").fetchall() == then
    with tidemark.connect(file) as warehouse:
        assert warehouse.holdings("Japan").fetchall()


@pytest.mark.parametrize("day", ["2199-01-01", "1800-01-01", "yesterday"])
def test_an_impossible_day_is_a_usage_error(copy: Installation, day: str) -> None:
    result = _as_of(copy, day)
    assert result.returncode == 2
    assert day in result.stderr
    assert "Traceback" not in result.stderr


def test_a_load_records_the_load_months_that_have_documents(loaded_sample: Installation) -> None:
    with open_instance(loaded_sample.home / "dagster") as instance:
        months = instance.get_materialized_partitions(dg.AssetKey(["archive", "tic"]))
    found = (loaded_sample.home / "archive" / "documents" / "tic").iterdir()
    assert months == {f"{folder.name}-01" for folder in found}


def test_the_marts_of_a_whole_load_are_not_marked_as_unpublished(loaded_sample: Installation) -> None:
    with open_instance(loaded_sample.home / "dagster") as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["marts", "dim_country"]))
        (run,) = instance.get_runs(limit=1)
        said = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert event is not None
    assert event.asset_materialization is not None
    assert "published" not in event.asset_materialization.metadata
    assert [text for text in said if "does not publish" in text] == []


ALONE = """
import os, pathlib
import dagster as dg
from orchestration.definitions import defs
from orchestration.runs.run_history import open_instance

mart = dg.AssetKey(["marts", "dim_country"])
job = defs().resolve_job_def("monthly_load")
with open_instance(pathlib.Path(os.environ["DAGSTER_HOME"])) as instance:
    result = job.execute_in_process(instance=instance, asset_selection=[mart])
for event in result.all_events:
    if event.is_step_materialization and event.asset_key == mart:
        print(event.step_materialization_data.materialization.metadata["published"].value)
"""


def test_a_mart_that_is_materialized_alone_is_marked_as_not_published(copy: Installation) -> None:
    before = copy.published.resolve()
    result = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=PROJECT_ROOT,
        env={**copy.environment(), "DAGSTER_HOME": str(copy.home / "dagster")},
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert result.stdout.strip() == "False", result.stderr[-3000:]
    assert copy.published.resolve() == before
