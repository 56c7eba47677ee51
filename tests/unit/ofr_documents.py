"""The OFR's Financial Stress Index as its CSV has it, with invented figures that add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

CATEGORIES = ("Credit", "Equity valuation", "Safe assets", "Funding", "Volatility")
REGIONS = ("United States", "Other advanced economies", "Emerging markets")
HEADER = ",".join(("Date", "OFR FSI", *CATEGORIES, *REGIONS))
FIRST_DAY = dt.date(2000, 1, 3)


def figures(last_day: str, seed: int = 5) -> pd.DataFrame:
    """A figure a business day and component; the categories add up to the index, and so do the regions."""
    days = pd.bdate_range(FIRST_DAY, last_day)
    names = [*CATEGORIES, *REGIONS[:2]]
    noise = pd.DataFrame(np.random.default_rng(seed).normal(0, 0.5, (len(days), len(names))), days, names)
    # mean-reverting, so that it does not repeat itself
    parts = (noise.ewm(alpha=0.05, adjust=False).mean() - 0.2).round(3)
    frame = parts[list(CATEGORIES)]
    frame.insert(0, "OFR FSI", frame.sum(axis="columns").round(3))
    others = {name: parts[name] for name in REGIONS[:2]}
    return frame.assign(**others, **{REGIONS[2]: (frame["OFR FSI"] - sum(others.values())).round(3)})


def document(frame: pd.DataFrame) -> bytes:
    """The CSV."""
    rows = [
        f"{day:%Y-%m-%d}," + ",".join(f"{value:.3f}".replace("nan", "") for value in row)
        for day, *row in frame.itertuples()
    ]
    return ("\n".join([HEADER, *rows]) + "\n").encode()


def changed(frame: pd.DataFrame, cells: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    """The same with some cells (day, component) replaced."""
    other = frame.copy()
    for (day, component), value in cells.items():
        other.loc[pd.Timestamp(day), component] = value
    return other
