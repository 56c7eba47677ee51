"""Binance: candles in tether. History from the archives (one ZIP per month), recent candles by REST. No key.

Both have twelve cells per candle: open time, open, high, low, close, volume, close time, and five that are not
used. REST writes JSON with quoted figures and milliseconds. An archive is a CSV in a ZIP, with a header
(futures) or without (spot), in milliseconds, or since 2025 in microseconds. Both belong to one dataset.
Cells after the twelve are not read; a header, if there is one, names the columns.

Does not belong here: code for the candles of every venue (`candles.py`).
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from orchestration.settings import Settings
from orchestration.sources import zipped
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FormatError, Publisher
from orchestration.sources.crypto import candles, documents, intraday, symbols
from orchestration.sources.parameters import parameters_of

if TYPE_CHECKING:
    from orchestration.sources.http import HttpClient

NAME = "binance"
FUTURES = "binance_usdm_futures"
ARCHIVE = "binance_archive"
TITLE = "Binance"

PUBLISHER = Publisher(
    name=NAME,
    title=TITLE,
    website="https://data.binance.vision",
    about="Candles of Binance, in the dollar token.",
    endpoints=(
        Endpoint(
            name=NAME,
            url="https://data-api.binance.vision",
            gives="daily candles in the dollar token",
            rhythm="daily, at midnight UTC",
        ),
        Endpoint(
            name=ARCHIVE,
            url="https://data.binance.vision",
            gives="the same, as monthly archives",
            rhythm="monthly",
        ),
    ),
    aside=intraday.ASIDE,
)
INTERVAL = "1d"
"""The interval that a live load requests; the parser reads any that divides a day."""

LARGEST_MEMBER = 64 * 2**20
"""Bytes, unpacked. A month of one-minute candles has 6 MB; of one-second candles only a day fits."""
LARGEST_RATIO = 200
"""Ratio of unpacked to packed size. Archives have 2 to 4; a month without a trade has about 40."""
PAGE = 1_000
"""Maximum number of candles in one REST answer."""

_WIDTH = 12
_COLUMNS = ("open_time", *candles.FIGURES)
_LONGEST_HEADER = 2_000
_FIRST_DAY = dt.date(2017, 8, 17)
# An archive appears on the first Monday after its month; until then REST serves the month.
_ARCHIVE_LAG = dt.timedelta(days=8)
# Binance has replaced archives within weeks: fetch the latest two again, conditionally.
_ASKED_AGAIN = 2
# A missing month must not hide older ones; a host that is down must not get a hundred requests.
_FAILURES_IN_A_ROW = 2

_REST = re.compile(r"(?:.*/)?(api/v3|fapi/v1)/klines/?")
_ARCHIVE = re.compile(
    r"(?:.*/)?data/(spot|futures/um)/(?:monthly|daily)/klines/([A-Z0-9]+)/([0-9]+[a-z])"
    r"/\2-\3-([0-9]{4}-[0-9]{2})(-[0-9]{2})?\.zip"
)


def dataset_of(address: str) -> str | None:
    """The dataset that an address serves, at any host except Binance.US, which is another venue.

    Returns:
        `BTCUSDT/1d` for spot, REST and archives alike; `um/BTCUSDT/4h` for USD-M futures; `intraday/BTCUSDT/1m` for
        archives of candles shorter than an hour; None for any other address.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host == "binance.us" or host.endswith(".binance.us"):
        return None
    if archive := _ARCHIVE.fullmatch(parts.path):
        futures, market, interval = archive[1] != "spot", archive[2], archive[3]
    elif rest := _REST.fullmatch(parts.path):
        # A time zone would move the candles of a day.
        query = parameters_of(parts.query, {"symbol", "interval", "startTime", "endTime", "limit"}) or {}
        market, interval = (query.get(name, "") for name in ("symbol", "interval"))
        futures = rest[1] != "api/v3"
    else:
        return None
    if candles.find_series(FUTURES if futures else NAME, market, interval) is None:
        return None
    name = candles.dataset_name(market, interval, is_archive=archive is not None)
    return f"um/{name}" if futures else name


def explain(address: str) -> str | None:
    """Why candles of this venue are not read; None if they are, or if the address has no candles of this venue."""
    return symbols.explain(TITLE, address, "/klines") if dataset_of(address) is None else None


def raw_table(dataset: str) -> str:  # noqa: ARG001  (every publisher's module has this signature)
    """All datasets of this publisher are candles."""
    return candles.RAW_TABLE


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Read a REST answer or an archive.

    Args:
        dataset: as `dataset_of` gives it.
        body: JSON or ZIP, as served.
        retrieved_at: when it was retrieved; candles that had not closed then are dropped.

    Returns:
        Rows of `crypto_candles`, oldest first; none for an empty array. Prices in tether, volume in units of
        the coin.

    Raises:
        FormatError: the bytes are neither, are a refusal, or are an unsafe ZIP.
    """
    futures = dataset.startswith("um/")
    series = candles.series_of(FUTURES if futures else NAME, dataset.removeprefix("um/"))
    if body.startswith(b"PK"):
        return _read_archive(series, body, retrieved_at)
    return _read_answer(series, body, retrieved_at)


def _read_answer(series: candles.Series, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    rows = documents.read_rows(documents.read_json(body, TITLE), _WIDTH, TITLE, series.listing)
    opened = documents.read_integers(rows, 0, "open time", TITLE)
    closed = documents.read_integers(rows, 6, "close time", TITLE)
    # The answer does not name its interval. If all candles have another width, it is the wrong answer.
    widths = [series.seconds * ticks - 1 for ticks in (1_000, 1_000_000)]
    if rows and not np.isin(closed - opened, widths).any():
        raise FormatError(
            f"{TITLE}: expected candles of {series.interval}, found in row 1 one that opens at "
            f"{opened[0]} and closes at {closed[0]}. Check the interval in the address of this document."
        )
    return candles.candle_frame(
        series,
        opened,
        "milliseconds or microseconds",
        [documents.read_figures(rows, number, name, TITLE) for number, name in enumerate(candles.FIGURES, start=1)],
        documents.row_numbers(rows),
        retrieved_at,
    )


def _read_archive(series: candles.Series, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    # Ignore a byte-order mark and blank lines at the end.
    text = _unpack(series, body).removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n") + b"\n"
    header, names = _columns_of(text)
    table = _read_csv(text, header, names)
    return candles.candle_frame(
        series,
        table.column("open_time").to_numpy(),
        "milliseconds or microseconds",
        [table.column(name).to_numpy() for name in candles.FIGURES],
        np.arange(1 + header, table.num_rows + 1 + header, dtype=np.int64),
        retrieved_at,
    )


def _unpack(series: candles.Series, body: bytes) -> bytes:
    """The one CSV of an archive."""
    market, interval = series.listing.market, series.interval
    limits = zipped.Limits(
        f"the one file {market}-{interval}-<month or day>.csv",
        re.compile(rf"{market}-{interval}-[0-9]{{4}}-[0-9]{{2}}(-[0-9]{{2}})?\.csv"),
        (1, 1),
        LARGEST_MEMBER,
        LARGEST_RATIO,
    )
    return b"".join(zipped.blocks(f"{TITLE}: the archive of {market} {interval}", body, limits))


def _columns_of(text: bytes) -> tuple[int, list[str]]:
    """The number of header lines, 1 or 0, and the names of all columns, from the header or the known layout."""
    if not text.strip():
        raise FormatError(f"{TITLE}: the file in the archive is empty. Fetch it again.")
    first = text[:_LONGEST_HEADER].partition(b"\n")[0].strip()
    cells = [cell.strip().lower() for cell in first.decode("utf-8", errors="replace").split(",")]
    if text[:1].isdigit():
        return 0, [*_COLUMNS, *(f"unused_{number}" for number in range(len(_COLUMNS), max(len(cells), _WIDTH)))]
    names = [name if name in _COLUMNS else f"unused_{number}" for number, name in enumerate(cells)]
    if len(names) >= _WIDTH and all(names.count(name) == 1 for name in _COLUMNS):
        return 1, names
    raise FormatError(
        f"{TITLE}: expected a candle or the header {','.join(_COLUMNS)},... on line 1, found "
        f"{documents.excerpt(first)}. The layout has changed: compare it with the publisher's description."
    )


def _read_csv(text: bytes, header: int, names: list[str]) -> pa.Table:
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(column_names=names, skip_rows=header, use_threads=False),
            # Line numbers are counted from rows, so no row may be skipped or span two lines.
            parse_options=csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                include_columns=list(_COLUMNS),
                column_types={"open_time": pa.int64(), **dict.fromkeys(candles.FIGURES, pa.float64())},
                null_values=[],
            ),
        )
    except pa.ArrowException as error:
        where = _first_bad_line(text, header, names) or f"not CSV ({documents.excerpt(str(error).encode())})"
        raise FormatError(
            f"{TITLE}: {where}. The archive is damaged or its layout has changed: fetch it again, and "
            "compare it with the publisher's description."
        ) from None


def _first_bad_line(text: bytes, header: int, names: list[str]) -> str | None:
    for number, line in enumerate(io.BytesIO(text), start=1):
        if number <= header:
            continue
        cells = line.rstrip(b"\r\n").split(b",")
        if len(cells) != len(names):
            return f"expected {len(names)} cells on line {number}, found {len(cells)}"
        for name, cell in zip(names, cells, strict=True):
            kind = pa.int64() if name == "open_time" else pa.float64()
            if name in _COLUMNS and not documents.is_number(cell.decode("utf-8", errors="replace"), kind):
                return f"expected a number as {name} on line {number}, found {documents.excerpt(cell)}"
    return None


def fetch(
    client: HttpClient, settings: Settings, archive: ArchiveView, now: dt.datetime | None = None
) -> Iterator[Fetched | Failed]:
    """Fetch every listed market: the latest weeks by REST, and the archives that are missing or bad.

    Archives are fetched newest first. After two failures in a row, the next load fetches the rest of that market.

    Args:
        client: for the requests.
        settings: for the base addresses.
        archive: the documents that are there already.
        now: the current time (UTC); by default from the clock.
    """
    moment = now or dt.datetime.now(dt.UTC)
    last = _last_archived_month(moment)
    for listing in symbols.to_fetch(NAME):
        yield from _fetch_present(client, settings, archive, listing, _next_month(last), moment)
        yield from _fetch_archives(client, settings, archive, listing, last)


def _fetch_present(
    client: HttpClient,
    settings: Settings,
    archive: ArchiveView,
    listing: symbols.Listing,
    first: dt.date,
    now: dt.datetime,
) -> Iterator[Fetched | Failed]:
    seconds = candles.interval_seconds(INTERVAL)
    assert seconds is not None
    if listing.delisted_on is not None and listing.delisted_on < first:
        return
    stop = int(candles.last_boundary(now, INTERVAL).timestamp())
    begin = int(documents.midnight(max(first, listing.listed_on or first)).timestamp())
    for start in range(begin, stop, PAGE * seconds):
        query = {
            "symbol": listing.market,
            "interval": INTERVAL,
            "startTime": start * 1_000,
            "endTime": stop * 1_000 - 1,  # only closed candles, so that the answer is the same all day
            "limit": PAGE,
        }
        address = f"{PUBLISHER.base_url(settings)}/api/v3/klines?{urlencode(query)}"
        span = documents.Span(_utc(start), _utc(min(stop, start + PAGE * seconds)), seconds)
        question = documents.Question(f"{listing.market}/{INTERVAL}", address, listing, span, parse)
        result = documents.ask(client, archive, question)
        yield result
        if isinstance(result, Failed):
            return


def _fetch_archives(
    client: HttpClient, settings: Settings, archive: ArchiveView, listing: symbols.Listing, last: dt.date
) -> Iterator[Fetched | Failed]:
    market = listing.market
    if listing.delisted_on is not None:
        last = min(last, listing.delisted_on.replace(day=1))
    failures = 0
    for age, month in enumerate(_months_back(last, listing.listed_on or _FIRST_DAY)):
        address = (
            f"{PUBLISHER.base_url(settings, ARCHIVE)}/data/spot/monthly/klines/{market}/{INTERVAL}/"
            f"{market}-{INTERVAL}-{month:%Y-%m}.zip"
        )
        question = documents.Question(f"{market}/{INTERVAL}", address, listing, _span(address), parse)
        if age >= _ASKED_AGAIN and not documents.must_ask(archive, question):
            continue
        result = documents.ask(client, archive, question)
        yield result
        failures = failures + 1 if isinstance(result, Failed) else 0
        if failures == _FAILURES_IN_A_ROW:
            return


def missing_periods(address: str, rows: int) -> int:
    """How many candles a monthly archive with this number of rows lacks."""
    span = _span(address)
    return span.count - rows if span else 0


def _span(address: str) -> documents.Span | None:
    """The candles that an archive of a month must have; None for other documents."""
    try:
        found = _ARCHIVE.fullmatch(urlsplit(address).path)
    except ValueError:
        return None
    seconds = candles.interval_seconds(found[3]) if found else None
    if found is None or seconds is None or found[5] is not None:
        return None
    month = dt.date.fromisoformat(f"{found[4]}-01")
    stop = documents.midnight(_next_month(month))
    listed = symbols.listings_of(NAME if found[1] == "spot" else FUTURES, found[2])
    if listed and listed[-1].delisted_on is not None:
        # The last day of trading may have no candle.
        stop = min(stop, documents.midnight(listed[-1].delisted_on))
    return documents.Span(documents.midnight(month), stop, seconds).since(listed[0].listed_on if listed else None)


def _last_archived_month(now: dt.datetime) -> dt.date:
    """First day of the latest month whose archive must exist."""
    return _month_before((now.astimezone(dt.UTC) - _ARCHIVE_LAG).date())


def _months_back(last: dt.date, listed_on: dt.date) -> Iterator[dt.date]:
    month = last
    while month >= listed_on.replace(day=1):
        yield month
        month = _month_before(month)


def _month_before(day: dt.date) -> dt.date:
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def _next_month(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


def _utc(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
