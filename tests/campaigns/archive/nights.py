"""The documents that a nightly live load stores: made-up figures in the publishers' formats and real lengths."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orchestration.sources import fred
from orchestration.sources.base import Response
from orchestration.sources.crypto import symbols
from orchestration.tables.seeds import read_seed

FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv?id="
API = "https://api.stlouisfed.org/fred/series/observations?series_id="
FSI = "https://www.financialresearch.gov/financial-stress-index/data/fsi.csv"
KRAKEN = "https://api.kraken.com/0/public/OHLC?pair="
COINBASE = "https://api.exchange.coinbase.com/products/"

Row = tuple[dt.date, str]


@dataclass
class Series:
    """A series of the catalogue, and the figures that it has so far."""

    name: str
    frequency: str
    weekday: int
    rows: list[Row]
    chance: random.Random

    def grow(self, day: dt.date) -> None:
        """Add the figure of a day, if the series has one."""
        is_day = {"D": day.weekday() < 5, "D7": True, "W": day.weekday() == self.weekday, "M": day.day == 1}
        if is_day.get(self.frequency, day.day == 1 and day.month % 3 == 1):
            self.rows.append((day, f"{self.chance.uniform(0, 20):.2f}"))


@dataclass(frozen=True)
class Stored:
    """What one request of a load brings."""

    source: str
    dataset: str
    response: Response
    essence: Callable[[bytes], bytes] | None = None


class World:
    """The publishers, day by day.

    Args:
        first_night: the histories end on the day before.
    """

    def __init__(self, first_night: dt.date) -> None:
        catalogue = read_seed("fred_series")
        catalogue = catalogue[catalogue["fetch"] == "true"]
        self._series = [
            Series(
                row.series_id, row.frequency, 2 if "wednesday" in row.calendar else 4, [], random.Random(row.series_id)
            )
            for row in catalogue.itertuples()
        ]
        for series, first in zip(self._series, catalogue["first_date"], strict=True):
            day = dt.date.fromisoformat(first)
            while day < first_night:
                series.grow(day)
                day += dt.timedelta(days=1)
        self._index = Series("OFR FSI", "D", 0, [], random.Random(1))
        day = dt.date(2000, 1, 3)
        while day < first_night:
            self._index.grow(day)
            day += dt.timedelta(days=1)
        self._index_rows = [self._index_row(row) for row in self._index.rows]

    def night(self, night: dt.date, *, with_key: bool) -> Iterator[Stored]:
        """What a load of a night gets; the figures of the day before are new."""
        at = dt.datetime.combine(night, dt.time(3), tzinfo=dt.UTC)
        before = night - dt.timedelta(days=1)
        for series in self._series:
            series.grow(before)
            yield self._keyed(series, night, at) if with_key else self._keyless(series, at)
        grown = len(self._index.rows)
        self._index.grow(before)
        self._index_rows += [self._index_row(row) for row in self._index.rows[grown:]]
        yield Stored("ofr", "fsi", Response(FSI, ("Date,OFR FSI\n" + "".join(self._index_rows)).encode(), at))
        for listing in symbols.to_fetch("kraken"):
            body = json.dumps({"error": [], "result": {"X": [self._candle(before, n, 8) for n in range(720)]}})
            yield Stored("kraken", f"{listing.market}/1d", Response(f"{KRAKEN}{listing.market}", body.encode(), at))
        for listing in symbols.to_fetch("coinbase"):
            page = json.dumps([self._candle(before, n, 6) for n in range((night.toordinal() % 299) + 1)])
            address = f"{COINBASE}{listing.market}/candles?end={before}"
            yield Stored("coinbase", f"{listing.market}/1d", Response(address, page.encode(), at))

    def _keyless(self, series: Series, at: dt.datetime) -> Stored:
        lines = "".join(f"{day},{value}\n" for day, value in series.rows)
        body = f"observation_date,{series.name}\n{lines}".encode()
        return Stored("fred", series.name, Response(FRED + series.name, body, at))

    def _keyed(self, series: Series, night: dt.date, at: dt.datetime) -> Stored:
        days = {"realtime_start": night.isoformat(), "realtime_end": night.isoformat()}
        rows = [days | {"date": day.isoformat(), "value": value} for day, value in series.rows]
        content = days | {"units": "lin", "count": len(rows), "offset": 0, "limit": 100_000, "observations": rows}
        body = json.dumps(content, separators=(",", ":")).encode()
        return Stored("fred", series.name, Response(API + series.name, body, at), fred.essence)

    def _index_row(self, row: Row) -> str:
        chance = random.Random(row[0].toordinal())
        return f"{row[0]}," + ",".join(f"{chance.uniform(-3, 3):.3f}" for _ in range(9)) + "\n"

    def _candle(self, newest: dt.date, age: int, cells: int) -> list[object]:
        opened = (newest - dt.timedelta(days=age)).toordinal()
        chance = random.Random(opened)
        return [opened * 86_400, *(f"{chance.uniform(10_000, 99_999):.2f}" for _ in range(cells - 1))]
