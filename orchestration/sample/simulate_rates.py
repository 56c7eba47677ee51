"""Simulates interest rates that match the published ones at each month-end.

Belongs here: yields, the policy rate, funding rates, break-even inflation. Does not belong here: shares, credit,
liquidity (`simulate_markets.py`), and how a series is printed (`write_fred.py`).

All rates are whole basis points, so that differences of series (T10Y2Y = DGS10 - DGS2) hold exactly.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from orchestration.sample.calendars import bank_holidays, bond_holidays, days, month_of, weekdays
from orchestration.sample.inputs import policy_steps, waypoints, yield_anchors
from orchestration.sample.reproducible import Noise, Waypoints, whole

FIRST_DAY = dt.date(2015, 1, 1)
LAST_DAY = dt.date(2026, 6, 18)

_SOFR_START = dt.date(2018, 4, 3)
_IORB_START = dt.date(2021, 7, 29)
_REPO_SQUEEZE = {dt.date(2019, 9, 16): 25, dt.date(2019, 9, 17): 300, dt.date(2019, 9, 18): 40}

Path = dict[dt.date, int]
"""One value per day, in the smallest printed unit."""

# How much each tenor follows a move of the level and of the slope of the curve.
_LOADINGS = {
    "DGS3MO": (0.15, -0.3),
    "DGS2": (0.8, -0.6),
    "DGS5": (1.05, -0.2),
    "DGS10": (1.0, 0.3),
    "DGS30": (0.85, 0.7),
}


def simulate_rates(seed: int) -> dict[str, Path]:
    """Simulate every rate of the sample.

    Returns:
        Basis points by series and day. A day on which the series has no value is absent.
    """
    bond_days = [day for day in weekdays(FIRST_DAY, dt.date(2026, 6, 30)) if day not in bond_holidays(day.year)]
    rates = {series_id: _up_to_last_day(path) for series_id, path in _yields(seed, bond_days).items()}
    rates["DGS1MO"] = _one_month(seed, rates["DGS3MO"])
    rates["T10YIE"] = _breakeven(seed, list(rates["DGS10"]))
    rates["DFII10"] = _difference(rates["DGS10"], rates["T10YIE"])
    rates["T10Y2Y"] = _difference(rates["DGS10"], rates["DGS2"])
    rates["T10Y3M"] = _difference(rates["DGS10"], rates["DGS3MO"])
    rates["DFF"] = _policy_rate(days(FIRST_DAY, LAST_DAY))
    bank_days = [day for day in weekdays(FIRST_DAY, LAST_DAY) if day not in bank_holidays(day.year)]
    rates["EFFR"] = {day: rates["DFF"][day] for day in bank_days}
    rates["SOFR"] = _secured(seed, rates["DFF"], [day for day in bank_days if day >= _SOFR_START])
    # This rate is set in advance, so the file has a few days of the future.
    rates["IORB"] = {day: lower_bound(day) + 15 for day in days(_IORB_START, LAST_DAY + dt.timedelta(days=4))}
    return rates


def month_end_yield() -> Waypoints:
    """Return the mean of the published 5- and 10-year yields at each month's end, in per cent, by month number."""
    five, ten = yield_anchors()["DGS5"], yield_anchors()["DGS10"]
    return Waypoints((month, (five[month] + ten[month]) / 200.0) for month in ten)


def lower_bound(day: dt.date) -> int:
    """Return the lower bound of the policy rate's target range, in basis points."""
    steps = policy_steps()
    return steps[bisect_right([effective for effective, _ in steps], day) - 1][1]


def _yields(seed: int, bond_days: Sequence[dt.date]) -> dict[str, Path]:
    """A random walk inside each month, between the published values at its two ends."""
    by_month: dict[int, list[dt.date]] = {}
    for day in bond_days:
        by_month.setdefault(month_of(day), []).append(day)
    found: dict[str, Path] = {series_id: {} for series_id in _LOADINGS}
    shared = Noise(seed, "yields")
    own = {series_id: Noise(seed, "yields", series_id) for series_id in _LOADINGS}
    for month, group in by_month.items():
        level, slope = shared.bridge(len(group), 4.6), shared.bridge(len(group), 2.0)
        for series_id, (on_level, on_slope) in _LOADINGS.items():
            anchors = yield_anchors()[series_id]
            start, end = anchors[month - 1], anchors[month]
            alone = own[series_id].bridge(len(group), 1.0)
            # Near zero, yields hardly move.
            alive = min(1.0, 0.08 + (start + end) / 300.0)
            for step, day in enumerate(group, start=1):
                line = start + (end - start) * step / len(group)
                moved = on_level * level[step] + on_slope * slope[step] + alone[step]
                found[series_id][day] = max(0, whole(line + alive * moved))
    return found


def _up_to_last_day(path: Path) -> Path:
    return {day: value for day, value in path.items() if day <= LAST_DAY}


def _one_month(seed: int, three_month: Path) -> Path:
    noise = Noise(seed, "DGS1MO").wander(len(three_month), 1.0, 0.8)
    return {
        day: max(0, whole(value - 1 + step * min(1.0, 0.3 + value / 200.0)))
        for (day, value), step in zip(three_month.items(), noise, strict=True)
    }


def _breakeven(seed: int, bond_days: Sequence[dt.date]) -> Path:
    path = waypoints("T10YIE")
    noise = Noise(seed, "T10YIE").wander(len(bond_days), 1.8, 0.93)
    return {day: whole(path(day.toordinal()) * 100 + step) for day, step in zip(bond_days, noise, strict=True)}


def _difference(left: Path, right: Path) -> Path:
    return {day: value - right[day] for day, value in left.items()}


def _policy_rate(calendar: Sequence[dt.date]) -> Path:
    """A step at each decision. The distance to the target range is constant, except at published month-ends."""
    distance = {month: value - lower_bound(_last_of(month)) for month, value in yield_anchors()["DFF"].items()}
    found: Path = {}
    for day in calendar:
        month = month_of(day)
        steady = sorted(distance[month + offset] for offset in (-1, 0, 1) if month + offset in distance)
        at_end = day > _last_weekday_before_end(month)
        found[day] = lower_bound(day) + (distance[month] if at_end else steady[len(steady) // 2])
    return found


def _last_of(month: int) -> dt.date:
    return dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)


def _last_weekday_before_end(month: int) -> dt.date:
    """The day before the month's last weekday: from then on, weekends included, the month-end value holds."""
    day = _last_of(month)
    while day.weekday() > 4:
        day -= dt.timedelta(days=1)
    return day - dt.timedelta(days=1)


def _secured(seed: int, policy: Path, bank_days: Sequence[dt.date]) -> Path:
    spread = waypoints("SOFR_SPREAD_BP")
    noise = Noise(seed, "SOFR")
    found: Path = {}
    for day, following in zip(bank_days, [*bank_days[1:], bank_days[-1]], strict=True):
        value = policy[day] + spread(day.toordinal()) + 1.2 * noise.normal()
        if month_of(following) != month_of(day):
            value += noise.uniform(2, 9) * (2.2 if day.month % 3 == 0 else 1.0)
        found[day] = max(1, whole(value + _REPO_SQUEEZE.get(day, 0)))
    return found
