"""Claims about fetching from the exchanges: which requests are sent, and what a failure affects.

The exchanges are stood in for by a server on loopback that answers as they do; client and archive are the real ones.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources.base import Failed, Response
from orchestration.sources.crypto import binance, coinbase, kraken, symbols
from orchestration.sources.http import HttpClient
from orchestration.tables import seeds
from tests.publisher import Answer, Publisher, Request
from tests.unit import crypto_documents as made
from tests.unit.crypto_documents import DAY, Candle, at

NOW = at("2024-11-20T09:30:00")
SEED_HEADER = "symbol,name,venue,market,quote,listed_on,delisted_on,successor,fetch,note\n"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        yield server


@pytest.fixture
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts another list in the place of the seed."""
    caches = (seeds._read, seeds._read_open, symbols.listings, symbols.listings_of)

    def write(rows: str) -> None:
        (tmp_path / f"{symbols.SEED}.csv").write_text(SEED_HEADER + rows, encoding="utf-8")
        for cache in caches:
            cache.cache_clear()

    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    yield write
    for cache in caches:
        cache.cache_clear()


class Load:
    """Runs the fetch of one exchange into one archive, as often as asked."""

    def __init__(self, source: ModuleType, publisher: Publisher, folder: Path) -> None:
        self.source = source
        self.publisher = publisher
        self.archive = Archive(folder)
        self.settings = Settings(home=folder, http_attempts=1, http_requests_per_second=10_000, **publisher.addresses)
        self.failed: list[Failed] = []

    def run(self, now: dt.datetime) -> list[Request]:
        """One load; gives what was asked in it."""
        before = len(self.publisher.requests)
        self.failed = []
        with HttpClient(self.settings) as client:
            for outcome in self.source.fetch(client, self.settings, self.archive, now=now):
                if isinstance(outcome, Failed):
                    self.failed.append(outcome)
                else:
                    assert self.source.dataset_of(outcome.response.address) == outcome.dataset
                    self.archive.add(self.source.NAME, outcome.dataset, outcome.response)
        assert not any(failure.required for failure in self.failed)
        return self.publisher.requests[before:]

    def days(self, dataset: str, now: dt.datetime = NOW) -> list[pd.Timestamp]:
        """The days that the archive holds of a dataset."""
        frames = [
            self.source.parse(dataset, self.archive.read(document), now)
            for document in self.archive.documents_of(self.source.NAME, dataset)
        ]
        return sorted(set(pd.concat(frames)["opened_at"])) if frames else []


def every_day(first: str, last: str) -> list[pd.Timestamp]:
    return list(pd.date_range(first, last, freq="D"))


# --- Coinbase ------------------------------------------------------------------------------------------------------


class Coinbase:
    """Answers as Coinbase Exchange does: at most 300 candles, newest first, nothing before the listing."""

    def __init__(self, now: dt.datetime, counts_end: bool = True) -> None:
        self.now = now
        self.counts_end = counts_end
        self.listed = {"BTC-USD": at("2015-07-20"), "ETH-USD": at("2023-05-18")}

    def __call__(self, request: Request) -> Answer:
        """A page of candles."""
        market = request.path.split("/")[2]
        if market not in self.listed:
            return Answer(b'{"message":"NotFound"}', 404)
        start, end = (int(dt.datetime.fromisoformat(request.query[name]).timestamp()) for name in ("start", "end"))
        if (end - start) // DAY + 1 > 300:
            message = "granularity too small for the requested time range"
            return Answer(json.dumps({"message": message}).encode(), 400)
        first = max(start, int(self.listed[market].timestamp()))
        stop = min(end + (1 if self.counts_end else 0), int(self.now.timestamp()))
        return Answer(made.coinbase([Candle(opened) for opened in range(-(-first // DAY) * DAY, stop, DAY)]))


ONE_AND_TWO = (
    "BTC,Bitcoin,coinbase,BTC-USD,USD,2022-07-20,,,true,\n"
    "NOPE,No coin,coinbase,NOPE-USD,USD,2023-10-01,,,true,Not confirmed\n"
    "OLD,Old coin,coinbase,OLD-USD,USD,2017-01-01,2019-01-01,ETH,false,\n"
    "ETH,Ether,coinbase,ETH-USD,USD,2023-05-18,,,true,\n"
)


@pytest.mark.parametrize("counts_end", [True, False])
def test_coinbase_is_paged_from_the_listing_to_yesterday_without_a_gap(publisher, seed, tmp_path, counts_end):
    seed(ONE_AND_TWO.replace("2022-07-20", "2013-01-01"))
    publisher.route("/products/", Coinbase(NOW, counts_end))
    load = Load(coinbase, publisher, tmp_path)
    asked = load.run(NOW)
    assert load.days("BTC-USD/1d") == every_day("2015-07-20", "2024-11-19")
    assert len([request for request in asked if "BTC-USD" in request.path]) == 13
    assert load.days("ETH-USD/1d") == every_day("2023-05-18", "2024-11-19")
    assert publisher.asked("OLD-USD") == []


def test_coinbase_pages_of_the_past_are_fetched_once(publisher, seed, tmp_path):
    seed(ONE_AND_TWO)
    exchange = Coinbase(NOW)
    publisher.route("/products/", exchange)
    load = Load(coinbase, publisher, tmp_path)
    first = load.run(NOW)
    assert len([request for request in first if "BTC-USD" in request.path]) == 4
    exchange.now = NOW + dt.timedelta(days=1)
    second = load.run(exchange.now)
    assert [request.path.split("/")[2] for request in second] == ["BTC-USD", "NOPE-USD", "ETH-USD"]
    assert load.days("BTC-USD/1d", exchange.now)[-1] == pd.Timestamp("2024-11-20")


def test_coinbase_requests_are_the_same_all_day(publisher, seed, tmp_path):
    seed(ONE_AND_TWO)
    exchange = Coinbase(NOW)
    publisher.route("/products/", exchange)
    got = []
    for hours in (0, 10):
        exchange.now = NOW + dt.timedelta(hours=hours)
        load = Load(coinbase, publisher, tmp_path / str(hours))
        load.run(exchange.now)
        got.append({(document.address, document.sha256) for document in load.archive.documents()})
    assert got[0]
    assert got[0] == got[1]


@pytest.mark.parametrize(("days_after", "asked_again"), [(1, True), (4, False)])
def test_a_coinbase_page_stays_open_to_correction_for_some_days(publisher, seed, tmp_path, days_after, asked_again):
    border = dt.datetime.fromtimestamp(66 * coinbase.WINDOW * DAY, tz=dt.UTC)
    seed(f"BTC,Bitcoin,coinbase,BTC-USD,USD,{border.date() - dt.timedelta(days=20)},,,true,\n")
    now = border + dt.timedelta(days=10)
    publisher.route("/products/", Coinbase(now))
    first = Load(coinbase, publisher, tmp_path / "first")
    assert len(first.run(now)) == 2
    second = Load(coinbase, publisher, tmp_path / "second")
    for document in first.archive.documents():
        retrieved = border + dt.timedelta(days=days_after)
        second.archive.add(
            "coinbase", "BTC-USD/1d", Response(document.address, first.archive.read(document), retrieved)
        )
    asked = [request.query["end"] for request in second.run(now)]
    assert (f"{border:%Y-%m-%dT%H:%M:%SZ}" in asked) is asked_again


def test_a_missing_coinbase_market_is_explained_and_affects_no_other(publisher, seed, tmp_path):
    seed(ONE_AND_TWO)
    publisher.route("/products/", Coinbase(NOW))
    load = Load(coinbase, publisher, tmp_path)
    load.run(NOW)
    (failure,) = load.failed
    assert failure.dataset == "NOPE-USD/1d"
    assert "404" in failure.reason
    assert "NotFound" in failure.reason
    assert "NOPE-USD since 2023-10-01 (Not confirmed)" in failure.reason
    assert "crypto_symbols.csv" in failure.reason


def test_a_coinbase_page_that_fails_leaves_its_market_to_the_next_load(publisher, seed, tmp_path):
    seed(ONE_AND_TWO)
    publisher.route("/products/", Coinbase(NOW))
    publisher.fault("BTC-USD/candles?granularity=86400&start=2023-0", "status", times=1, status=503)
    load = Load(coinbase, publisher, tmp_path)
    load.run(NOW)
    assert [failure.dataset for failure in load.failed] == ["BTC-USD/1d", "NOPE-USD/1d"]
    held = load.days("BTC-USD/1d")
    assert held == every_day(str(held[0].date()), "2024-11-19")
    assert held[0] > pd.Timestamp("2023-09-01")
    assert load.days("ETH-USD/1d") == every_day("2023-05-18", "2024-11-19")
    load.run(NOW)
    assert load.days("BTC-USD/1d")[0] <= pd.Timestamp("2022-07-20")
    assert load.days("BTC-USD/1d") == every_day(str(load.days("BTC-USD/1d")[0].date()), "2024-11-19")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message":"Service temporarily down"}', "Service temporarily down"),
        (b'[["2024-11-19",1,2,3,4,5]]', "expected a whole number as time in row 1"),
        (b"<html><body>Just a moment...</body></html>", "HTML"),
    ],
)
def test_a_refusal_with_status_200_is_not_stored(publisher, seed, tmp_path, body, words):
    seed(ONE_AND_TWO)
    publisher.route("/products/BTC-USD", lambda _: Answer(body))
    publisher.route("/products/", Coinbase(NOW))
    load = Load(coinbase, publisher, tmp_path)
    load.run(NOW)
    assert words in load.failed[0].reason
    assert load.archive.documents_of("coinbase", "BTC-USD/1d") == []
    assert load.days("ETH-USD/1d") == every_day("2023-05-18", "2024-11-19")


def test_a_delisted_market_is_fetched_up_to_its_last_day(publisher, seed, tmp_path):
    seed("ETH,Ether,coinbase,ETH-USD,USD,2023-05-18,2024-03-04,,true,\n")
    publisher.route("/products/", Coinbase(NOW))
    load = Load(coinbase, publisher, tmp_path)
    load.run(NOW)
    assert load.days("ETH-USD/1d") == every_day("2023-05-18", "2024-03-04")


def test_a_password_in_a_base_address_is_neither_stored_nor_shown(publisher, seed, tmp_path):
    seed(ONE_AND_TWO)
    publisher.route("/products/", Coinbase(NOW))
    load = Load(coinbase, publisher, tmp_path)
    secret = publisher.base.replace("http://", "http://user:hunter2@")
    load.settings = load.settings.model_copy(update={"base_urls": load.settings.base_urls | {"coinbase": secret}})
    load.run(NOW)
    shown = [*(f.address + f.reason for f in load.failed), *(d.address for d in load.archive.documents())]
    assert shown
    assert not any("hunter2" in text for text in shown)
    # the archive finds its documents again: all but the market that failed
    assert ["NOPE-USD" in request.path for request in load.run(NOW)] == [True]


# --- Binance -------------------------------------------------------------------------------------------------------


class Binance:
    """Answers as Binance does: a ZIP a month with an ETag, and candles by REST up to the present moment."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.first = {"BTCUSDT": "2024-03", "ETHUSDT": "2024-05", "OLDUSDT": "2024-03"}
        self.last_month = "2024-10"
        self.geo_block = False

    def archive(self, request: Request) -> Answer:
        """A month as a ZIP."""
        name = request.path.rpartition("/")[2].removesuffix(".zip")
        market, month = name.split("-1d-")
        if not self.first[market] <= month <= self.last_month:
            return Answer(b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', 404)
        etag = f'"{name}"'
        if request.headers.get("if-none-match") == etag:
            return Answer(b"", 304, {"ETag": etag})
        start = pd.Timestamp(f"{month}-01")
        content = made.binance_csv(made.days(str(start.date()), start.days_in_month), ticks=1_000_000)
        return Answer(made.zipped(content, f"{name}.csv"), 200, {"ETag": etag})

    def rest(self, request: Request) -> Answer:
        """Candles as JSON."""
        if self.geo_block:
            message = "Service unavailable from a restricted location according to 'b. Eligibility'."
            return Answer(json.dumps({"code": 0, "msg": message}).encode(), 451)
        if request.query["symbol"] not in self.first:
            return Answer(b'{"code":-1121,"msg":"Invalid symbol."}', 400)
        start, end = (int(request.query[name]) // 1000 for name in ("startTime", "endTime"))
        opened = range(start, min(end, int(self.now.timestamp())) + 1, DAY)
        return Answer(made.binance([Candle(moment) for moment in opened[: int(request.query["limit"])]]))


@pytest.fixture
def exchange(publisher, seed) -> Binance:
    seed(
        "BTC,Bitcoin,binance,BTCUSDT,USDT,2024-03-10,,,true,\n"
        "ETH,Ether,binance,ETHUSDT,USDT,2024-05-31,,,true,\n"
        "BTC,Bitcoin,binance_usdm_futures,BTCUSDT,USDT,2019-09-08,,,false,\n"
    )
    exchange = Binance(NOW)
    publisher.route("/data/spot/monthly/klines/", exchange.archive)
    publisher.route("/api/v3/klines", exchange.rest)
    return exchange


def months(requests: list[Request], market: str) -> list[str]:
    names = [request.path.rpartition("/")[2] for request in requests if request.path.endswith(".zip")]
    return [name.removesuffix(".zip").split("-1d-")[1] for name in names if name.startswith(market)]


@pytest.mark.usefixtures("exchange")
def test_binance_gives_past_months_as_archives_and_the_rest_by_rest(publisher, tmp_path):
    load = Load(binance, publisher, tmp_path)
    asked = load.run(NOW)
    assert load.failed == []
    assert load.days("BTCUSDT/1d") == every_day("2024-03-01", "2024-11-19")
    assert load.days("ETHUSDT/1d") == every_day("2024-05-01", "2024-11-19")
    assert months(asked, "BTCUSDT") == [f"2024-{month:02}" for month in range(10, 2, -1)]
    (rest,) = [request for request in asked if request.query.get("symbol") == "BTCUSDT"]
    assert rest.query["startTime"] == str(made.seconds("2024-11-01") * 1000)
    assert rest.query["endTime"] == str(made.seconds("2024-11-20") * 1000 - 1)
    assert rest.query["limit"] == "1000"


def test_binance_months_without_an_archive_yet_come_by_rest(publisher, exchange, tmp_path):
    exchange.last_month = "2024-09"
    exchange.now = at("2024-11-08T23:00:00")
    load = Load(binance, publisher, tmp_path)
    asked = load.run(exchange.now)
    assert load.failed == []
    assert months(asked, "BTCUSDT")[0] == "2024-09"
    assert load.days("BTCUSDT/1d") == every_day("2024-03-01", "2024-11-07")
    exchange.last_month = "2024-10"
    exchange.now = at("2024-11-09T01:00:00")
    assert months(load.run(exchange.now), "BTCUSDT")[0] == "2024-10"


@pytest.mark.usefixtures("exchange")
def test_only_the_latest_two_existing_binance_archives_are_fetched_again(publisher, tmp_path):
    load = Load(binance, publisher, tmp_path)
    load.run(NOW)
    documents = load.archive.documents()
    again = load.run(NOW)
    assert months(again, "BTCUSDT") == ["2024-10", "2024-09"]
    assert all("if-none-match" in request.headers for request in again if request.path.endswith(".zip"))
    assert load.archive.documents() == documents


def test_an_archive_that_is_missing_does_not_hide_the_older_ones(publisher, exchange, tmp_path):
    publisher.fault("BTCUSDT-1d-2024-07.zip", "status", times=1, status=404)
    load = Load(binance, publisher, tmp_path)
    load.run(NOW)
    (failure,) = load.failed
    assert failure.address.endswith("BTCUSDT-1d-2024-07.zip")
    assert pd.Timestamp("2024-03-01") in load.days("BTCUSDT/1d")
    assert pd.Timestamp("2024-07-01") not in load.days("BTCUSDT/1d")
    assert months(load.run(exchange.now), "BTCUSDT") == ["2024-10", "2024-09", "2024-07"]
    assert load.failed == []
    assert load.days("BTCUSDT/1d") == every_day("2024-03-01", "2024-11-19")


@pytest.mark.usefixtures("exchange")
def test_a_down_archive_host_does_not_get_a_request_for_every_month(publisher, tmp_path):
    publisher.fault(".zip", "status", times=None, status=503)
    load = Load(binance, publisher, tmp_path)
    asked = load.run(NOW)
    assert months(asked, "BTCUSDT") == ["2024-10", "2024-09"]
    assert months(asked, "ETHUSDT") == ["2024-10", "2024-09"]
    assert load.days("ETHUSDT/1d") == every_day("2024-11-01", "2024-11-19")


def test_a_geo_block_of_rest_is_explained_and_leaves_the_archives(publisher, exchange, tmp_path):
    exchange.geo_block = True
    load = Load(binance, publisher, tmp_path)
    load.run(NOW)
    assert [failure.dataset for failure in load.failed] == ["BTCUSDT/1d", "ETHUSDT/1d"]
    for failure in load.failed:
        assert "451" in failure.reason
        assert "restricted location" in failure.reason
        assert "other venues replace it" in failure.reason
    assert load.days("BTCUSDT/1d") == every_day("2024-03-01", "2024-10-31")


@pytest.mark.usefixtures("exchange")
def test_a_zip_with_other_content_is_not_stored(publisher, tmp_path):
    publisher.fault("BTCUSDT-1d-2024-07.zip", "cut_with_right_length", times=1)
    load = Load(binance, publisher, tmp_path)
    load.run(NOW)
    (failure,) = load.failed
    assert "cannot be unpacked" in failure.reason
    assert pd.Timestamp("2024-07-01") not in load.days("BTCUSDT/1d")


@pytest.mark.usefixtures("exchange")
def test_a_delisted_binance_market_has_archives_up_to_its_last_month_and_no_present(publisher, seed, tmp_path):
    seed("OLD,Old coin,binance,OLDUSDT,USDT,2024-03-05,2024-06-10,NEW,true,\n")
    load = Load(binance, publisher, tmp_path)
    asked = load.run(NOW)
    assert months(asked, "OLDUSDT") == ["2024-06", "2024-05", "2024-04", "2024-03"]
    assert len(asked) == 4


@pytest.mark.usefixtures("exchange")
def test_a_market_that_binance_does_not_have_is_explained_with_its_successor(publisher, seed, tmp_path):
    seed("MATIC,Polygon (old token),binance,MATICUSDT,USDT,2024-11-01,2024-11-30,POL,true,\n")
    load = Load(binance, publisher, tmp_path)
    load.run(NOW)
    assert "Invalid symbol" in load.failed[0].reason
    assert "POL replaced it" in load.failed[0].reason


def test_a_coin_listed_this_month_is_fetched_from_its_first_day(publisher, seed, exchange, tmp_path):
    seed("BTC,Bitcoin,binance,BTCUSDT,USDT,2024-11-12,,,true,\n")
    load = Load(binance, publisher, tmp_path)
    (request,) = load.run(exchange.now)
    assert request.query["startTime"] == str(made.seconds("2024-11-12") * 1000)


# --- Kraken --------------------------------------------------------------------------------------------------------


def test_kraken_gets_one_request_per_market_and_its_errors_affect_no_other(publisher, seed, tmp_path):
    seed(
        "BTC,Bitcoin,kraken,XBTUSD,USD,2013-10-06,,,true,\n"
        "NOPE,No coin,kraken,NOPEUSD,USD,2023-04-01,,,true,\n"
        "OLD,Old coin,kraken,OLDUSD,USD,2017-01-01,2020-01-01,,true,\n"
        "ETH,Ether,kraken,ETHUSD,USD,2015-08-07,,,true,\n"
    )

    def answer(request: Request) -> Answer:
        if request.query["pair"] == "NOPEUSD":
            return Answer(b'{"error":["EQuery:Unknown asset pair"]}')
        return Answer(made.kraken(made.days("2022-12-02", 720), f"X{request.query['pair']}"))

    publisher.route("/0/public/OHLC", answer)
    load = Load(kraken, publisher, tmp_path)
    asked = load.run(NOW)
    assert [dict(request.query) for request in asked] == [
        {"pair": pair, "interval": "1440"} for pair in ("XBTUSD", "NOPEUSD", "ETHUSD")
    ]
    (failure,) = load.failed
    assert failure.dataset == "NOPEUSD/1d"
    assert "EQuery:Unknown asset pair" in failure.reason
    assert load.days("XBTUSD/1d")[-1] == pd.Timestamp("2024-11-19")
    assert load.days("ETHUSD/1d")[-1] == pd.Timestamp("2024-11-19")


@pytest.mark.parametrize("source", [coinbase, binance, kraken])
def test_without_a_time_the_clock_is_used(source, publisher, seed, tmp_path):
    seed(
        "BTC,Bitcoin,coinbase,BTC-USD,USD,2024-01-01,,,true,\n"
        "BTC,Bitcoin,binance,BTCUSDT,USDT,2024-01-01,,,true,\n"
        "BTC,Bitcoin,kraken,XBTUSD,USD,2024-01-01,,,true,\n"
    )
    load = Load(source, publisher, tmp_path)
    with HttpClient(load.settings) as client:
        outcomes = list(source.fetch(client, load.settings, load.archive))
    assert outcomes
    assert all(isinstance(outcome, Failed) and not outcome.required for outcome in outcomes)
    if source is not kraken:
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        asked = publisher.requests[0].query
        last = asked.get("end") or dt.datetime.fromtimestamp(int(asked["endTime"]) / 1000, tz=dt.UTC).isoformat()
        assert last[:10] == f"{yesterday:%Y-%m-%d}"
