"""Simulates shares, volatility, credit, the dollar, financial conditions and central-bank liquidity.

Belongs here: market series that are shaped by the stress episodes of `assumptions/`. Does not belong here: interest
rates (`simulate_rates.py`), crypto (`simulate_crypto.py`), and how a series is printed (`write_fred.py`).

Nothing here is pinned to a published figure: most of these series may not be redistributed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from orchestration.sample.calendars import (
    bank_holidays,
    bond_holidays,
    days,
    good_friday,
    is_month_end,
    month_of,
    share_holidays,
    weekdays,
)
from orchestration.sample.inputs import Episode, episodes, waypoints
from orchestration.sample.reproducible import Noise, total, whole
from orchestration.sample.simulate_rates import FIRST_DAY, LAST_DAY, Path, month_end_yield

_DAILY_TREND = 0.00042
_SHARE_INDICES = {"SP500": (2000.0, 1.0, 1.0), "NASDAQCOM": (4700.0, 1.25, 1.3)}
_WEDNESDAY, _FRIDAY = 2, 4
_FLOOR = 20_000
"""The lowest balance of an account of the Federal Reserve, millions of dollars."""
_DEBT_DURATION = 4.5
"""Per cent that all marketable debt loses when yields rise by a percentage point."""


def simulate_markets(seed: int) -> dict[str, Path]:
    """Simulate every market series of the sample.

    Returns:
        Values by series and day, in the smallest unit printed (see `write_fred.DECIMALS`). A day without a value
        is absent.
    """
    open_days = [day for day in weekdays(FIRST_DAY, LAST_DAY) if day not in share_holidays(day.year)]
    bond_days = [day for day in weekdays(FIRST_DAY, LAST_DAY) if day not in bond_holidays(day.year)]
    bank_days = [day for day in weekdays(FIRST_DAY, LAST_DAY) if day not in bank_holidays(day.year)]
    shocks = Noise(seed, "shares")
    returns = [shocks.normal() for _ in open_days]
    found = {name: _share_index(name, open_days, returns) for name in _SHARE_INDICES}
    found["VIXCLS"] = _volatility(seed, open_days, returns)
    found["BAMLH0A0HYM2"] = _spread(seed, "BAMLH0A0HYM2", _credit_days(), 340, lambda item: item.high_yield_bp, 3.5)
    found["BAA10Y"] = _spread(seed, "BAA10Y", bond_days, 205, lambda item: item.baa_bp, 1.6)
    found["DTWEXBGS"] = _dollar(seed, bank_days)
    found["NFCI"] = _conditions(seed, "NFCI", 100_000, -0.52, 0.012)
    found["STLFSI4"] = _conditions(seed, "STLFSI4", 10_000, -0.62, 0.05)
    found["RRPONTSYD"] = _reverse_repo(seed, bank_days)
    for name, noise in (("WALCL", 6_000), ("WRESBAL", 25_000), ("WDTGAL", 45_000), ("TREAST", 2_000)):
        found[name] = _balance(seed, name, noise)
    found["MVMTD027MNFRBDAL"] = _marketable_debt(seed)
    return found


def depth_of(day: dt.date, measure: Callable[[Episode], float]) -> float:
    """Return how much all stress episodes together add to a measure on a day."""
    return total(measure(item) * item.depth(day) for item in episodes())


def weekly(weekday: int, last: dt.date = LAST_DAY) -> list[dt.date]:
    """Return every such weekday of the simulated years."""
    return [day for day in days(FIRST_DAY, last) if day.weekday() == weekday]


def _share_index(name: str, open_days: Sequence[dt.date], returns: Sequence[float]) -> Path:
    level, trend, swing = _SHARE_INDICES[name]
    moved = 0.0
    found: Path = {}
    for day, step in zip(open_days, returns, strict=True):
        level *= 1.0 + _DAILY_TREND * trend
        shaken = 1.0 + depth_of(day, lambda item: item.volatility_points) / 25.0
        moved = 0.97 * moved + 0.0055 * swing * shaken * step
        fallen = min(0.6, swing * depth_of(day, lambda item: item.shares_pct) / 100.0)
        found[day] = whole(level * (1.0 - fallen) * (1.0 + moved) * 100)
    return found


def _volatility(seed: int, open_days: Sequence[dt.date], returns: Sequence[float]) -> Path:
    noise = Noise(seed, "VIXCLS").wander(len(open_days), 0.55, 0.9)
    found: Path = {}
    for day, step, fall in zip(open_days, noise, returns, strict=True):
        stress = depth_of(day, lambda item: item.volatility_points)
        value = 15.2 + stress + (1.0 + stress / 30.0) * (step - 0.5 * fall)
        found[day] = whole(max(9.3, value) * 100)
    return found


def _credit_days() -> list[dt.date]:
    """The publisher of the credit spread prints most holidays, and the last day of a month even on a weekend."""
    return [
        day
        for day in days(FIRST_DAY, LAST_DAY)
        if (day.weekday() < 5 or is_month_end(day))
        and (day.month, day.day) not in ((1, 1), (12, 25))
        and day != good_friday(day.year)
    ]


def _spread(
    seed: int, name: str, calendar: Sequence[dt.date], level: int, measure: Callable[[Episode], float], noise: float
) -> Path:
    wander = Noise(seed, name).wander(len(calendar), noise, 0.985)
    return {day: whole(level + depth_of(day, measure) + step) for day, step in zip(calendar, wander, strict=True)}


def _dollar(seed: int, bank_days: Sequence[dt.date]) -> Path:
    path = waypoints("DTWEXBGS")
    noise = Noise(seed, "DTWEXBGS").wander(len(bank_days), 0.22, 0.96)
    return {
        day: whole(
            (path(day.toordinal()) * (1.0 + depth_of(day, lambda item: item.dollar_pct) / 150.0) + step) * 10_000
        )
        for day, step in zip(bank_days, noise, strict=True)
    }


def _conditions(seed: int, name: str, scale: int, calm: float, noise: float) -> Path:
    fridays = weekly(_FRIDAY)
    wander = Noise(seed, name).wander(len(fridays), noise, 0.95)
    swing = 1.0 if name == "NFCI" else 2.6
    found: Path = {}
    for day, step in zip(fridays, wander, strict=True):
        stress = max(depth_of(day - dt.timedelta(days=back), lambda item: item.conditions) for back in range(5))
        found[day] = whole((calm + swing * stress + step) * scale)
    return found


def _reverse_repo(seed: int, bank_days: Sequence[dt.date]) -> Path:
    path = waypoints("RRPONTSYD")
    noise = Noise(seed, "RRPONTSYD")
    found: Path = {}
    for day in bank_days:
        level = path(day.toordinal())
        value = level * (1.0 + 0.05 * noise.normal()) + noise.uniform(0, 0.3)
        if day.day >= 29 and day.month % 3 == 0:
            value += noise.uniform(10, 60)
        found[day] = whole(max(0.0, value) * 1_000)
    return found


def _balance(seed: int, name: str, noise: float) -> Path:
    path = waypoints(name)
    wednesdays = weekly(_WEDNESDAY)
    wander = Noise(seed, name).wander(len(wednesdays), noise, 0.7)
    levels = {day: whole(path(day.toordinal()) + step) for day, step in zip(wednesdays, wander, strict=True)}
    # Reflected at the floor, not cut off: a balance of the Federal Reserve never repeats for two weeks in a row.
    return {day: level if level >= _FLOOR else 2 * _FLOOR - level for day, level in levels.items()}


def face_value(seed: int) -> Path:
    """Simulate marketable debt at face value at the end of each month that is over, in millions of dollars."""
    path = waypoints("MARKETABLE_DEBT_FACE_BN")
    ends = [day for day in days(FIRST_DAY, LAST_DAY) if is_month_end(day)]
    noise = Noise(seed, "MVMTD027MNFRBDAL").wander(len(ends), 45.0, 0.5)
    return {day: whole((path(day.toordinal()) + step) * 1_000) for day, step in zip(ends, noise, strict=True)}


def _marketable_debt(seed: int) -> Path:
    """Its market value: face value, and what yields do to it. FRED dates a month by its first day."""
    coupon, yields = waypoints("MARKETABLE_DEBT_COUPON_PCT"), month_end_yield()
    found: Path = {}
    for day, face in face_value(seed).items():
        above_par = _DEBT_DURATION * (coupon(day.toordinal()) - yields(month_of(day))) / 100.0
        found[day.replace(day=1)] = whole(face * (1.0 + above_par) / 100)
    return found
