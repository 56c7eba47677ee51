"""Coinbase Exchange: candles in dollars, the default live source. No key.

A candle is `[time, low, high, open, close, volume]`, time in seconds, newest first, at most 300 per
answer. A day without a trade has no candle, and candles from before the requested start may be included.

Does not belong here: code for the candles of every venue (`candles.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, Publisher
from orchestration.sources.crypto import candles, documents, intraday, symbols
from orchestration.sources.parameters import parameters_of

if TYPE_CHECKING:
    from orchestration.sources.http import HttpClient

NAME = "coinbase"
TITLE = "Coinbase Exchange"

PUBLISHER = Publisher(
    name=NAME,
    title=TITLE,
    website="https://api.exchange.coinbase.com",
    about="Candles of Coinbase Exchange, in dollars: the preferred venue.",
    endpoints=(
        Endpoint(
            name=NAME,
            url="https://api.exchange.coinbase.com",
            gives="daily candles in dollars: the preferred venue",
            rhythm="daily, at midnight UTC",
        ),
    ),
    aside=intraday.ASIDE,
)
INTERVAL = "1d"
"""The interval that a live load requests; the parser reads any that divides a day."""

WINDOW = 299
"""Candles from the start of one page to the start of the next. Including both ends that is 300, the maximum of an
answer. The candle on the border is in both pages, so it is not lost if the publisher leaves out the end.
"""

_FIRST_DAY = dt.date(2015, 7, 20)
# A page is final some days after its last candle closed.
_SETTLED = dt.timedelta(days=3)
_PATH = re.compile(r"(?:.*/)?products/([A-Z0-9-]+)/candles/?")


def dataset_of(address: str) -> str | None:
    """`BTC-USD/1d` for `/products/BTC-USD/candles?granularity=86400`, at any host; None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = _PATH.fullmatch(parts.path)
    query = parameters_of(parts.query, {"granularity", "start", "end"}) or {}
    granularity = query.get("granularity", "")
    if path is None or not re.fullmatch(r"[0-9]{1,6}", granularity, re.ASCII):
        return None
    interval = candles.interval_name(int(granularity))
    if interval is None or candles.find_series(NAME, path[1], interval) is None:
        return None
    return f"{path[1]}/{interval}"


def explain(address: str) -> str | None:
    """Why candles of this venue are not read; None if they are, or if the address has no candles of this venue."""
    return symbols.explain(TITLE, address, "products/", "/candles") if dataset_of(address) is None else None


def raw_table(dataset: str) -> str:  # noqa: ARG001  (every publisher's module has this signature)
    """All datasets of this publisher are candles."""
    return candles.RAW_TABLE


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Read one page of candles.

    Args:
        dataset: as `dataset_of` gives it.
        body: the page, as served.
        retrieved_at: when it was retrieved; candles that had not closed then are dropped.

    Returns:
        Rows of `crypto_candles`, oldest first; none for an empty page (no trades). Prices in dollars,
        volume in units of the coin.

    Raises:
        FormatError: the bytes are not a page of candles, or are a refusal.
    """
    series = candles.series_of(NAME, dataset)
    rows = documents.read_rows(documents.read_json(body, TITLE), 6, TITLE, series.listing)
    positions = {"open": 3, "high": 2, "low": 1, "close": 4, "volume": 5}
    return candles.candle_frame(
        series,
        documents.read_integers(rows, 0, "time", TITLE),
        "seconds",
        [documents.read_figures(rows, positions[name], name, TITLE) for name in candles.FIGURES],
        documents.row_numbers(rows),
        retrieved_at,
    )


def fetch(
    client: HttpClient, settings: Settings, archive: ArchiveView, now: dt.datetime | None = None
) -> Iterator[Fetched | Failed]:
    """Fetch every listed market: first the latest page, then the older ones that are not in the archive.

    Pages have fixed borders, so a page of the past has a permanent address and is fetched once. A refused, empty or
    incomplete page is fetched again. If one cannot be fetched, the next load fetches the rest of its market.

    Args:
        client: for the requests.
        settings: for the base address.
        archive: the pages that are there already.
        now: the current time (UTC); by default from the clock.
    """
    moment = now or dt.datetime.now(dt.UTC)
    for listing in symbols.to_fetch(NAME):
        dataset = f"{listing.market}/{INTERVAL}"
        for start, end in _pages(listing, moment):
            address = _address(PUBLISHER.base_url(settings), listing.market, start, end)
            question = documents.Question(dataset, address, listing, _span(address), parse)
            retrieved = documents.retrieved_at(archive, question)
            is_settled = retrieved is not None and retrieved >= end + _SETTLED
            if is_settled and not documents.must_ask(archive, question):
                continue
            result = documents.ask(client, archive, question)
            yield result
            if isinstance(result, Failed):
                break


def missing_periods(address: str, rows: int) -> int:
    """How many candles a page with this number of rows lacks."""
    span = _span(address)
    return span.count - rows if span else 0


def _span(address: str) -> documents.Span | None:
    """The candles that a page must have; the one that opens at its end is also on the next page."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    path = _PATH.fullmatch(parts.path)
    listed = symbols.listings_of(NAME, path[1]) if path else ()
    try:
        start, end = (dt.datetime.fromisoformat(query[name][-1]) for name in ("start", "end"))
        span = documents.Span(start, end, int(query["granularity"][-1]))
        return span.since(listed[0].listed_on if listed else None)
    except (KeyError, ValueError, TypeError):
        return None


def _pages(listing: symbols.Listing, now: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Start and end of each page, newest first."""
    seconds = candles.interval_seconds(INTERVAL)
    assert seconds is not None
    window = WINDOW * seconds
    # A second before the border: only closed candles, whether or not the end is included.
    last = int(candles.last_boundary(now, INTERVAL).timestamp()) - 1
    if listing.delisted_on is not None:
        last = min(last, int(documents.midnight(listing.delisted_on + dt.timedelta(days=1)).timestamp()) - 1)
    first = int(documents.midnight(max(listing.listed_on or _FIRST_DAY, _FIRST_DAY)).timestamp())
    for start in range(last // window * window, first // window * window - 1, -window):
        yield _utc(start), _utc(min(start + window, last))


def _address(base: str, market: str, start: dt.datetime, end: dt.datetime) -> str:
    query = {
        "granularity": candles.interval_seconds(INTERVAL),
        "start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }
    return f"{base}/products/{market}/candles?{urlencode(query, safe=':')}"


def _utc(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
