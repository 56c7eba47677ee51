"""Claims about the list of markets: it is complete and consistent, and a mistake in it is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.sources.crypto import symbols
from orchestration.sources.registry import why_not_used
from orchestration.tables import seeds

VENUES = ("coinbase", "binance", "kraken", "binance_usdm_futures")
ALL = [listing for venue in VENUES for listing in symbols.listings(venue)]
HEADER = "symbol,name,venue,market,quote,listed_on,delisted_on,successor,fetch,note\n"


def test_every_row_belongs_to_a_known_venue():
    assert len(ALL) == len(seeds.read_seed(symbols.SEED))


@pytest.mark.parametrize("venue", ["coinbase", "binance", "kraken"])
def test_the_five_coins_are_fetched_at_every_venue(venue: str):
    assert {listing.symbol for listing in symbols.to_fetch(venue)} == {"BTC", "ETH", "SOL", "XRP", "BNB"}


def test_a_symbol_is_listed_once_per_venue():
    keys = [(listing.symbol, listing.venue) for listing in ALL]
    assert len(keys) == len(set(keys))


def test_every_listing_has_a_first_day_and_a_quote_that_the_marts_know():
    for listing in ALL:
        assert listing.listed_on is not None, listing
        assert listing.quote == ("USD" if listing.venue in ("coinbase", "kraken") else "USDT"), listing


def test_a_delisted_market_is_not_fetched_and_its_successor_is_in_the_list():
    delisted = [listing for listing in ALL if listing.delisted_on is not None]
    assert {listing.symbol for listing in delisted} == {"MATIC", "LUNA", "FTT"}
    for listing in delisted:
        assert not listing.fetch
        assert listing.listed_on is not None
        assert listing.delisted_on is not None
        assert listing.listed_on < listing.delisted_on
        at_venue = {other.symbol for other in symbols.listings(listing.venue)}
        assert listing.successor is None or listing.successor in at_venue


def test_two_coins_of_one_market_name_come_in_the_order_of_their_listing():
    found = symbols.listings_of("binance", "LUNAUSDT")
    assert [listing.symbol for listing in found] == ["LUNA", "LUNA2"]
    assert found[0].delisted_on is not None
    assert found[1].listed_on is not None
    assert found[0].delisted_on < found[1].listed_on


def test_the_message_about_a_renamed_coin_names_day_and_successor():
    (matic,) = symbols.listings_of("binance", "MATICUSDT")
    assert matic.delisted_on == dt.date(2024, 9, 10)
    assert "2024-09-10" in matic.story
    assert "POL" in matic.story


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Kraken", "https://api.kraken.com/0/public/OHLC?pair=NONEUSD&interval=1440"),
        ("Coinbase Exchange", "https://api.exchange.coinbase.com/products/NONE-USD/candles?granularity=86400"),
        ("Binance", "https://data-api.binance.vision/api/v3/klines?symbol=NONEUSDT&interval=1d"),
    ],
)
def test_a_market_that_is_not_in_the_list_is_explained_with_the_title_of_its_publisher(title: str, address: str):
    assert f"no such market of {title}," in why_not_used(address)


@pytest.fixture
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts another list in the place of the seed."""
    caches = (seeds._read, seeds._read_open, symbols.listings, symbols.listings_of)

    def write(rows: str) -> None:
        (tmp_path / f"{symbols.SEED}.csv").write_text(HEADER + rows, encoding="utf-8")

    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield write
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("BTC,Bitcoin,coinbase,BTC-USD,USD,2015-07-20,,,yes,", "fetch is 'yes'"),
        ("BTC,Bitcoin,coinbase,BTC-USD/../x,USD,2015-07-20,,,true,", "market is 'BTC-USD/../x'"),
        ("BTC,Bitcoin,coinbase,btc-usd,USD,2015-07-20,,,true,", "market is 'btc-usd'"),
        ("BTC,Bitcoin,coinbase,BTC-USD,USD,20.7.2015,,,true,", "20.7.2015"),
        ("BTC,Bitcoin,coinbase,BTC-USD,,2015-07-20,,,true,", "quote is blank"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(seed: Callable[[str], None], row: str, complaint: str):
    seed("ETH,Ether,coinbase,ETH-USD,USD,2016-05-18,,,true,\n" + row + "\n")
    with pytest.raises(seeds.ListError, match=r"crypto_symbols\.csv, line 3") as caught:
        symbols.listings("coinbase")
    assert complaint in str(caught.value)


def test_a_coin_called_na_is_not_a_missing_value(seed: Callable[[str], None]):
    seed("NA,Nirvana,coinbase,NA-USD,USD,2022-01-01,,,true,\n")
    assert symbols.listings("coinbase")[0].symbol == "NA"
