"""Rows by the million, as Parquet: candles by the minute and vintages of observations. All of it is simulated.

Belongs here: rows made by arithmetic of their number, and how they lie in files. Does not belong here: what is done
with them. Nothing but a benchmark may read them: the figures are noise around a wave, and each row says `simulated`.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.tables.sql import literal

SYMBOLS = 20
RELEASES = 10
CHANGED_PART = 5
"""A later release changes every fifth figure."""
_BEGIN = dt.datetime(2020, 1, 1)  # noqa: DTZ001  candles have no zone
_MINUTE = dt.timedelta(minutes=1)
_CANDLES = """
    with noise as (
        select
            n,
            n % {minutes} as minute,
            (hash(n, 1) % 1000000) / 1e6 as first,
            (hash(n, 2) % 1000000) / 1e6 as second,
            (hash(n, 3) % 1000000) / 1e6 as third,
            (hash(n, 4) % 1000000) / 1e6 as fourth
        from range({begin}, {end}) as numbers (n)
    ),

    prices as (
        select
            *,
            100 + 20 * sin(minute / 5000) + 2 * sin(minute / 97) + first / 5 as open,
            100 + 20 * sin((minute + 1) / 5000) + 2 * sin((minute + 1) / 97) + second / 5 as close
        from noise
    )

    select
        'simulated' as venue,
        {symbol}
        'USDT' as quote,
        '1m' as candle_interval,
        timestamp '{since}' + to_minutes(minute) as opened_at,
        round(open, 2) as open,
        round(greatest(open, close) + third / 5, 2) as high,
        round(least(open, close) - fourth / 5, 2) as low,
        round(close, 2) as close,
        round(-1000 * ln(1e-6 + third * fourth), 3) as volume,
        (minute + 1)::integer as line_number,
        'simulated-' || n // {minutes} as document_id,
        timestamp '2026-07-01 00:00:00' as retrieved_at
    from prices
"""
_SYMBOL = "'SIM' || lpad((n // {minutes})::varchar, 3, '0') as symbol,"
# The columns of marts.fct_observation_vintages; ten thousand days a series.
_VINTAGES = """
    select
        'SIM' || lpad((n // 10000)::varchar, 4, '0') as series_id,
        date '1990-01-01' + (n % 10000)::integer as date,
        (hash(n, {release}) % 1000000) / 100 as value,
        timestamp '2025-01-15 22:00:00' + to_months({release}) as known_at,
        'observed' as vintage_basis,
        'simulated' as publisher,
        null::varchar as correction_id
    from range({keys}) as numbers (n)
    where {release} = 0 or (n + {release}) % {changed_part} = 0
"""


@dataclass(frozen=True)
class Files:
    """Parquet below a folder.

    Attributes:
        folder: where it lies.
        rows: how many they are, all together.
        count: of files.
        size: of all files, in bytes.
    """

    folder: Path
    rows: int
    count: int
    size: int


def candles_by_symbol_and_month(folder: Path, rows: int) -> Files:
    """Write candles of twenty symbols from January 2020 on, a file a symbol and month, in folders that name both.

    Args:
        folder: gets `symbol=.../month=.../candles.parquet`; existing files are replaced.
        rows: a multiple of the count of symbols.
    """
    minutes = rows // SYMBOLS

    def parts() -> Iterator[tuple[Path, str]]:
        for symbol in range(SYMBOLS):
            for month, begin, end in _months(minutes):
                path = folder / f"symbol=SIM{symbol:03d}" / f"month={month}" / "candles.parquet"
                yield path, _candles(minutes, symbol * minutes + begin, symbol * minutes + end, named=False)

    return _write(folder, parts())


def candles_in_files(folder: Path, rows: int, count: int) -> Files:
    """Write the same candles in so many files of equal size, all in one folder."""

    def parts() -> Iterator[tuple[Path, str]]:
        for number in range(count):
            begin, end = rows * number // count, rows * (number + 1) // count
            yield folder / f"part-{number}.parquet", _candles(rows // SYMBOLS, begin, end, named=True)

    return _write(folder, parts())


def vintages(folder: Path, rows: int) -> Files:
    """Write statements of figures, a file a release: the first states all, each of ten others changes a fifth.

    Args:
        folder: gets `release-*.parquet`; existing files are replaced.
        rows: about how many statements there are, all together.
    """
    keys = figures_of(rows)

    def parts() -> Iterator[tuple[Path, str]]:
        for release in range(RELEASES + 1):
            query = _VINTAGES.format(release=release, keys=keys, changed_part=CHANGED_PART)
            yield folder / f"release-{release:02d}.parquet", query

    return _write(folder, parts())


def figures_of(statements: int) -> int:
    """How many figures so many statements are about: what is left of them when only the latest of each counts."""
    return statements * CHANGED_PART // (CHANGED_PART + RELEASES) // CHANGED_PART * CHANGED_PART


def _candles(minutes: int, begin: int, end: int, *, named: bool) -> str:
    symbol = _SYMBOL.format(minutes=minutes) if named else ""
    return _CANDLES.format(minutes=minutes, begin=begin, end=end, symbol=symbol, since=_BEGIN)


def _months(minutes: int) -> Iterator[tuple[str, int, int]]:
    """Each month of so many minutes: its name, its first minute, and the first minute after it."""
    begin, last = _BEGIN, _BEGIN + minutes * _MINUTE
    while begin < last:
        after = (begin.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        yield f"{begin:%Y-%m}", (begin - _BEGIN) // _MINUTE, (min(after, last) - _BEGIN) // _MINUTE
        begin = after


def _write(folder: Path, parts: Iterator[tuple[Path, str]]) -> Files:
    shutil.rmtree(folder, ignore_errors=True)
    rows = count = size = 0
    with duckdb.connect(config={"memory_limit": "1GB", "threads": "1"}) as connection:
        for path, query in parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            written = connection.execute(
                f"copy ({query}) to {literal(str(path))} (format parquet, compression zstd)"
            ).fetchone()
            rows += int(written[0]) if written else 0
            count += 1
            size += path.stat().st_size
    return Files(folder, rows, count, size)
