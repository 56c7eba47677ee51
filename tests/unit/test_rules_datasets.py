"""The rules of freshness: a dataset on time breaks no rule, and a late one breaks its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.archive.gather import Answer
from orchestration.loading.rules import breaches
from orchestration.loading.rules.breaches import find_breaches
from orchestration.loading.rules.datasets import judge_datasets
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import DATASETS, read_suite
from orchestration.loading.workspace import Workspace
from orchestration.tables.raw_tables import RAW_TABLES

SUITE = read_suite(DATASETS)
TABLES = ("slt_table1", "slt_table3", "slt_table5")
RAW_TABLE_OF = {
    "tic": "tic_holdings",
    "fred": "fred_observations",
    "treasury": "treasury_par_yields",
    "ofr": "ofr_stress_index",
}
Answers = dict[tuple[str, ...], str]


class Warehouse:
    """Raw tables with as many rows as a question about freshness needs."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("create schema raw")
        for table in RAW_TABLES.values():
            self.connection.execute(table.definition())

    def put(self, table: str, **cells: Any) -> None:
        """One row of a raw table; cells that are not named are empty."""
        row = {"line_number": 1, "document_id": "d", "retrieved_at": "2020-01-01"} | cells
        names = ", ".join(row)
        self.connection.execute(
            f"insert into raw.{table} ({names}) values ({', '.join('?' for _ in row)})", list(row.values())
        )

    def tic(self, **months: str) -> None:
        """The newest month of tables of TIC."""
        for table, month in months.items():
            self.put(
                "tic_holdings",
                series=table,
                country_code="69995",
                month_end=dt.date.fromisoformat(month),
                security_type="treasury",
                instrument="total",
                holdings=1,
            )

    def fred(self, series: str, day: str, value: float | None = 1.0) -> None:
        """An observation."""
        self.put("fred_observations", series_id=series, date=dt.date.fromisoformat(day), value=value)

    def candle(self, venue: str, symbol: str, quote: str, day: str) -> None:
        """A day at a venue."""
        opened = dt.datetime.fromisoformat(day)
        row = {"venue": venue, "symbol": symbol, "quote": quote, "candle_interval": "1d", "opened_at": opened}
        self.put("crypto_candles", **row, close=1.0)

    def found(self, answers: Answers) -> dict[tuple[str, str], set[str]]:
        """The rules that each dataset breaks, for answers of (source, dataset) at a moment."""
        rules: dict[tuple[str, str], set[str]] = {}
        for rule, rows in self.rows(answers).items():
            for row in rows:
                rules.setdefault((row["source"], row["dataset"]), set()).add(rule)
        return rules

    def rows(self, answers: Answers) -> dict[str, list[dict[str, Any]]]:
        """What breaks each rule; an answer's key may name its address as a third part."""
        lines = [
            {
                "source": source,
                "dataset": dataset,
                "raw_table": RAW_TABLE_OF.get(source, "crypto_candles"),
                "address": address[0] if address else "https://example.org",
                "answered_at": pd.Timestamp(moment),
            }
            for (source, dataset, *address), moment in answers.items()
        ]
        relations = Relations(self.connection, Workspace(Path()), facts=SUITE.facts)
        relations.register("answers", pd.DataFrame(lines))
        breaches = find_breaches(relations, SUITE.rules)
        found = {breach.rule.name: self.connection.sql(f"from {breach.relation}").df() for breach in breaches}
        relations.drop()
        return {rule: frame.to_dict("records") for rule, frame in found.items()}


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


def tic_at(moment: str, *tables: str) -> Answers:
    return {("tic", table): moment for table in tables or TABLES}


def test_tables_of_the_month_that_is_due_are_on_time(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-07-31", slt_table3="2026-07-31", slt_table5="2026-07-31")
    assert warehouse.found(tic_at("2026-09-16 22:30")) == {}
    assert warehouse.found(tic_at("2026-10-16 12:00")) == {}


def test_an_unchanged_table_is_stale_if_the_others_are_new(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-07-31", slt_table3="2026-07-31", slt_table5="2026-06-30")
    rules = {"table_moves_on_with_the_release", "release_is_on_time"}
    assert warehouse.found(tic_at("2026-09-17 12:00")) == {("tic", "slt_table5"): rules}


def test_tables_may_differ_while_a_release_is_being_posted(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-07-31", slt_table3="2026-07-31", slt_table5="2026-06-30")
    assert warehouse.found(tic_at("2026-09-16 20:05")) == {}


def test_a_table_fetched_before_the_release_is_not_stale(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-05-31", slt_table3="2026-04-30")
    answers = tic_at("2026-07-14 23:59:59", "slt_table1") | tic_at("2026-06-18 23:59:59", "slt_table3")
    assert warehouse.found(answers) == {}


def test_a_release_that_is_late_for_all_is_a_warning_with_the_calendars_note(warehouse: Warehouse) -> None:
    """The shutdown of 2025, as it looked in its third week."""
    for month, day in (("2025-07-31", "2025-09-18"), ("2025-08-31", "2025-10-17"), ("2025-09-30", "2025-11-18")):
        month_end, announced = dt.date.fromisoformat(month), dt.date.fromisoformat(day)
        warehouse.put("tic_release_calendar", kind="scheduled", data_month_end=month_end, announced_on=announced)
    warehouse.tic(slt_table1="2025-07-31", slt_table3="2025-07-31", slt_table5="2025-07-31")
    late = warehouse.found(tic_at("2025-10-27 12:00"))
    assert late == {("tic", table): {"release_is_on_time"} for table in TABLES}
    words = warehouse.rows(tic_at("2025-10-27 12:00"))["release_is_on_time"][0]["late_release"]
    assert words.startswith("newest month 2025-07; 2025-08 was scheduled for 2025-10-17, 10 days before this answer")
    assert "lapse in appropriations" in words


def test_an_estimated_day_has_a_week_of_tolerance(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-11-30")
    assert warehouse.found(tic_at("2027-02-22 12:00", "slt_table1")) == {}
    assert warehouse.found(tic_at("2027-02-27 12:00", "slt_table1")) == {("tic", "slt_table1"): {"release_is_on_time"}}


def test_a_retracted_month_is_not_news(warehouse: Warehouse) -> None:
    warehouse.tic(slt_table1="2026-06-30")
    warehouse.put(
        "tic_holdings",
        series="slt_table1",
        country_code="1",
        month_end=dt.date(2026, 7, 31),
        security_type="treasury",
        instrument="total",
        line_number=None,
    )
    assert warehouse.found(tic_at("2026-09-17 12:00", "slt_table1")) == {("tic", "slt_table1"): {"release_is_on_time"}}


@pytest.mark.parametrize("dataset", ["slt3d_globl", "s1_globl", "mfh", "mfhhis01", "shlhistdat"])
def test_frozen_and_yearly_files_are_never_late(warehouse: Warehouse, dataset: str) -> None:
    warehouse.tic(**{dataset: "2023-01-31"})
    assert warehouse.found(tic_at("2026-09-17 12:00", dataset)) == {}


@pytest.mark.parametrize(
    ("series", "newest", "in_time", "late", "rule"),
    [
        # Friday's yield is there on Monday evening; the Monday after is a holiday at most
        ("DGS10", "2026-07-30", "2026-08-03", "2026-08-09", "daily_series_is_on_time"),
        # Christmas Eve, with the holiday and a weekend behind it
        ("DGS10", "2026-12-23", "2026-12-29", "2027-01-02", "daily_series_is_on_time"),
        ("DFF", "2026-07-22", "2026-07-29", "2026-08-02", "daily_series_is_on_time"),
        ("WALCL", "2026-07-29", "2026-08-10", "2026-08-11", "wednesday_is_there"),
        ("NFCI", "2026-08-14", "2026-08-30", "2026-08-31", "friday_is_there"),
        ("MVMTD027MNFRBDAL", "2026-04-01", "2026-07-30", "2026-07-31", "month_is_there"),
        ("FDHBFIN", "2026-01-01", "2026-11-12", "2026-11-13", "quarter_is_there"),
    ],
)
def test_a_series_is_late_by_its_own_calendar(
    warehouse: Warehouse, series: str, newest: str, in_time: str, late: str, rule: str
) -> None:
    warehouse.fred(series, newest)
    warehouse.fred(series, "2027-06-30", None)  # a blank is no observation
    assert warehouse.found({("fred", series): in_time}) == {}
    assert warehouse.found({("fred", series): late}) == {("fred", series): {rule}}


def test_a_series_that_has_ended_is_never_late(warehouse: Warehouse) -> None:
    warehouse.fred("TEDRATE", "2022-01-21")
    assert warehouse.found({("fred", "TEDRATE"): "2026-09-17"}) == {}


def test_a_market_is_late_after_two_days(warehouse: Warehouse) -> None:
    warehouse.candle("coinbase", "BTC", "USD", "2026-08-13")
    key = ("coinbase", "BTC-USD/1d")
    assert warehouse.found({key: "2026-08-14 06:00"}) == {}
    assert warehouse.found({key: "2026-08-16 06:00"}) == {}
    assert warehouse.found({key: "2026-08-17 06:00"}) == {key: {"venue_is_on_time"}}


def test_a_market_without_any_candle_is_late_once_it_is_listed(warehouse: Warehouse) -> None:
    address = "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400&end=2015-01-01T00:00:00Z"
    assert warehouse.found({("coinbase", "BTC-USD/1d", address): "2026-08-17 06:00"}) == {}
    key = ("coinbase", "BTC-USD/1d")
    assert warehouse.found({key: "2026-08-17 06:00"}) == {key: {"venue_is_on_time"}}


def test_a_market_is_not_late_after_the_end_in_its_address(warehouse: Warehouse) -> None:
    warehouse.candle("coinbase", "BTC", "USD", "2026-08-10")
    address = "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400&end=2026-08-10T00:00:00Z"
    assert warehouse.found({("coinbase", "BTC-USD/1d", address): "2026-08-17 06:00"}) == {}
    assert warehouse.found({("coinbase", "BTC-USD/1d"): "2026-08-17 06:00"}) != {}


def test_a_market_that_is_not_fetched_is_never_late(warehouse: Warehouse) -> None:
    warehouse.candle("binance_usdm_futures", "BTC", "USDT", "2024-01-31")
    assert warehouse.found({("binance", "um/BTCUSDT/1d"): "2026-08-17"}) == {}


def test_yields_of_a_year_end_with_the_year(warehouse: Warehouse) -> None:
    warehouse.put("treasury_par_yields", tenor="10 Yr", date=dt.date(2025, 12, 19), value=4.1)
    key = ("treasury", "daily_treasury_yield_curve/2025")
    assert warehouse.found({key: "2025-12-23"}) == {}
    assert warehouse.found({key: "2025-12-26"}) == {key: {"par_yields_are_on_time"}}
    warehouse.put("treasury_par_yields", tenor="10 Yr", date=dt.date(2025, 12, 31), value=4.1)
    assert warehouse.found({key: "2026-09-17"}) == {}


def test_a_stress_index_may_be_late_by_a_weekend_and_a_holiday(warehouse: Warehouse) -> None:
    warehouse.put("ofr_stress_index", component="OFR FSI", date=dt.date(2026, 6, 12), value=-1.5)
    assert warehouse.found({("ofr", "fsi"): "2026-06-21"}) == {}
    assert warehouse.found({("ofr", "fsi"): "2026-06-22"}) == {("ofr", "fsi"): {"stress_index_is_on_time"}}


def test_every_rule_is_broken_by_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.name for rule in SUITE.rules if f'"{rule.name}"' not in text] == []


def test_a_quiet_load_starts_great_expectations_only_if_something_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ask = breaches._ask_great_expectations
    monkeypatch.setattr(breaches, "_ask_great_expectations", lambda *of: (asked.append(1), ask(*of))[1])
    warehouse = Warehouse()
    warehouse.fred("DGS10", "2026-02-26")
    address = "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10"

    def judge(day: str, *, is_quiet: bool) -> list[str]:
        answers = [Answer("fred", "DGS10", address, f"{day}T23:00:00+00:00")]
        lines = judge_datasets(warehouse.connection, Workspace(Path()), answers, "raw/documents", is_quiet=is_quiet)
        assert len(lines) == len(SUITE.rules)
        return [line.check for line in lines if not line.passed]

    assert judge("2026-02-27", is_quiet=True) == []
    assert asked == []
    assert judge("2026-04-27", is_quiet=True) == judge("2026-04-27", is_quiet=False) == ["daily_series_is_on_time"]
    assert len(asked) == 2
