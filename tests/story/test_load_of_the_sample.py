"""The embedded sample through the whole flow: a first load, the load of the next day, and one that brings nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.runs import run_history
from tests.installation import HANGS, Installation
from tests.sample_homes import SampleHomes

LAST_DAY = dt.date(2026, 6, 18)


def test_the_summary_names_the_file_its_nature_the_checks_and_the_largest_holders(sample: SampleHomes) -> None:
    for installation, summary in ((sample.first, sample.first_summary), (sample.latest, sample.latest_summary)):
        assert "SIMULATION" in summary
        assert str(installation.published) in summary
        assert "Checks passed" in summary
        for holder in ("Japan", "United Kingdom", "China, Mainland"):
            assert holder in summary


def test_the_command_of_the_summary_can_be_pasted(sample: SampleHomes) -> None:
    pasted = next(line for line in sample.latest_summary.splitlines() if "import duckdb" in line)
    answer = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, timeout=HANGS, check=True)
    assert "682.600" in answer.stdout


def test_the_next_load_adds_the_documents_of_its_day_and_keeps_what_was_known(sample: SampleHomes) -> None:
    days = "select distinct retrieved_at::date from raw.documents order by 1"
    known_before = [day for (day,) in sample.first.query(days)]
    assert known_before
    assert max(known_before) < LAST_DAY
    assert [day for (day,) in sample.latest.query(days)] == [*known_before, LAST_DAY]
    for table in ("documents", "tic_holdings", "fred_observations", "crypto_candles"):
        assert sample.latest.one(f"select count(*) from raw.{table}") > sample.first.one(
            f"select count(*) from raw.{table}"
        )
    with duckdb.connect() as connection:
        for name, home in (("before", sample.first), ("after", sample.latest)):
            connection.execute(f"attach '{home.published}' as {name} (read_only)")
        for table in ("tic_holdings", "fred_observations", "treasury_par_yields"):
            lost = f"from before.raw.{table} except all from after.raw.{table}"
            assert connection.execute(lost).fetchall() == [], table


@pytest.fixture(scope="module")
def repeated(sample: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """A copy into which the same documents were loaded once more, and the summary of that load."""
    installation = sample.latest.copy(tmp_path_factory.mktemp("repeated") / "home")
    return installation, installation.load_well(export="all", export_format="both")


def test_a_load_without_news_keeps_the_snapshot(sample: SampleHomes, repeated: tuple[Installation, str]) -> None:
    installation, summary = repeated
    documents = sample.latest.one("select count(*) from raw.documents where source <> 'nowcast'")
    assert f"{documents} unchanged" in summary
    assert int(summary.partition(" dbt tests")[0].split()[-1]) > 100, "the snapshot has passed them"
    snapshots = [
        sorted(path.name for path in (home.home / "releases").iterdir()) for home in (installation, sample.latest)
    ]
    assert snapshots[0] == snapshots[1]
    assert installation.published.read_bytes() == sample.latest.published.read_bytes()


def test_the_marts_of_a_load_that_publishes_are_not_marked_as_unpublished(sample: SampleHomes, tmp_path: Path) -> None:
    history = sample.latest.copy(tmp_path / "home").home / "dagster"
    with run_history.open_instance(history) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["marts", "fct_holdings"]))
    assert event is not None
    assert event.asset_materialization is not None
    assert "published" not in event.asset_materialization.metadata


def test_the_published_file_has_no_room_of_dropped_tables(loaded_sample: Installation) -> None:
    """Two thirds of it were empty: DuckDB keeps the space of the tables that are not for readers."""
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        (sizes,) = connection.execute("select total_blocks, free_blocks from pragma_database_size()").fetchall()
    assert sizes[1] <= 0.05 * sizes[0], sizes


def test_the_simulation_is_labelled_wherever_a_reader_looks(loaded_sample: Installation) -> None:
    assert loaded_sample.query("select distinct is_simulated from raw.documents") == [(True,)]
    assert loaded_sample.one("select is_simulated from marts.warehouse_info") is True
    assert "SIMULATION" in loaded_sample.one("select notice from marts.warehouse_info")


@pytest.mark.parametrize(
    ("country", "october", "november"),
    [
        ("China, Mainland", "688.700", "682.600"),
        ("United Kingdom", "877.900", "888.500"),
        ("Japan", "1200.000", "1202.600"),
        ("Grand Total", "9243.000", "9355.000"),
    ],
)
def test_the_first_prints_of_january_2026_are_known_on_their_day(
    loaded_sample: Installation, country: str, october: str, november: str
) -> None:
    values = loaded_sample.query(
        f"select holdings_usd_bn from marts.holdings_as_of(date '2026-01-20') where country = '{country}' "
        "and instrument = 'total' and month_end in ('2025-10-31', '2025-11-30') order by month_end"
    )
    assert values == [(Decimal(october),), (Decimal(november),)]


def test_changes_are_the_sum_of_their_parts(loaded_sample: Installation) -> None:
    assert loaded_sample.one("select count(*) from marts.fct_holdings where other_change_usd_bn is not null") > 1000
    broken = loaded_sample.one(
        """
        select count(*)
        from marts.fct_holdings as holdings
        inner join marts.holdings_trend as trend using (country_code, month_end, instrument)
        where abs(trend.change_1m_usd_bn - holdings.net_sales_usd_bn - holdings.valuation_change_usd_bn
            - holdings.other_change_usd_bn) > 0
        """
    )
    assert broken == 0


def test_a_published_file_copied_elsewhere_still_answers(loaded_sample: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "tidemark.duckdb"
    shutil.copyfile(loaded_sample.published, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        row = connection.execute("select count(*) > 0 from marts.holdings_as_of(date '2026-01-20')").fetchone()
    assert row == (True,)
