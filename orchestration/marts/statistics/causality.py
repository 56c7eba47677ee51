"""Granger causality: whether past moves of one market help predict the next move of another.

Belongs here: the test. Does not belong here: the choice of days (`samples`), and where the rows go (`tables`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.marts.statistics.samples import Sample

LAGS = (1, 2, 3, 4, 5)
"""Numbers of past trading days to test."""

HAC_LAGS = 10
"""Lags of the Newey-West errors, in days: volatility comes in clusters."""


def granger_rows(sample: Sample, lags: Sequence[int] = LAGS) -> Iterator[dict[str, Any]]:
    """Test every market of a sample as a cause of every other one.

    Args:
        sample: daily moves.
        lags: numbers of past days; one test each.

    Yields:
        Rows of `cascade_causality`, one per cause, effect and number of lags. Each test uses the past of two markets.
    """
    from statsmodels import __version__ as version

    for cause, effect in permutations(sample.moves.columns, 2):
        for count in lags:
            statistic, p_value, days = granger(
                sample.moves[cause].to_numpy(dtype=float), sample.moves[effect].to_numpy(dtype=float), count
            )
            yield {
                "cause": cause,
                "effect": effect,
                "period": sample.period,
                "lags": count,
                "n_days": days,
                "f_statistic": round(statistic, 6),
                "p_value": round(p_value, 6),
                "hac_lags": HAC_LAGS,
                "first_date": sample.first_date,
                "last_date": sample.last_date,
                "statsmodels_version": version,
                "known_at": sample.known_at,
            }


def granger(cause: npt.NDArray[np.float64], effect: npt.NDArray[np.float64], lags: int) -> tuple[float, float, int]:
    """Test the hypothesis that the last `lags` moves of `cause` do not help predict `effect`.

    Args:
        cause: moves in order of days.
        effect: moves of the same days.
        lags: how many days of the past, 1 or more.

    Returns:
        The F statistic of the cause's coefficients, its p-value, and the number of days.
    """
    from statsmodels.regression.linear_model import OLS

    days = len(effect) - lags
    own_past = [effect[lags - lag : lags - lag + days] for lag in range(1, lags + 1)]
    other_past = [cause[lags - lag : lags - lag + days] for lag in range(1, lags + 1)]
    past = np.column_stack([np.ones(days), *own_past, *other_past])
    fit = OLS(effect[lags:], past).fit(cov_type="HAC", cov_kwds={"maxlags": HAC_LAGS}, use_t=True)
    # Select the coefficients of the cause's past, which come last.
    chosen = np.eye(2 * lags + 1)[lags + 1 :]
    test = fit.f_test(chosen)
    return float(np.squeeze(test.fvalue)), float(test.pvalue), days
