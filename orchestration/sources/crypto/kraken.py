"""Kraken: candles in dollars, as a cross-check. No key; only the latest 720 candles.

The answer is `{"error": [], "result": {<pair>: [[time, open, high, low, close, vwap, volume, count], ...],
"last": ...}}`, with status 200 also for an error. The pair has Kraken's internal name (XXBTZUSD), not the
requested one (XBTUSD), and the last candle has not closed.

Does not belong here: code for the candles of every venue (`candles.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FormatError, Publisher
from orchestration.sources.crypto import candles, documents, intraday, symbols
from orchestration.sources.parameters import parameters_of

if TYPE_CHECKING:
    from orchestration.sources.http import HttpClient

NAME = "kraken"
TITLE = "Kraken"

PUBLISHER = Publisher(
    name=NAME,
    title=TITLE,
    website="https://api.kraken.com",
    about="Candles of Kraken, in dollars: a cross-check.",
    endpoints=(
        Endpoint(
            name=NAME,
            url="https://api.kraken.com",
            gives="daily candles in dollars, about two years: a cross-check",
            rhythm="daily, at midnight UTC",
        ),
    ),
    aside=intraday.ASIDE,
)
INTERVAL = "1d"
"""The interval that a live load requests; the parser reads any that divides a day."""

SERVED = 720
"""Number of candles in an answer, including the one that has not closed."""

_PATH = re.compile(r"(?:.*/)?0/public/OHLC/?")


def dataset_of(address: str) -> str | None:
    """`XBTUSD/1d` for `/0/public/OHLC?pair=XBTUSD&interval=1440`, at any host; None for any other address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    query = parameters_of(parts.query, {"pair", "interval", "since"}) or {}
    pair, minutes = query.get("pair", ""), query.get("interval", "1")
    if not _PATH.fullmatch(parts.path) or not re.fullmatch(r"[0-9]{1,5}", minutes, re.ASCII):
        return None
    interval = candles.interval_name(60 * int(minutes))
    if interval is None or candles.find_series(NAME, pair, interval) is None:
        return None
    return f"{pair}/{interval}"


def explain(address: str) -> str | None:
    """Why candles of this venue are not read; None if they are, or if the address has no candles of this venue."""
    return symbols.explain(TITLE, address, "/public/OHLC") if dataset_of(address) is None else None


def raw_table(dataset: str) -> str:  # noqa: ARG001  (every publisher's module has this signature)
    """All datasets of this publisher are candles."""
    return candles.RAW_TABLE


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Read one answer.

    Args:
        dataset: as `dataset_of` gives it.
        body: the answer, as served.
        retrieved_at: when it was retrieved; candles that had not closed then are dropped.

    Returns:
        Rows of `crypto_candles`, oldest first. Prices in dollars, volume in units of the coin.

    Raises:
        FormatError: the bytes are not an answer with candles, or are an error message of Kraken.
    """
    series = candles.series_of(NAME, dataset)
    rows = _candles_of(documents.read_json(body, TITLE), series.listing)
    positions = {"open": 1, "high": 2, "low": 3, "close": 4, "volume": 6}
    return candles.candle_frame(
        series,
        documents.read_integers(rows, 0, "time", TITLE),
        "seconds",
        [documents.read_figures(rows, positions[name], name, TITLE) for name in candles.FIGURES],
        documents.row_numbers(rows),
        retrieved_at,
    )


def _candles_of(answer: Any, listing: symbols.Listing) -> list[list[Any]]:
    if not isinstance(answer, dict):
        raise FormatError(
            f'{TITLE}: expected {{"error": [], "result": {{...}}}}, found a {type(answer).__name__}. '
            + documents.advice("")
        )
    errors = answer.get("error")
    if errors:
        words = ", ".join(map(str, errors)) if isinstance(errors, list) else errors
        raise documents.refusal(TITLE, words, listing)
    result = answer.get("result")
    pairs = [value for key, value in result.items() if key != "last"] if isinstance(result, dict) else []
    if len(pairs) != 1 or not isinstance(pairs[0], list):
        raise FormatError(
            f"{TITLE}: expected an array of candles of one pair under `result`, found {len(pairs)} pairs "
            f"or no array. {documents.advice('')}"
        )
    return documents.read_rows(pairs[0], 8, TITLE, listing)


def fetch(
    client: HttpClient,
    settings: Settings,
    archive: ArchiveView,
    now: dt.datetime | None = None,
) -> Iterator[Fetched | Failed]:
    """Fetch every listed market once: Kraken serves only the latest 720 candles."""
    seconds = candles.interval_seconds(INTERVAL) or 0
    stop = candles.last_boundary(now or dt.datetime.now(dt.UTC), INTERVAL)
    span = documents.Span(stop - (SERVED - 1) * dt.timedelta(seconds=seconds), stop, seconds)
    for listing in symbols.to_fetch(NAME):
        if listing.delisted_on is not None:
            continue  # the answer would have useless candles, or those of another coin
        query = urlencode({"pair": listing.market, "interval": seconds // 60})
        address = f"{PUBLISHER.base_url(settings)}/0/public/OHLC?{query}"
        dataset = f"{listing.market}/{INTERVAL}"
        question = documents.Question(dataset, address, listing, span.since(listing.listed_on), parse)
        yield documents.ask(client, archive, question)
