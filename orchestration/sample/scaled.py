"""Scales the sample for tests and benchmarks: additional countries, series and coins, and minute candles.

Belongs here: what a scale adds, which is never committed. Does not belong here: the sample itself.

The loader must know the names. Additional countries and coins come from its lists, which limits their number.
Additional series are called SIM0001 ...; the loader treats them as series that are not in its catalogue.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from orchestration.sample.calendars import days, month_label, month_of, weekdays
from orchestration.sample.documents import Document
from orchestration.sample.inputs import Country, countries
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.simulate_crypto import COINS, Coin, daily_closes, simulate_candles
from orchestration.sample.simulate_rates import FIRST_DAY, LAST_DAY, Path
from orchestration.tables.seeds import read_seed

BASE_SERIES = 27
"""FRED series of the sample."""

LAST_ARCHIVED_DAY = dt.date(2026, 5, 31)

_ARCHIVES = "https://data.binance.vision/data/spot/monthly/klines"
_MICROSECONDS_SINCE = dt.date(2025, 1, 1)
_MINUTES = 1_440
_E8 = 10**8
_DAY_MICROSECONDS = 86_400_000_000
_MINUTE_MICROSECONDS = 60_000_000
_COLUMNS = (
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
)
_DECIMAL = frozenset(
    {"open", "high", "low", "close", "volume", "quote_volume", "taker_buy_volume", "taker_buy_quote_volume"}
)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """Multiples of the sample's countries, FRED series and coins; and days of minute candles."""

    countries: int = 1
    series: int = 1
    symbols: int = 1
    minute_days: int = 0


def further_holders(scale: Scale) -> list[Country]:
    """Return additional countries, with real codes and names and a share of the remainder after the anchors.

    Raises:
        ValueError: the list of countries is too short.
    """
    have = {country.code for country in countries()}
    regions = {country.region for country in countries()} - {"International Organizations"}
    wanted = (scale.countries - 1) * sum(country.printed != "hidden" for country in countries())
    if not wanted:
        return []
    seed = read_seed("countries")
    free = seed[
        seed["region"].isin(regions) & (seed["is_aggregate"] == "false") & ~seed["country_code"].isin(have)
    ].sort_values("country_code")
    if wanted > len(free):
        raise ValueError(
            f"--scale-countries {scale.countries} needs {wanted} additional countries; the list has {len(free)}."
        )
    # Evenly spread over the list, so that every region gets some.
    chosen = free.iloc[[number * len(free) // wanted for number in range(wanted)]]
    return [
        _further_holder(code, name, region)
        for code, name, region in zip(chosen["country_code"], chosen["country"], chosen["region"], strict=True)
    ]


def _further_holder(code: str, name: str, region: str) -> Country:
    return Country(
        code=code,
        name=name,
        region=region,
        origin="share",
        printed="full",
        rest_share=0.01,
        bills_tilt=1.0,
        other_usd_mn=0,
        history_years=None,
        history_growth_pct=1.0,
        history_gap_pct=2.0,
        euro_area=False,
        european_union=False,
    )


def further_series(seed: int, scale: Scale) -> dict[str, Path]:
    """Return additional daily series, SIM0001 and so on: random walks in hundredths."""
    calendar = weekdays(FIRST_DAY, LAST_DAY)
    found: dict[str, Path] = {}
    for number in range(1, (scale.series - 1) * BASE_SERIES + 1):
        series_id = f"SIM{number:04d}"
        walk = Noise(seed, "series", series_id).wander(len(calendar), 8.0, 0.999)
        found[series_id] = {day: 10_000 + whole(step) for day, step in zip(calendar, walk, strict=True)}
    return found


def further_coins(scale: Scale) -> dict[str, Coin]:
    """Return additional coins of the list of symbols, with their Binance markets.

    Raises:
        ValueError: the list of symbols is too short.
    """
    wanted = (scale.symbols - 1) * len(COINS)
    if not wanted:
        return {}
    seed = read_seed("crypto_symbols")
    spot = seed[seed["venue"] == "binance"]
    # Leave out a market that two coins have used: the coin of a candle would depend on its day.
    spot = spot[~spot["market"].duplicated(keep=False) & ~spot["symbol"].isin(set(COINS))]
    if wanted > len(spot):
        raise ValueError(f"--scale-symbols {scale.symbols} needs {wanted} additional coins; the list has {len(spot)}.")
    found: dict[str, Coin] = {}
    for number, row in enumerate(spot.head(wanted).to_dict(orient="records"), start=1):
        gone = row["delisted_on"]
        last = dt.date.fromisoformat(gone) if isinstance(gone, str) else LAST_ARCHIVED_DAY
        first = max(dt.date.fromisoformat(row["listed_on"]), dt.date(2018, 1, 1))
        found[row["symbol"]] = Coin("BTC", first, None, 4, 0.03, 20e6, 0.001 / number, last)
    return found


def binance_documents(seed: int, scale: Scale, further: Mapping[str, Coin]) -> Iterator[Document]:
    """Write daily archives of the additional coins, and minute archives of all coins."""
    for symbol, coin in further.items():
        yield from _daily_archives(seed, symbol, coin)
    for symbol, coin in {**COINS, **further}.items():
        yield from minute_archives(seed, symbol, coin, scale.minute_days)


def _daily_archives(seed: int, symbol: str, coin: Coin) -> Iterator[Document]:
    by_month: dict[int, list[list[int]]] = {}
    scale = _E8 // 10**coin.decimals
    for candle in simulate_candles(seed, symbol, coin):
        prices = [value * scale for value in (candle.open, candle.high, candle.low, candle.close)]
        by_month.setdefault(month_of(candle.day), []).append([candle.day.toordinal(), *prices, candle.volume * 100_000])
    for month, rows in by_month.items():
        columns = np.array(rows, dtype=np.int64).T
        opened = (columns[0] - dt.date(1970, 1, 1).toordinal()) * _DAY_MICROSECONDS
        yield _archive(symbol, "1d", month, _table(opened, _DAY_MICROSECONDS, columns[1:5], columns[5]))


def minute_archives(seed: int, symbol: str, coin: Coin, count: int) -> Iterator[Document]:
    """Minutes that walk from one day's close to the next; whole numbers only, for equal results on every machine."""
    first = max(LAST_ARCHIVED_DAY - dt.timedelta(days=count - 1), coin.first_day)
    last = min(LAST_ARCHIVED_DAY, coin.last_day)
    if count < 1 or first > last:
        return
    closes = daily_closes(seed, symbol, coin, min(first, coin.first_day) - dt.timedelta(days=1))
    by_month: dict[int, list[dt.date]] = {}
    for day in days(first, last):
        by_month.setdefault(month_of(day), []).append(day)
    for month, calendar in by_month.items():
        ends = [whole(closes[day] * 10**6) for day in [calendar[0] - dt.timedelta(days=1), *calendar]]
        opened = np.arange(len(calendar) * _MINUTES, dtype=np.int64) * _MINUTE_MICROSECONDS
        opened += (calendar[0] - dt.date(1970, 1, 1)).days * _DAY_MICROSECONDS
        prices, volume = _minutes(np.array(ends, dtype=np.int64), _raw_bits(seed, symbol, month, len(opened)))
        tick, lot = 10 ** (8 - coin.decimals), 1_000
        # The lowest price is one tick: rounding down could give zero.
        prices, volume = np.maximum(prices // tick, 1) * tick, volume // lot * lot
        yield _archive(symbol, "1m", month, _table(opened, _MINUTE_MICROSECONDS, prices, volume))


def _raw_bits(seed: int, symbol: str, month: int, count: int) -> npt.NDArray[np.uint64]:
    """Raw output of the Philox generator, which is specified to the bit; NumPy's distributions are not."""
    key = int(Noise(seed, "minutes", symbol, month).uniform(0, 2**52))
    bits: npt.NDArray[np.uint64] = np.random.Philox(key=key).random_raw(2 * count)
    return bits.reshape(2, count)


def _minutes(ends: Ints, bits: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Prices (open, high, low, close) and volume of each minute, in units of 1e-8; `ends` in units of 1e-6."""

    def part(row: int, shift: int) -> Ints:
        sixteen: Ints = ((bits[row] >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64)
        return sixteen

    start = np.repeat(ends[:-1], _MINUTES)
    passed = np.tile(np.arange(1, _MINUTES + 1, dtype=np.int64), len(ends) - 1)
    line = start + np.repeat(np.diff(ends), _MINUTES) * passed // _MINUTES
    # A step is at most about 8 basis points: a triangular draw, the sum of two halves.
    steps = (part(0, 0) + part(0, 16) - 0xFFFF) * (start // 0xFFFF) * 8 // 10_000
    walk = np.cumsum(steps.reshape(-1, _MINUTES), axis=1)
    walk -= walk[:, -1:] * np.arange(1, _MINUTES + 1, dtype=np.int64) // _MINUTES
    close = np.maximum(line + walk.ravel(), 1)
    opened = np.concatenate((ends[:1], close[:-1]))
    reach = start // 0xFFFF * 4
    high = np.maximum(opened, close) + part(0, 32) * reach // 10_000
    low = np.maximum(np.minimum(opened, close) - part(0, 48) * reach // 10_000, 1)
    volume = (part(1, 0) + 1) * part(1, 16) * 4
    return np.stack((opened, high, low, close)) * 100, volume


def _table(opened: Ints, length: int, prices: Ints, volume: Ints) -> pa.Table:
    """The twelve columns of an archive; prices and volume in units of 1e-8."""
    quote = volume // 1_000 * (prices[3] // 10_000) // 10
    micros = opened >= (_MICROSECONDS_SINCE - dt.date(1970, 1, 1)).days * _DAY_MICROSECONDS
    closed = opened + length - 1
    columns: dict[str, Ints] = {
        "open_time": np.where(micros, opened, opened // 1_000),
        **dict(zip(("open", "high", "low", "close"), prices, strict=True)),
        "volume": volume,
        "close_time": np.where(micros, closed, closed // 1_000),
        "quote_volume": quote,
        "count": volume // 10**6 + 1,
        "taker_buy_volume": volume // 2,
        "taker_buy_quote_volume": quote // 2,
        "ignore": np.zeros(len(opened), dtype=np.int64),
    }
    return pa.table({name: _decimal(columns[name]) if name in _DECIMAL else columns[name] for name in _COLUMNS})


def _decimal(values: Ints) -> Any:
    """Whole numbers of 1e-8 as decimals, without a step through floats."""
    wide = np.stack((values, np.where(values < 0, -1, 0)), axis=1)
    return pa.Array.from_buffers(pa.decimal128(38, 8), len(values), [None, pa.py_buffer(np.ascontiguousarray(wide))])


def _archive(symbol: str, interval: str, month: int, table: pa.Table) -> Document:
    market = f"{symbol}USDT"
    name = f"{market}-{interval}-{month_label(month)}"
    text = io.BytesIO()
    csv.write_csv(table, text, csv.WriteOptions(include_header=False, quoting_style="none"))
    packed = io.BytesIO()
    as_of = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        member = zipfile.ZipInfo(f"{name}.csv", (as_of.year, as_of.month, as_of.day, 0, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(member, text.getvalue())
    address = f"{_ARCHIVES}/{market}/{interval}/{name}.zip"
    return Document(f"binance/{as_of}/{name}.zip", "binance", address, as_of, packed.getvalue())
