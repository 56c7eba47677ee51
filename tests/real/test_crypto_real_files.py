"""Claims about the real files of Binance: every file is read, and its known figures are right."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from orchestration.sources.base import FormatError
from orchestration.sources.crypto import binance, candles, coinbase, kraken


def end_of(day: str) -> dt.datetime:
    """The last second of a day: when a folder's files count as retrieved."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), tzinfo=dt.UTC)


def read(folder: Path, path: str, dataset: str) -> pd.DataFrame:
    return binance.parse(dataset, (folder / path).read_bytes(), end_of(path.split("/")[1]))


def closes(frame: pd.DataFrame) -> pd.Series:
    return frame.set_index("opened_at")["close"]


def manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_of_binance_is_ours_and_is_read(real_files: Path):
    rows = [row for row in manifest(real_files) if row["source"] == "binance"]
    assert len(rows) >= 6
    for row in rows:
        dataset = binance.dataset_of(row["url"])
        assert dataset is not None, row["url"]
        frame = read(real_files, row["path"], dataset)
        assert tuple(frame.columns) == candles.COLUMNS
        assert len(frame) > 180, row["path"]
        assert frame["opened_at"].is_monotonic_increasing
        assert frame["opened_at"].is_unique
        step = pd.Timedelta(seconds=candles.interval_seconds(dataset.rpartition("/")[2]) or 0)
        assert (frame["opened_at"].diff().dropna() == step).all(), f"{row['path']} has a hole"
        assert (frame["opened_at"] + step <= pd.Timestamp(row["as_of"]) + pd.Timedelta(days=1)).all()
        assert (frame[["open", "close"]].max(axis=1) <= frame["high"]).all()
        assert (frame[["open", "close"]].min(axis=1) >= frame["low"]).all()
        assert (frame["volume"] > 0).all()


def test_no_other_publishers_file_is_read_as_an_exchanges(real_files: Path):
    for row in manifest(real_files):
        if row["source"] != "binance":
            for source in (binance, coinbase, kraken):
                assert source.dataset_of(row["url"]) is None, row["url"]


@pytest.mark.parametrize("symbol", ["BTC", "ETH", "SOL"])
def test_the_candle_of_the_day_of_retrieval_is_dropped(real_files: Path, symbol: str):
    path = real_files / f"binance/2026-07-10/{symbol}USDT-1d.json"
    frame = binance.parse(f"{symbol}USDT/1d", path.read_bytes(), dt.datetime(2026, 7, 10, 23, 59, 59, tzinfo=dt.UTC))
    assert len(frame) == 999
    assert frame["opened_at"].max() == pd.Timestamp("2026-07-09")
    assert set(frame["symbol"]) == {symbol}
    whole = binance.parse(f"{symbol}USDT/1d", path.read_bytes(), dt.datetime(2026, 7, 11, tzinfo=dt.UTC))
    assert whole["opened_at"].max() == pd.Timestamp("2026-07-10")


def test_the_candle_that_was_dropped_was_wrong(real_files: Path):
    path = real_files / "binance/2026-07-10/BTCUSDT-1d.json"
    too_early = closes(binance.parse("BTCUSDT/1d", path.read_bytes(), dt.datetime(2026, 7, 11, tzinfo=dt.UTC)))
    final = closes(read(real_files, "binance/2026-08-14/BTCUSDT-1d.json", "BTCUSDT/1d"))
    day = pd.Timestamp("2026-07-10")
    assert too_early[day] != final[day]
    earlier = too_early.index[too_early.index < day]
    pd.testing.assert_series_equal(too_early[earlier], final[earlier])


def test_the_peak_of_2021_and_the_trough_of_2022(real_files: Path):
    close = closes(read(real_files, "binance/2023-09-28/BTCUSDT-1d.json", "BTCUSDT/1d"))
    assert close[pd.Timestamp("2021-11-08")] == 67525.83
    assert close[pd.Timestamp("2022-11-21")] == 15781.29
    assert close[: pd.Timestamp("2022-12-31")].idxmax() == pd.Timestamp("2021-11-08")
    assert close[pd.Timestamp("2021-11-08") :].idxmin() == pd.Timestamp("2022-11-21")


def test_two_vintages_agree_where_they_overlap(real_files: Path):
    old = read(real_files, "binance/2023-09-28/BTCUSDT-1d.json", "BTCUSDT/1d").set_index("opened_at")
    new = read(real_files, "binance/2026-08-14/BTCUSDT-1d.json", "BTCUSDT/1d").set_index("opened_at")
    both = old.index.intersection(new.index)
    assert len(both) == 1000
    assert new.index.max() == pd.Timestamp("2026-08-13")
    figures = list(candles.FIGURES)
    pd.testing.assert_frame_equal(old.loc[both, figures], new.loc[both, figures], check_exact=True)


def test_the_archive_of_futures_has_a_header_and_is_near_spot(real_files: Path):
    futures = read(real_files, "binance/2024-02-01/BTCUSDT-4h-2024-01.zip", "um/BTCUSDT/4h")
    assert len(futures) == 31 * 6
    assert set(futures["venue"]) == {"binance_usdm_futures"}
    assert futures["line_number"].tolist() == list(range(2, 188))
    spot = closes(read(real_files, "binance/2026-08-14/BTCUSDT-1d.json", "BTCUSDT/1d"))
    last_of_day = futures[futures["opened_at"].dt.hour == 20].copy()
    last_of_day["opened_at"] = last_of_day["opened_at"].dt.normalize()
    ratio = closes(last_of_day) / spot
    assert ratio.dropna().size == 31
    assert ratio.dropna().between(0.997, 1.003).all()


def test_a_file_under_another_publishers_name_is_refused(real_files: Path):
    body = (real_files / "binance/2026-07-10/BTCUSDT-1d.json").read_bytes()
    with pytest.raises(FormatError, match=r"row 1: the time .* after the document was retrieved"):
        coinbase.parse("BTC-USD/1d", body, end_of("2026-07-10"))
    with pytest.raises(FormatError, match="found a list"):
        kraken.parse("XBTUSD/1d", body, end_of("2026-07-10"))
    with pytest.raises(FormatError, match="expected candles of 4h"):
        binance.parse("BTCUSDT/4h", body, end_of("2026-07-10"))


def test_a_file_retrieved_long_before_its_candles_is_refused(real_files: Path):
    body = (real_files / "binance/2026-07-10/BTCUSDT-1d.json").read_bytes()
    with pytest.raises(FormatError, match="after the document was retrieved"):
        binance.parse("BTCUSDT/1d", body, end_of("2026-07-01"))
