"""The state of an installation at a glance."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.loading.rules import report
from orchestration.runs.dagster_home import configure
from orchestration.runs.run_history import open_instance
from orchestration.runs.status import as_json, as_text, status_of
from tests.unit.test_run_history import JOB

NOW = dt.datetime(2026, 6, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a published file that has what the status reads."""
    home = Home(tmp_path / "home")
    home.prepare()
    file = home.snapshots / "2026-06-18-1" / "tidemark.duckdb"
    file.parent.mkdir()
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            create schema marts; create schema raw; create schema quarantine;
            create table marts.warehouse_info as
                select null::date as as_of, date '2026-04-30' as newest_holdings_month_end,
                    date '2026-06-18' as newest_retrieval_on, true as is_simulated;
            create table raw.documents as
                select 'fred' as source, 'DGS10' as dataset, 'refused' as status, 'maintenance page' as reason;
            create table quarantine.tic_holdings as from range(3);
            create table quarantine.fred_series as from range(0);
            create table raw.tic_holdings as
                select unnest(['slt_table1', 'slt_table3', 'slt_table5', 'mfhhis']) as series,
                    unnest([date '2026-04-30', '2026-04-30', '2026-04-30', '2011-06-30']) as month_end,
                    1 as line_number;
            create table raw.tic_release_calendar (
                data_month_end date, announced_on date, note varchar, retrieved_at timestamp
            );
            """
        )
    home.published.symlink_to(file)
    return home


def test_status_shows_published_late_and_quarantined(home: Home) -> None:
    late = report.CheckLine("raw/documents", "on_time", "", "warn", False, "is reported", (), 1, "", ("fred DGS10",))
    report.add(home.reports, [late])
    status = status_of(home, NOW)
    text = as_text(status, NOW)
    for expected in ("2026-06-18-1", "SIMULATION", "2026-04-30", "fred DGS10", "3 rows of tic_holdings"):
        assert expected in text
    assert "maintenance page" in text
    assert "TIC May 2026" in text
    assert status.quarantined == {"tic_holdings": 3}
    assert status.late == ("fred DGS10",)
    assert status.disk["releases"] > 0
    assert json.loads(as_json(status))["published"]["newest_document"] == "2026-06-18"


def test_the_last_run_and_a_load_that_is_running(home: Home) -> None:
    configure(home.dagster, None)
    with open_instance(home.dagster) as instance:
        run = JOB.execute_in_process(instance=instance, run_id=None)
    assert "none in Dagster's history" in as_text(status_of(home, NOW), NOW), "a run of another job"
    assert run.success
    with home.exclusive():
        assert "running:      a load (process" in as_text(status_of(home, NOW), NOW)


def test_a_home_that_does_not_exist(tmp_path: Path) -> None:
    assert "nothing yet" in as_text(status_of(Home(tmp_path / "none"), NOW), NOW)
    assert list(tmp_path.iterdir()) == []
