"""The suites are data; here each of them is seen to be understood whole, and to catch what it is for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.quality import check
from orchestration.quality.suites import SUITES, SuiteError, _run
from orchestration.warehouse.raw_tables import RAW_TABLES

LINEAGE = {"line_number": 7, "document_id": "document", "retrieved_at": pd.Timestamp("2026-06-18"), "released_on": None}
GOOD: dict[str, list[dict[str, Any]]] = {
    "tic_holdings": [
        {
            "series": "slt_table3",
            "country_code": "42609",
            "month_end": dt.date(2026, 4, 30),
            "security_type": "treasury",
            "instrument": instrument,
            "holdings": holdings,
            "net_sales": 1.0,
            "valuation_change": None,
            "gross_purchases": None,
            "gross_sales": None,
            "unit": "usd_mn",
            "basis": None,
            "published_name": "Japan",
        }
        for instrument, holdings in (("total", 300.0), ("long_term", 200.0), ("bills", 100.0))
    ],
    "tic_release_calendar": [
        {
            "kind": "published",
            "data_month_end": dt.date(2026, 4, 30),
            "announced_on": dt.date(2026, 6, 18),
            "note": None,
        }
    ],
    "fred_observations": [{"series_id": "WALCL", "date": dt.date(2026, 6, 17), "value": 6_700_000.0}],
    "fred_series": [
        {
            "series_id": "WALCL",
            "last_updated": pd.Timestamp("2026-06-18"),
            "units": "Millions of U.S. Dollars",
            "frequency": "Weekly",
            "title": "Total assets",
            "seasonal_adjustment": None,
        }
    ],
    "treasury_par_yields": [{"tenor": "10 Yr", "date": dt.date(2026, 6, 17), "value": 4.4}],
    "crypto_candles": [
        {
            "venue": "coinbase",
            "symbol": "BTC",
            "quote": "USD",
            "candle_interval": "1d",
            "opened_at": pd.Timestamp("2026-06-17"),
            "open": 2.0,
            "high": 4.0,
            "low": 1.0,
            "close": 3.0,
            "volume": 5.0,
        }
    ],
}


def _check(tmp_path: Path, table: str, rows: list[dict[str, Any]]) -> Any:
    path = tmp_path / "offered.parquet"
    pd.DataFrame([row | LINEAGE for row in rows]).to_parquet(path)
    return check(table, path)


@pytest.mark.parametrize("table", RAW_TABLES)
def test_good_rows_pass_every_rule_of_their_suite(tmp_path: Path, table: str) -> None:
    result = _check(tmp_path, table, GOOD[table])
    rules = [rule["meta"]["rule"] for rule in json.loads((SUITES / f"{table}.json").read_text())["expectations"]]
    assert [rule.rule for rule in result.rules] == rules
    assert [rule.rule for rule in result.rules if not rule.passed] == []


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("tic_holdings", {"holdings": 301.0 + 5}, "total_is_long_term_plus_bills"),
        ("tic_holdings", {"country_code": "00000"}, "country_code_is_known"),
        ("tic_holdings", {"holdings": -1.0}, "holdings_are_plausible"),
        ("tic_holdings", {"unit": "usd"}, "unit_is_known"),
        ("tic_holdings", {"instrument": "bills"}, "key_is_unique"),
        ("fred_observations", {"value": 6_700.0}, "value_is_not_too_low"),
        ("fred_observations", {"value": 6_700_000_000.0}, "value_is_not_too_high"),
        ("fred_series", {"units": "Billions of U.S. Dollars"}, "units_are_those_of_the_catalogue"),
        ("treasury_par_yields", {"value": 440.0}, "yield_is_plausible"),
        ("crypto_candles", {"high": 2.5}, "high_is_highest"),
        ("crypto_candles", {"low": 2.5}, "low_is_lowest"),
        ("crypto_candles", {"low": 0.0}, "prices_are_positive"),
        ("crypto_candles", {"close": None}, "close_is_there"),
        ("crypto_candles", {"volume": -1.0}, "volume_is_not_negative"),
    ],
)
def test_a_bad_row_is_found_and_named(tmp_path: Path, table: str, change: dict[str, Any], rule: str) -> None:
    rows = [GOOD[table][0] | change, *GOOD[table][1:]]
    result = _check(tmp_path, table, rows)
    broken = {found.rule: found for found in result.broken}
    assert rule in broken
    assert not result.passed
    assert broken[rule].documents == {"document"}
    assert broken[rule].rows[0]["line_number"] == 7


def test_a_rule_that_is_not_understood_is_an_error_and_not_dropped() -> None:
    suite = {
        "name": "misspelt",
        "expectations": [{"type": "expect_nonsense", "kwargs": {}, "severity": "critical", "meta": {"rule": "r"}}],
    }
    with pytest.raises(SuiteError, match="misspelt"):
        _run(suite, pd.DataFrame({"document_id": ["d"], "line_number": [1]}))
