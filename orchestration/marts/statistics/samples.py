"""The periods of the statistics, and how many days they need.

Belongs here: which days a sample has. Does not belong here: what is done with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

PERIODS = {
    "all": (dt.date(2015, 10, 1), dt.date.max),
    "before_2020": (dt.date(2015, 10, 1), dt.date(2019, 12, 31)),
    "since_2020": (dt.date(2020, 1, 1), dt.date.max),
}
"""Name -> first and last day. Bitcoin did not move with equities before 2020, so `all` never appears alone."""

FEWEST_DAYS = 500
"""Two years: a vector autoregression of three markets has 21 coefficients, and tails that no year shows."""


@dataclass(frozen=True)
class Sample:
    """The days of a period on which all markets moved.

    Attributes:
        period: name of the period.
        moves: one row per trading day, in order; one column per market, in its own unit; no missing values.
        first_date: its first day.
        last_date: its last day.
        known_at: the moment (UTC) from which everything in it could be known.
    """

    period: str
    moves: pd.DataFrame
    first_date: dt.date
    last_date: dt.date
    known_at: dt.datetime


def samples_of(days: pd.DataFrame, markets: Sequence[str]) -> Iterator[Sample]:
    """Split the history into periods; a period with too few days is left out.

    Args:
        days: one row per trading day: `date`, `known_at`, and one column per market.
        markets: the columns to take.
    """
    for period, (first, last) in PERIODS.items():
        chosen = whole_days(days[(days["date"] >= first) & (days["date"] <= last)], markets)
        if len(chosen) >= FEWEST_DAYS:
            yield sample_of(period, chosen, markets)


def whole_days(days: pd.DataFrame, markets: Sequence[str]) -> pd.DataFrame:
    """The days on which all of these markets moved, in order."""
    return days.dropna(subset=list(markets)).sort_values("date")


def sample_of(period: str, chosen: pd.DataFrame, markets: Sequence[str]) -> Sample:
    """A sample of complete days."""
    return Sample(
        period=period,
        moves=chosen[list(markets)].reset_index(drop=True),
        first_date=chosen["date"].iloc[0],
        last_date=chosen["date"].iloc[-1],
        known_at=chosen["known_at"].max().to_pydatetime(),
    )
