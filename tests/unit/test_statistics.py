"""Granger causality and spillovers: found where they were put, nothing where there is too little to go by."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from orchestration.marts.statistics.causality import granger
from orchestration.marts.statistics.samples import FEWEST_DAYS, samples_of
from orchestration.marts.statistics.spillovers import ROLLING_DAYS, log_sizes, rolling_samples, spillovers
from orchestration.marts.statistics.tables import (
    CAUSALITY,
    MARKETS,
    MOVES_STATISTICS,
    StatisticsError,
    causality_rows,
    read_days,
    spillovers_rows,
    write,
)

Moves = npt.NDArray[np.float64]


def _noise(days: int, markets: int = 3) -> Moves:
    return np.random.default_rng(20151001).standard_normal((days, markets))


def _days(count: int, first: dt.date = dt.date(2020, 1, 1)) -> pd.DataFrame:
    """Weekdays or not: a row a day, with the moves of three markets."""
    dates = [first + dt.timedelta(days=number) for number in range(count)]
    return pd.DataFrame(_noise(count), columns=list(MARKETS)).assign(
        date=dates, known_at=[pd.Timestamp(date) + pd.Timedelta(days=2) for date in dates]
    )


def test_only_the_leading_market_is_found() -> None:
    noise = _noise(800)
    leader, follower = noise[:, 0], noise[:, 1].copy()
    follower[2:] += 0.5 * leader[:-2]
    statistic, p_value, days = granger(leader, follower, 2)
    assert (days, p_value < 1e-6, statistic > 20) == (798, True, True)
    assert granger(leader, follower, 1)[1] > 0.01, "one day back it cannot be seen"
    assert granger(follower, leader, 2)[1] > 0.01


def test_shocks_are_assigned_to_the_markets_they_reach() -> None:
    noise = _noise(2_000)
    sizes = np.zeros_like(noise)
    for day in range(1, len(sizes)):
        sizes[day] = 0.3 * sizes[day - 1] + noise[day]
        sizes[day, 2] += 0.8 * sizes[day - 1, 0]
    shares = spillovers(sizes)
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])
    assert shares[2, 0] > 0.3, "the third market is moved by the first"
    assert max(shares[0, 2], shares[0, 1], shares[1, 0], shares[1, 2]) < 0.02


def test_a_decomposition_needs_no_order_of_the_markets() -> None:
    sizes = _noise(600) @ np.array([[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1]])
    turned = [2, 0, 1]
    assert spillovers(sizes[:, turned]) == pytest.approx(spillovers(sizes)[np.ix_(turned, turned)])


def test_a_day_without_a_move_has_a_size() -> None:
    assert np.isfinite(log_sizes(np.array([[0.0], [1.0], [-1.0]]))).all()


def test_too_few_days_give_no_rows() -> None:
    for count in (0, 1, ROLLING_DAYS - 1):
        assert causality_rows(_days(count)) == []
        assert spillovers_rows(_days(count)) == []


def test_a_period_has_only_its_own_days() -> None:
    days = _days(1_200, first=dt.date(2018, 1, 1))
    days.loc[3, "btc"] = np.nan
    samples = {sample.period: sample for sample in samples_of(days, list(MARKETS))}
    # From 2020 on there are 470 days.
    assert set(samples) == {"all", "before_2020"}
    assert len(samples["all"].moves) == 1_199
    assert len(samples["before_2020"].moves) == 729 >= FEWEST_DAYS
    assert samples["before_2020"].last_date == dt.date(2019, 12, 31)
    assert samples["before_2020"].known_at == dt.datetime(2020, 1, 2)  # noqa: DTZ001 (naive, and UTC throughout)


def test_a_rolling_sample_ends_with_a_month_that_is_over() -> None:
    samples = list(rolling_samples(_days(300), list(MARKETS)))
    assert [sample.last_date for sample in samples] == [dt.date(2020, 9, 30)]
    assert [len(sample.moves) for sample in samples] == [ROLLING_DAYS]


def test_rows_have_the_columns_of_their_table_and_are_kept_with_comments() -> None:
    days = _days(600)
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for table, rows in zip(MOVES_STATISTICS, (causality_rows(days), spillovers_rows(days)), strict=True):
            assert set(rows[0]) == set(table.columns)
            write(connection, table, [])
            write(connection, table, rows)
            assert connection.execute(f"select count(*) from marts.{table.name}").fetchone() == (len(rows),)
            comments = connection.execute(
                f"select column_name, comment from duckdb_columns() where table_name = '{table.name}'"
            ).fetchall()
            assert dict(comments) == {name: words for name, (_, words) in table.columns.items()}
        keys = connection.execute(
            "select count(distinct (cause, effect, period, lags)), count(*) from marts.cascade_causality"
        ).fetchone()
        assert keys == (60, 60)
        assert connection.execute(
            "select distinct round(sum(share_pct)) from marts.cascade_spillovers group by receiver, period, last_date"
        ).fetchall() == [(100.0,)]


@pytest.mark.parametrize("flaw", [{"p_value": 1.1}, {"p_value": np.nan}, {"effect": "btc"}, {"last_date": None}])
def test_an_impossible_row_is_refused(flaw: dict[str, object]) -> None:
    row = next(row for row in causality_rows(_days(600)) if row["cause"] == "btc")
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        with pytest.raises(duckdb.ConstraintException):
            write(connection, CAUSALITY, [row, row | flaw])


def test_without_the_models_it_says_what_to_do() -> None:
    with duckdb.connect() as connection, pytest.raises(StatisticsError, match="materialize it together"):
        read_days(connection)


def test_the_tables_are_described_to_the_last_column() -> None:
    assert all(words.endswith(".") for table in MOVES_STATISTICS for _, words in table.columns.values())
