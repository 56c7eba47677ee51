"""Volatility spillovers: how much of one market's unexpected volatility comes from another market.

Belongs here: the generalized decomposition of forecast error variance after Diebold and Yilmaz (2012), which does not
depend on the order of the markets. Does not belong here: the choice of days, and where the rows go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.marts.statistics.samples import Sample, sample_of, whole_days

VAR_LAGS = 2
HORIZON_DAYS = 10
ROLLING_DAYS = 250
ROLLING = "rolling_250_days"


def spillover_rows(sample: Sample) -> Iterator[dict[str, Any]]:
    """Compute for each market whose shocks its volatility comes from.

    Args:
        sample: daily moves.

    Yields:
        Rows of `cascade_spillovers`, one per receiver and giver; the shares of a receiver sum to 100.
    """
    from statsmodels import __version__ as version

    shares = spillovers(log_sizes(sample.moves.to_numpy(dtype=float)))
    total = 100 * (1 - np.trace(shares) / len(shares))
    for row, receiver in enumerate(sample.moves.columns):
        for column, giver in enumerate(sample.moves.columns):
            yield {
                "receiver": receiver,
                "giver": giver,
                "period": sample.period,
                "last_date": sample.last_date,
                "first_date": sample.first_date,
                "share_pct": round(100 * float(shares[row, column]), 4),
                "total_spillover_pct": round(float(total), 4),
                "n_days": len(sample.moves),
                "var_lags": VAR_LAGS,
                "horizon_days": HORIZON_DAYS,
                "statsmodels_version": version,
                "known_at": sample.known_at,
            }


def rolling_samples(days: pd.DataFrame, markets: list[str]) -> Iterator[Sample]:
    """The last 250 complete days up to the end of each month.

    Args:
        days: one row per trading day: `date`, `known_at`, and one column per market.
        markets: the columns to take.
    """
    whole = whole_days(days, markets).reset_index(drop=True)
    months = [(day.year, day.month) for day in whole["date"]]
    for place, month in enumerate(months):
        is_last = place + 1 < len(months) and months[place + 1] != month
        if is_last and place + 1 >= ROLLING_DAYS:
            yield sample_of(ROLLING, whole.iloc[place + 1 - ROLLING_DAYS : place + 1], markets)


def log_sizes(moves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The logarithm of the size of each move, (days, markets).

    Adds a tenth of the market's standard deviation: yields are quoted in whole basis points and often do not move.
    """
    return np.asarray(np.log(np.abs(moves) + moves.std(axis=0, ddof=1) / 10), dtype=float)


def spillovers(sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Decompose the forecast error variances of a vector autoregression.

    Args:
        sizes: (days, markets).

    Returns:
        (markets, markets): row i, column j is the share of market i's variance from shocks of market j, between 0
        and 1; each row sums to 1.
    """
    from statsmodels.tsa.api import VAR

    fit = VAR(sizes).fit(VAR_LAGS)
    responses = fit.ma_rep(HORIZON_DAYS - 1)
    covariance = np.asarray(fit.sigma_u)
    shocked = responses @ covariance
    by_giver = (shocked**2).sum(axis=0) / np.diag(covariance)
    variance = np.einsum("hij,hij->i", shocked, responses)
    raw = by_giver / variance[:, None]
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=float)
