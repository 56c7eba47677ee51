"""Reads the list of markets: the coin of each market of a venue, since when, and until when.

Belongs here: reading `crypto_symbols.csv`, and the message about a delisted or renamed market. Does not belong here:
addresses and formats of a venue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from orchestration.tables.seeds import read_seed

SEED = "crypto_symbols"


@dataclass(frozen=True)
class Listing:
    """One coin at one venue.

    Attributes:
        symbol: our own symbol of the coin (BTC).
        name: its name.
        venue: coinbase, binance, binance_usdm_futures or kraken.
        market: the venue's name of the market (BTC-USD, BTCUSDT, XBTUSD).
        quote: the currency of the prices: USD or USDT.
        listed_on: the first day to request candles for; None if unknown.
        delisted_on: the last day of trading; None while it trades.
        successor: the symbol that replaced it, or None.
        fetch: whether a live load fetches it. A listing that is not fetched is still read from a folder.
        unbroken_since: the first day from which the venue has a candle for every day; None if nothing is claimed.
        note: a remark for people, or None.
    """

    symbol: str
    name: str
    venue: str
    market: str
    quote: str
    listed_on: dt.date | None
    delisted_on: dt.date | None
    successor: str | None
    fetch: bool
    unbroken_since: dt.date | None
    note: str | None

    @property
    def story(self) -> str:
        """A sentence about this market from the list, for messages about a refusal."""
        if self.delisted_on is not None:
            parts = [f"{self.symbol} left {self.venue} ({self.market}) on {self.delisted_on}"]
            if self.successor is not None:
                parts.append(f", and {self.successor} replaced it")
        else:
            parts = [f"The list of symbols has {self.symbol} at {self.venue} as {self.market}"]
            if self.listed_on is not None:
                parts.append(f" since {self.listed_on}")
        return "".join(parts) + (f" ({self.note})." if self.note else ".")


@cache
def listings(venue: str) -> tuple[Listing, ...]:
    """All listings of one venue, in the order of the list.

    Raises:
        ListError: a line of the list is invalid.
    """
    rows = read_seed(SEED).to_dict(orient="records")
    return tuple(
        _listing({str(column): cell if isinstance(cell, str) else None for column, cell in row.items()})
        for row in rows
        if row["venue"] == venue
    )


@cache
def listings_of(venue: str, market: str) -> tuple[Listing, ...]:
    """The coins that have traded under one market name, oldest first; none if the list does not have it.

    Venues sometimes reuse the name of a delisted market for another coin, so a name alone does not identify a coin.
    """
    found = [listing for listing in listings(venue) if listing.market == market]
    return tuple(sorted(found, key=lambda listing: listing.listed_on or dt.date.min))


def explain(title: str, address: str, *marks: str) -> str | None:
    """Why an address of candles is not read; None if it is not an address of the venue's candles.

    Args:
        title: of the publisher.
        address: that is not read.
        marks: texts that every address of the venue's candles contains.
    """
    if not all(mark in address for mark in marks):
        return None
    return (
        f"The list of symbols has no such market of {title}, the interval does not divide a day, or the address has an "
        "unknown parameter. "
        f"To read its candles, add a row to {SEED}.csv in dbt_project/seeds or in TIDEMARK_EXTRA."
    )


def to_fetch(venue: str) -> tuple[Listing, ...]:
    """The listings of a venue that a live load fetches."""
    return tuple(listing for listing in listings(venue) if listing.fetch)


def _listing(row: Mapping[str, str | None]) -> Listing:
    def day(column: str) -> dt.date | None:
        cell = row.get(column)
        return dt.date.fromisoformat(cell) if cell else None

    return Listing(
        symbol=str(row["symbol"]),
        name=str(row["name"]),
        venue=str(row["venue"]),
        market=str(row["market"]),
        quote=str(row["quote"]),
        listed_on=day("listed_on"),
        delisted_on=day("delisted_on"),
        successor=row["successor"],
        fetch=row["fetch"] == "true",
        unbroken_since=day("unbroken_since"),
        note=row["note"],
    )
