"""Turns columns of figures into rows of `crypto_candles`, for every venue.

Belongs here: units of time, the closed-candle rule, alignment, order, duplicates, and the frame itself. Does not belong
here: the layout of a venue's documents, and whether a price is plausible (`expectations/`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from orchestration.sources.base import FormatError
from orchestration.sources.crypto.symbols import SEED, Listing, listings_of
from orchestration.tables.raw import crypto_candles

RAW_TABLE = crypto_candles.TABLE.name
COLUMNS = (
    "venue",
    "symbol",
    "quote",
    "candle_interval",
    "opened_at",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "parts",
    "line_number",
)
FIGURES = ("open", "high", "low", "close", "volume")

INTRADAY = "intraday/"
"""Prefix of datasets of archives with candles shorter than an hour; each archive has complete days."""

TimeUnit = Literal["seconds", "milliseconds or microseconds"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600
_SECONDS_OF = {"s": 1, "m": 60, "h": _HOUR_SECONDS, "d": _DAY_SECONDS}
_UNIT_OF = {seconds: unit for unit, seconds in _SECONDS_OF.items()}
_MICROS = 1_000_000
# Binance's archives changed from milliseconds to microseconds in 2025.
_LEAST_MICROSECONDS = 10**14
_FIRST_BLOCK = dt.datetime(2009, 1, 3, tzinfo=dt.UTC)  # of Bitcoin: no exchange has older candles
# Clocks differ a little, and a manifest has only the day.
_CLOCK_SLACK = dt.timedelta(days=1)


def interval_seconds(interval: str) -> int | None:
    """Length of a candle in seconds ("1d" is 86,400), or None if it does not divide a day.

    Weeks and months have no fixed boundary in the day and are not read.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,4})([smhd])", interval, re.ASCII)
    if match is None:
        return None
    seconds = int(match[1]) * _SECONDS_OF[match[2]]
    return seconds if _DAY_SECONDS % seconds == 0 else None


def interval_name(seconds: int) -> str | None:
    """The name of an interval with this many seconds (86,400 is "1d"), or None if it does not divide a day."""
    if seconds < 1 or _DAY_SECONDS % seconds:
        return None
    unit = max(size for size in _UNIT_OF if seconds % size == 0)
    return f"{seconds // unit}{_UNIT_OF[unit]}"


def last_boundary(now: dt.datetime, interval: str) -> dt.datetime:
    """The latest moment, not after `now`, at which a candle of this interval closed (UTC)."""
    seconds = interval_seconds(interval)
    assert seconds is not None
    return dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)


@dataclass(frozen=True)
class Series:
    """The market and interval of a dataset of candles.

    Attributes:
        listings: the coins that have traded under this market name, oldest first; at least one.
        interval: length of a candle, as "1d".
    """

    listings: tuple[Listing, ...]
    interval: str

    @property
    def seconds(self) -> int:
        """Length of a candle in seconds."""
        seconds = interval_seconds(self.interval)
        assert seconds is not None
        return seconds

    @property
    def listing(self) -> Listing:
        """The coin that trades, or last traded, under this market name."""
        return self.listings[-1]


def find_series(venue: str, market: str, interval: str) -> Series | None:
    """The series of a market, or None if the list does not have it or its interval is not read."""
    coins = listings_of(venue, market)
    return Series(coins, interval) if coins and interval_seconds(interval) is not None else None


def dataset_name(market: str, interval: str, *, is_archive: bool) -> str:
    """`<market>/<interval>`, or `intraday/<market>/<interval>` for archives of candles shorter than an hour."""
    seconds = interval_seconds(interval)
    is_intraday = is_archive and seconds is not None and seconds < _HOUR_SECONDS
    return f"{INTRADAY if is_intraday else ''}{market}/{interval}"


def series_of(venue: str, dataset: str) -> Series:
    """The series of a dataset, as `dataset_name` calls it.

    Raises:
        FormatError: the list of symbols does not have it.
    """
    market, _, interval = dataset.removeprefix(INTRADAY).rpartition("/")
    series = find_series(venue, market, interval)
    if series is None:
        raise FormatError(
            f"{dataset!r} is not a market and interval of {venue} that Tidemark reads. "
            f"Add the market to dbt_project/seeds/{SEED}.csv; the interval must divide a day."
        )
    return series


def candle_frame(
    series: Series,
    times: Ints,
    unit: TimeUnit,
    figures: Sequence[Floats],
    line_numbers: Ints,
    retrieved_at: dt.datetime,
) -> pd.DataFrame:
    """Build the rows of `crypto_candles` from one document's columns.

    Candles that had not closed when the document was retrieved are dropped; equal duplicates become one row.

    Args:
        series: what the document is about.
        times: when each candle opened, since the epoch, as published.
        unit: the unit of `times`; milliseconds and microseconds are distinguished by magnitude.
        figures: open, high, low, close, volume.
        line_numbers: 1-based line or row of each candle in the document.
        retrieved_at: when the document was retrieved; timezone-aware.

    Returns:
        One row per candle, sorted by `opened_at`.

    Raises:
        FormatError: a time in another unit or time zone, or two different candles for one time.
    """
    assert retrieved_at.tzinfo is not None
    opened = _microseconds(times, unit)
    _check_times(series, times, opened, unit, line_numbers, retrieved_at)
    length = series.seconds * _MICROS
    closed = opened + length <= _since_epoch(retrieved_at)
    if not closed.all():
        opened, line_numbers = opened[closed], line_numbers[closed]
        figures = [figure[closed] for figure in figures]
    if opened.size > 1 and not (np.diff(opened) > 0).all():
        opened, figures, line_numbers = _in_order(series, opened, figures, line_numbers)
    listing = series.listing
    return pd.DataFrame(
        {
            "venue": _constant(listing.venue, opened.size),
            "symbol": _symbols(series.listings, opened),
            "quote": _constant(listing.quote, opened.size),
            "candle_interval": _constant(series.interval, opened.size),
            "opened_at": opened.view("datetime64[us]"),
            **dict(zip(FIGURES, figures, strict=True)),
            "parts": pd.array([pd.NA] * opened.size, dtype="Int32"),
            "line_number": line_numbers,
        }
    )


def _microseconds(times: Ints, unit: TimeUnit) -> Ints:
    # Clipping avoids an overflow; the next check refuses clipped times.
    if unit == "seconds":
        return np.clip(times, 0, 10**12) * _MICROS
    times = np.clip(times, 0, None)
    return np.where(times > _LEAST_MICROSECONDS, times, np.minimum(times, _LEAST_MICROSECONDS) * 1_000)


def _check_times(
    series: Series,
    times: Ints,
    opened: Ints,
    unit: TimeUnit,
    line_numbers: Ints,
    retrieved_at: dt.datetime,
) -> None:
    def first(wrong: npt.NDArray[np.bool_]) -> str | None:
        if not wrong.any():
            return None
        index = int(wrong.argmax())
        return f"row {line_numbers[index]}: the time {times[index]} means {_shown(opened[index])}Z"

    implausible = first(opened < _since_epoch(_FIRST_BLOCK))
    if implausible:
        raise FormatError(
            f"{implausible}, before any coin existed. Expected {unit} since 1970: the publisher may have "
            "changed its unit of time. Compare the document with the publisher's description."
        )
    late = first(opened > _since_epoch(retrieved_at + _CLOCK_SLACK))
    if late:
        raise FormatError(
            f"{late}, after the document was retrieved ({retrieved_at:%Y-%m-%d %H:%M}Z). Expected {unit} "
            "since 1970. Check the unit of time, the `as_of` of the manifest, and this machine's clock."
        )
    shifted = first(opened % (series.seconds * _MICROS) != 0)
    if shifted:
        raise FormatError(
            f"{shifted}, which is not the opening of a candle of {series.interval} in UTC. The document has "
            "another interval than its address, or another time zone: request UTC candles."
        )


def _in_order(
    series: Series, opened: Ints, figures: Sequence[Floats], line_numbers: Ints
) -> tuple[Ints, list[Floats], Ints]:
    order = np.argsort(opened, kind="stable")
    opened, line_numbers = opened[order], line_numbers[order]
    figures = [figure[order] for figure in figures]
    repeated = opened[1:] == opened[:-1]
    if not repeated.any():
        return opened, figures, line_numbers
    differs = np.zeros(repeated.size, dtype=bool)
    for figure in figures:
        both_missing = np.isnan(figure[1:]) & np.isnan(figure[:-1])
        differs |= (figure[1:] != figure[:-1]) & ~both_missing
    contradicted = repeated & differs
    if contradicted.any():
        index = int(contradicted.argmax())
        raise FormatError(
            f"rows {line_numbers[index]} and {line_numbers[index + 1]} are two different candles of "
            f"{series.listing.market} {series.interval} opened at {_shown(opened[index])}Z. There can be "
            "only one: fetch the document again."
        )
    kept = np.concatenate(([True], ~repeated))
    return opened[kept], [figure[kept] for figure in figures], line_numbers[kept]


def _symbols(listings: tuple[Listing, ...], opened: Ints) -> pd.api.extensions.ExtensionArray:
    if len(listings) == 1:
        return _constant(listings[0].symbol, opened.size)
    starts = [
        _since_epoch(dt.datetime.combine(item.listed_on, dt.time(), tzinfo=dt.UTC))
        for item in listings[1:]
        if item.listed_on is not None
    ]
    owners = np.searchsorted(np.array(starts, dtype=np.int64), opened, side="right")
    names = pa.array([item.symbol for item in listings], pa.large_string())
    return _strings(names.take(pa.array(owners)))


def _constant(text: str, size: int) -> pd.api.extensions.ExtensionArray:
    return _strings(pa.repeat(pa.scalar(text, pa.large_string()), size))


def _strings(values: Any) -> pd.api.extensions.ExtensionArray:
    # From Arrow to `str` without a Python object per row.
    return pd.Series(pd.arrays.ArrowExtensionArray(values), copy=False).astype("str").array


def _since_epoch(moment: dt.datetime) -> int:
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def _shown(micros: np.int64) -> str:
    return str(np.datetime64(int(micros), "us").astype("datetime64[s]"))
