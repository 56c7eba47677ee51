"""Writes candles as Coinbase Exchange serves them, and the same market as in FRED's Coinbase series.

Belongs here: the layout of these documents. Does not belong here: prices (`simulate_crypto.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from orchestration.sample.documents import Document
from orchestration.sample.simulate_crypto import Candle

_PAGE = 300
_DAY = 86_400


def coinbase_pages(symbol: str, decimals: int, candles: Sequence[Candle], as_of: dt.date) -> Iterator[Document]:
    """Write daily candles in pages of 300 days: arrays of [time, low, high, open, close, volume], newest first."""
    market = f"{symbol}-USD"
    start, last = candles[0].day, candles[-1].day
    number = 0
    while start <= last:
        number += 1
        end = min(start + dt.timedelta(days=_PAGE - 1), last)
        page = [candle for candle in candles if start <= candle.day <= end]
        address = (
            f"https://api.exchange.coinbase.com/products/{market}/candles"
            f"?granularity={_DAY}&start={start}T00:00:00Z&end={end}T00:00:00Z"
        )
        note = "the last candle is not closed" if end == as_of else ""
        body = "[" + ",".join(_candle(candle, decimals) for candle in reversed(page)) + "]"
        path = f"coinbase/{as_of}/{market}-1d-{number:02d}.json"
        yield Document(path, "coinbase", address, as_of, body.encode("ascii"), note)
        start = end + dt.timedelta(days=1)


def _candle(candle: Candle, decimals: int) -> str:
    moment = (candle.day - dt.date(1970, 1, 1)).days * _DAY
    low, high, opened, closed = (
        _number(price, decimals) for price in (candle.low, candle.high, candle.open, candle.close)
    )
    return f"[{moment},{low},{high},{opened},{closed},{_number(candle.volume, 3)}]"


def _number(value: int, decimals: int) -> str:
    """A JSON number without trailing zeros."""
    whole, part = divmod(value, 10**decimals)
    text = f"{whole}.{part:0{decimals}d}".rstrip("0")
    return text.removesuffix(".")
