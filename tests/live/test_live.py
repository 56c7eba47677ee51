"""The live path: the publishers' real paths and bytes, served on loopback, with faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.publisher import API_KEY, Answer, Publisher
from tests.unit.ofr_documents import document, figures

QUICK = {"http_requests_per_second": "500", "http_max_wait_seconds": "0.2", "http_timeout_seconds": "5"}


@pytest.fixture(scope="module")
def publisher(real_files: Path) -> Iterator[Publisher]:
    index = Answer(document(figures("2026-06-16")), 200, {"ETag": '"1"'})
    with Publisher(real_files, dt.date(2026, 6, 18)) as publisher:
        publisher.route("/financial-stress-index/", lambda _: index)
        yield publisher


@pytest.fixture(scope="module")
def installation(installation_of: Callable[[str], Installation]) -> Installation:
    return installation_of("live")


def _settings(publisher: Publisher) -> dict[str, str]:
    return QUICK | publisher.addresses


def test_a_first_load_uses_available_documents_and_reports_missing_ones(
    installation: Installation, publisher: Publisher
) -> None:
    result = installation.load(source="live", **_settings(publisher))
    assert result.returncode == 0, result.stderr[-3000:]
    assert "coinbase BTC-USD/1d" in result.stderr, "a market that failed is named"
    china = installation.one(
        "select holdings_usd_bn from marts.fct_holdings "
        "where country_code = '41408' and month_end = '2026-04-30' and instrument = 'total'"
    )
    assert china == Decimal("651.072")
    assert installation.one("select count(distinct series_id) from raw.fred_observations") > 25
    known_at = installation.query(
        "select known_at::date::varchar from marts.fct_observations "
        "where series_id = 'OFR_FSI' and publisher = 'ofr' and date in ('2026-06-10', '2026-06-12') order by date"
    )
    assert known_at == [("2026-06-12",), ("2026-06-16",)], "two business days later"
    assert installation.one("select count(*) from marts.stress_benchmarks where benchmark = 'OFR_FSI'") > 0
    assert not publisher.asked("mfh.txt"), "the dead file is never asked for"


def test_a_second_load_asks_conditionally_and_changes_nothing(
    installation: Installation, publisher: Publisher, tmp_path: Path
) -> None:
    before = installation.export_marts(tmp_path / "before")
    seen = len(publisher.asked("slt_table3.txt"))
    installation.load_well(source="live", **_settings(publisher))
    (again,) = publisher.asked("slt_table3.txt")[seen:]
    assert "if-none-match" in {name.lower() for name in again.headers}
    assert installation.export_marts(tmp_path / "after") == before


def test_a_failing_series_affects_no_other(installation: Installation, publisher: Publisher, tmp_path: Path) -> None:
    before = installation.export_marts(tmp_path / "before")
    publisher.fault("id=DGS10", "html", times=None)
    try:
        result = installation.load(source="live", **_settings(publisher))
    finally:
        publisher.heal()
    assert result.returncode == 0
    assert "fred DGS10" in result.stderr
    assert "HTML" in result.stderr
    assert installation.export_marts(tmp_path / "after") == before


def test_a_required_file_that_fails_stops_the_load(installation: Installation, publisher: Publisher) -> None:
    before = installation.published.resolve().read_bytes()
    publisher.fault("slt_table3.txt", "html", times=None)
    try:
        result = installation.load(source="live", **_settings(publisher))
    finally:
        publisher.heal()
    assert result.returncode != 0
    assert "slt_table3" in result.stderr
    assert "HTML" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Nothing was published" in result.stderr
    assert installation.published.resolve().read_bytes() == before


def test_a_key_adds_vintages_and_appears_nowhere(
    installation_of: Callable[[str], Installation], publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRED_API_KEY", API_KEY)
    keyed = installation_of("keyed")
    result = keyed.load(source="live", **_settings(publisher))
    assert result.returncode == 0, result.stderr[-3000:]
    assert keyed.one("select count(*) from raw.fred_series") > 0
    assert API_KEY not in result.stdout + result.stderr
    for path in keyed.home.rglob("*"):
        if path.is_file():
            assert API_KEY.encode() not in path.read_bytes(), path
