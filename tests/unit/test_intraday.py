"""Candles shorter than an hour: the days that they make, and the files in which they are kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.home import Home
from orchestration.loading.parse import LOADED, REFUSED, Window, parse_due
from orchestration.loading.workspace import Parsed, Workspace
from orchestration.sources.base import FormatError, Response
from orchestration.sources.crypto import binance
from orchestration.sources.crypto.intraday import days_of
from orchestration.tables.raw.crypto_candles import TABLE as CRYPTO_CANDLES
from orchestration.warehouse.candle_files import publish_candles
from orchestration.warehouse.working import connect, start
from tests.unit import crypto_documents as made

DATASET = "intraday/BTCUSDT/1m"
ADDRESS = "https://data.binance.vision/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2026-08.zip"
LATER = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
NOON_OF_SECOND_DAY = pd.Timestamp("2026-08-02 12:00:00")


def minutes(days: int, missing: int = 0) -> list[made.Candle]:
    """Minutes of the first days of August 2026, each a little above the one before; the last ones may be missing."""
    start_ = made.seconds("2026-08-01")
    count = days * 1_440 - missing
    return [made.Candle(start_ + i * 60, 100 + i, 103 + i, 98 + i, 101 + i, 0.5) for i in range(count)]


def archived(candles: list[made.Candle]) -> bytes:
    return made.zipped(made.binance_csv(candles, 60, 1_000_000), "BTCUSDT-1m-2026-08.csv")


def read(candles: list[made.Candle]) -> pd.DataFrame:
    return binance.parse(DATASET, archived(candles), LATER)


def test_minutes_are_aggregated_to_days() -> None:
    days = days_of(read(minutes(2, missing=10)), pd.Timestamp("2026-09-01"))
    first, second = days.to_dict(orient="records")
    assert first == {
        "venue": "binance",
        "symbol": "BTC",
        "quote": "USDT",
        "candle_interval": "1d of 1m",
        "opened_at": pd.Timestamp("2026-08-01"),
        "open": 100.0,
        "high": 103.0 + 1_439,
        "low": 98.0,
        "close": 101.0 + 1_439,
        "volume": 720.0,
        "line_number": 1,
        "parts": 1_440,
    }
    assert (second["open"], second["close"], second["parts"], second["line_number"]) == (1_540, 2_970, 1_430, 1_441)


def test_an_incomplete_day_has_no_row() -> None:
    assert list(days_of(read(minutes(2)), NOON_OF_SECOND_DAY)["opened_at"]) == [pd.Timestamp("2026-08-01")]
    assert days_of(read(minutes(1)).iloc[:0], NOON_OF_SECOND_DAY).empty


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 0.0},
        {"low": 5_000.0},
        {"high": 50.0},
        {"volume": -1.0},
        {"volume": float("nan")},
        {"high": float("inf")},
    ],
)
def test_an_invalid_minute_is_not_hidden_in_its_day(wrong: dict[str, float]) -> None:
    candles = read(minutes(1))
    candles.loc[700, list(wrong)] = list(wrong.values())
    with pytest.raises(FormatError, match="Line 701 is not a candle"):
        days_of(candles, pd.Timestamp("2026-09-01"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.prepare()
    start(home, None)
    return home


def parsed(home: Home, *bodies: bytes) -> Parsed:
    archive = Archive(home.archive)
    for hour, body in enumerate(bodies):
        archive.add("binance", DATASET, Response(ADDRESS, body, LATER + dt.timedelta(hours=hour)))
    return parse_due(archive, {}, "rules", CRYPTO_CANDLES, Window(), Workspace(home.work))


def enter(home: Home, document: str, status: str) -> None:
    with connect(home) as connection:
        connection.execute(
            "insert into raw.documents by name select ? as document_id, ? as status, 'binance' as source, "
            "'' as dataset, '' as address, timestamp '2026-09-01' as retrieved_at, '' as sha256, 0 as size, "
            "'' as form, "
            "false as is_simulated, 0 as rows_parsed, 0 as rows_loaded, 0 as rows_unchanged, 0 as rows_quarantined, "
            "0 as rows_retracted, '' as rules",
            [document, status],
        )


def test_raw_gets_days_and_the_minutes_are_kept_with_their_document(home: Home) -> None:
    result = parsed(home, archived(minutes(2)))
    (entry,) = result.entries
    assert (entry.status, entry.rows_parsed, entry.newest_period) == (LOADED, 2, "2026-08-02")
    assert duckdb.sql(
        f"select distinct parts from '{Workspace(home.work).rows_path(CRYPTO_CANDLES.name)}'"
    ).fetchall() == [(1_440,)]
    enter(home, entry.document_id, LOADED)
    assert publish_candles(home) == 1
    kept = home.candles / "binance" / "BTC" / "1m" / f"2026-08.{entry.document_id}.parquet"
    rows = duckdb.sql(
        f"select document_id, venue, count(*), min(opened_at)::varchar, max(close) from '{kept}' group by all"
    ).fetchall()
    assert rows == [(entry.document_id, "binance", 2_880, "2026-08-01 00:00:00", 101.0 + 2_879)]
    assert publish_candles(home) == 0, "they are in their place"


def test_a_document_that_was_refused_leaves_no_file(home: Home) -> None:
    good, damaged = (
        archived(minutes(1)),
        archived([*minutes(1, missing=1), made.Candle(made.seconds("2026-08-02"), low=500)]),
    )
    result = parsed(home, good, damaged)
    assert [entry.status for entry in result.entries] == [LOADED, REFUSED]
    assert "Line 1440 is not a candle" in str(result.entries[1].reason)
    enter(home, result.entries[0].document_id, REFUSED)
    assert publish_candles(home) == 0
    assert not home.candles.exists()
