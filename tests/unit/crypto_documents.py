"""Hand-made documents of the exchanges, in their own layouts.

Belongs here: building bytes as a publisher would serve them. Does not belong here: any claim about our own code.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DAY = 86_400
HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def seconds(text: str) -> int:
    return int(at(text).timestamp())


@dataclass(frozen=True)
class Candle:
    """One candle: opening in seconds since 1970, then prices and volume."""

    opened: int
    open: float = 100.0
    high: float = 110.0
    low: float = 90.0
    close: float = 105.0
    volume: float = 12.5


def days(first: str, count: int) -> list[Candle]:
    """Daily candles, each with figures of its own."""
    start = seconds(first)
    return [Candle(start + i * DAY, 100.0 + i, 110.0 + i, 90.0 + i, 105.0 + i, 12.5 + i) for i in range(count)]


def coinbase(candles: Sequence[Candle]) -> bytes:
    """Newest first: time, low, high, open, close, volume."""
    rows = [[c.opened, c.low, c.high, c.open, c.close, c.volume] for c in candles]
    return json.dumps(rows[::-1]).encode()


def kraken(candles: Sequence[Candle], pair: str = "XXBTZUSD") -> bytes:
    rows = [[c.opened, str(c.open), str(c.high), str(c.low), str(c.close), "1.0", str(c.volume), 3] for c in candles]
    return json.dumps({"error": [], "result": {pair: rows, "last": candles[-1].opened}}).encode()


def binance_row(candle: Candle, width: int = DAY, ticks: int = 1_000) -> list[Any]:
    figures = [f"{value:.8f}" for value in (candle.open, candle.high, candle.low, candle.close, candle.volume)]
    opened = candle.opened * ticks
    return [opened, *figures, opened + width * ticks - 1, "1.00000000", 7, "2.00000000", "3.00000000", "0"]


def binance(candles: Sequence[Candle], width: int = DAY) -> bytes:
    return json.dumps([binance_row(candle, width) for candle in candles]).encode()


def binance_csv(candles: Sequence[Candle], width: int = DAY, ticks: int = 1_000, header: bool = False) -> bytes:
    lines = [",".join(map(str, binance_row(candle, width, ticks))) for candle in candles]
    return ("\n".join(([HEADER] if header else []) + lines) + "\n").encode()


def zipped(content: bytes, name: str = "BTCUSDT-1d-2026-08.csv", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(name, content)
    return packed.getvalue()
