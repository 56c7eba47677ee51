"""The heavy steps that are measured on Spark do what the pipeline does; here on DuckDB, the same text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from pandas.testing import assert_frame_equal

from orchestration.sources.crypto.intraday import days_of
from tests.campaigns.bench.simulated_rows import SYMBOLS, candles_by_symbol_and_month, figures_of, vintages
from tests.campaigns.bench.spark_step import STEPS

DAYS = 2
COLUMNS = ["venue", "quote", "candle_interval", "open", "high", "low", "close", "volume", "parts"]


def _answer(folder: Path, step: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        connection.execute(
            f"create view source as from read_parquet('{folder}/**/*.parquet', hive_types_autocast = false)"
        )
        return connection.sql(f"from ({STEPS[step]()}) order by all").df()


def test_days_in_sql_equal_those_of_a_load(tmp_path: Path) -> None:
    written = candles_by_symbol_and_month(tmp_path, SYMBOLS * 1440 * DAYS)
    assert (written.rows, written.count) == (SYMBOLS * 1440 * DAYS, SYMBOLS)
    found = _answer(tmp_path, "candles")
    assert len(found) == SYMBOLS * DAYS
    assert_frame_equal(found, _answer(tmp_path, "month"))
    minutes = duckdb.sql(f"from '{tmp_path}/symbol=SIM001/**/*.parquet' order by opened_at").df()
    expected = days_of(minutes, pd.Timestamp("2026-07-01"))
    of_symbol = found[found["symbol"] == "SIM001"]
    assert_frame_equal(
        of_symbol[COLUMNS].reset_index(drop=True), expected[COLUMNS].reset_index(drop=True), check_dtype=False
    )


def test_the_latest_of_all_releases_is_one_row_a_figure(tmp_path: Path) -> None:
    statements = vintages(tmp_path, 1500)
    found = _answer(tmp_path, "vintages")
    assert (statements.rows, len(found)) == (1500, figures_of(1500))
    # Each release changes another fifth, so the last five releases count.
    assert found["known_at"].value_counts().tolist() == [figures_of(1500) // 5] * 5
