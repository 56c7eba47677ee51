"""Simulated daily candles of coins, with the falls of March 2020, June and November 2022, March 2023, April 2025.

Belongs here: the paths of prices and volumes, and the days that a venue prints. Does not belong here: a venue's format
(`write_crypto.py`), minute candles (`scaled.py`).

The shape follows the coins' well-known rises and falls in round numbers; no price is a published one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orchestration.sample.calendars import days
from orchestration.sample.inputs import waypoints
from orchestration.sample.reproducible import Noise, whole

LAST_CANDLE = dt.date(2026, 6, 18)
"""The day of the snapshot itself: its candle is printed before it has closed."""


@dataclass(frozen=True)
class Candle:
    """One day of a coin; prices in ticks (see `Coin.decimals`), volume in thousandths of the coin."""

    day: dt.date
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True)
class Coin:
    """How one coin is simulated.

    Attributes:
        path: the waypoints that its price follows.
        first_day: the first simulated day: its first day on the venue, or January 2018 if that is later.
        silent: first and last day of its suspension by the venue; None if there was none.
        decimals: decimals of a price.
        swing: daily noise, as a fraction of the price.
        turnover_usd: turnover in dollars on a calm day.
        factor: multiplies the path.
        last_day: the last day simulated.
    """

    path: str
    first_day: dt.date
    silent: tuple[dt.date, dt.date] | None
    decimals: int
    swing: float
    turnover_usd: float
    factor: float = 1.0
    last_day: dt.date = LAST_CANDLE


COINS = {
    "BTC": Coin("BTC", dt.date(2018, 1, 1), None, 2, 0.016, 450e6),
    "ETH": Coin("ETH", dt.date(2018, 1, 1), None, 2, 0.020, 260e6),
    "SOL": Coin("SOL", dt.date(2021, 6, 17), None, 2, 0.026, 90e6),
    "XRP": Coin("XRP", dt.date(2019, 2, 28), (dt.date(2021, 1, 20), dt.date(2023, 7, 12)), 4, 0.022, 60e6),
}


def simulate_candles(seed: int, symbol: str, coin: Coin) -> list[Candle]:
    """Simulate the daily candles (UTC) that a venue prints of a coin, oldest first."""
    noise = Noise(seed, "candles", symbol)
    closes = daily_closes(seed, symbol, coin, coin.first_day - dt.timedelta(days=1))
    ticks = 10**coin.decimals
    candles: list[Candle] = []
    before = closes[coin.first_day - dt.timedelta(days=1)]
    for day in days(coin.first_day, coin.last_day):
        close = closes[day]
        moved = abs(close / before - 1.0)
        reach = 0.35 * coin.swing + 0.3 * moved
        high = max(before, close) * (1.0 + reach * noise.uniform(0.05, 1.0))
        low = min(before, close) * (1.0 - reach * noise.uniform(0.05, 1.0))
        volume = coin.turnover_usd * (0.6 + 14.0 * moved + 0.5 * noise.uniform(0, 1)) / close
        if coin.silent is None or not coin.silent[0] <= day <= coin.silent[1]:
            prices = [whole(price * ticks) for price in (before, high, low, close)]
            candles.append(Candle(day, prices[0], max(prices), max(1, min(prices)), prices[3], whole(volume * 1_000)))
        before = close
    return candles


def daily_closes(seed: int, symbol: str, coin: Coin, first: dt.date) -> dict[dt.date, float]:
    """Return the price at the end of each day (UTC), in dollars.

    Also works for days before the coin's first candle: their noise is a separate stream that runs backwards.
    """
    path = waypoints(coin.path)
    forward = days(coin.first_day, coin.last_day)
    backward = list(reversed(days(first, coin.first_day - dt.timedelta(days=1))))
    found: dict[dt.date, float] = {}
    for calendar, direction in ((backward, "before"), (forward, "after")):
        wander = Noise(seed, "closes", symbol, direction).wander(len(calendar), coin.swing, 0.93)
        for day, step in zip(calendar, wander, strict=True):
            found[day] = path(day.toordinal()) * coin.factor * (1.0 + step)
    return found
