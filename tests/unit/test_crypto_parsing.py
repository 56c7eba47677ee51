"""Claims about the bytes of the exchanges: which rows are read, dropped or refused, and with which message."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from orchestration.sources.base import FormatError
from orchestration.sources.crypto import binance, candles, coinbase, kraken
from tests.unit import crypto_documents as made
from tests.unit.crypto_documents import DAY, Candle, at

LATER = at("2026-11-01")
WEEK = made.days("2026-08-01", 7)


def zipped_week(week: Sequence[Candle]) -> bytes:
    return made.zipped(made.binance_csv(week))


SERVED: list[tuple[ModuleType, str, Callable[[Sequence[Candle]], bytes]]] = [
    (coinbase, "BTC-USD/1d", made.coinbase),
    (binance, "BTCUSDT/1d", made.binance),
    (binance, "BTCUSDT/1d", zipped_week),
    (kraken, "XBTUSD/1d", made.kraken),
]
every_publisher = pytest.mark.parametrize(
    ("publisher", "dataset", "serve"), SERVED, ids=["coinbase", "binance", "binance-zip", "kraken"]
)


def assert_contract(frame: pd.DataFrame) -> None:
    """The columns, types and order that every parser owes to `crypto_candles`."""
    assert tuple(frame.columns) == candles.COLUMNS
    for name in ("venue", "symbol", "quote", "candle_interval"):
        assert frame[name].dtype == "str", name
    assert frame["opened_at"].dtype == "datetime64[us]"
    for name in candles.FIGURES:
        assert frame[name].dtype == "float64", name
    assert frame["line_number"].dtype == "int64"
    assert frame["opened_at"].is_monotonic_increasing
    assert frame["opened_at"].is_unique


def without_lines(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="line_number")


@every_publisher
def test_a_document_gives_its_candles_oldest_first(publisher, dataset, serve):
    frame = publisher.parse(dataset, serve(WEEK), LATER)
    assert_contract(frame)
    assert frame["opened_at"].tolist() == [pd.Timestamp(c.opened, unit="s") for c in WEEK]
    for name in candles.FIGURES:
        assert frame[name].tolist() == [getattr(c, name) for c in WEEK], name
    assert set(frame["venue"]) == {publisher.NAME}
    assert set(frame["symbol"]) == {"BTC"}
    assert set(frame["quote"]) == {"USDT" if publisher is binance else "USD"}
    assert set(frame["candle_interval"]) == {"1d"}


@every_publisher
def test_line_numbers_lead_back_into_the_document(publisher, dataset, serve):
    frame = publisher.parse(dataset, serve(WEEK), LATER)
    expected = list(range(7, 0, -1)) if publisher is coinbase else list(range(1, 8))
    assert frame["line_number"].tolist() == expected


@every_publisher
def test_the_order_of_the_document_does_not_matter(publisher, dataset, serve):
    straight = publisher.parse(dataset, serve(WEEK), LATER)
    shuffled = publisher.parse(dataset, serve([WEEK[i] for i in (3, 0, 6, 1, 5, 2, 4)]), LATER)
    pd.testing.assert_frame_equal(without_lines(straight), without_lines(shuffled))


@every_publisher
def test_the_frame_can_be_written_to(publisher, dataset, serve):
    frame = publisher.parse(dataset, serve(WEEK), LATER)
    frame.loc[2, "close"] = 1.0
    frame.loc[2, "symbol"] = "X"
    assert frame["close"].tolist()[2] == 1.0
    assert frame["symbol"].tolist()[1:4] == ["BTC", "X", "BTC"]


@every_publisher
def test_a_candle_counts_from_the_moment_it_closes(publisher, dataset, serve):
    closing = at("2026-08-08")  # of the candle that opened on the 7th
    closed = publisher.parse(dataset, serve(WEEK), closing)
    assert closed["opened_at"].max() == pd.Timestamp("2026-08-07")
    open_yet = publisher.parse(dataset, serve(WEEK), closing - dt.timedelta(microseconds=1))
    assert_contract(open_yet)
    assert open_yet["opened_at"].max() == pd.Timestamp("2026-08-06")


@every_publisher
def test_the_time_of_retrieval_is_a_moment_and_not_a_wall_clock(publisher, dataset, serve):
    tokyo = dt.timezone(dt.timedelta(hours=9))
    frame = publisher.parse(dataset, serve(WEEK), dt.datetime(2026, 8, 8, 8, 59, tzinfo=tokyo))
    assert frame["opened_at"].max() == pd.Timestamp("2026-08-06")


@every_publisher
def test_a_repeated_candle_counts_once(publisher, dataset, serve):
    frame = publisher.parse(dataset, serve([*WEEK, WEEK[3]]), LATER)
    expected = publisher.parse(dataset, serve(WEEK), LATER)
    pd.testing.assert_frame_equal(without_lines(frame), without_lines(expected))


@every_publisher
def test_a_repeated_candle_with_a_missing_figure_counts_once(publisher, dataset, serve):
    hollow = replace(WEEK[3], close=float("nan"))
    assert len(publisher.parse(dataset, serve([hollow, hollow]), LATER)) == 1
    with pytest.raises(FormatError, match="two different candles"):
        publisher.parse(dataset, serve([hollow, WEEK[3]]), LATER)


@every_publisher
@pytest.mark.parametrize("name", candles.FIGURES)
def test_two_different_candles_for_one_time_are_refused(publisher, dataset, serve, name):
    other = replace(WEEK[3], **{name: 99.0})
    with pytest.raises(FormatError, match=r"two different candles .* opened at 2026-08-04T00:00:00Z"):
        publisher.parse(dataset, serve([*WEEK, other]), LATER)


@every_publisher
def test_two_states_of_a_candle_that_has_not_closed_are_both_dropped(publisher, dataset, serve):
    other = replace(WEEK[6], close=99.0)
    frame = publisher.parse(dataset, serve([*WEEK, other]), at("2026-08-07T12:00:00"))
    assert len(frame) == 6


@every_publisher
def test_a_day_that_does_not_begin_at_midnight_utc_is_refused(publisher, dataset, serve):
    shifted = [replace(candle, opened=candle.opened + 8 * 3600) for candle in WEEK]
    with pytest.raises(FormatError, match=r"2026-08-0\dT08:00:00Z, which is not the opening .* 1d in UTC"):
        publisher.parse(dataset, serve(shifted), LATER)


@every_publisher
@pytest.mark.parametrize("factor", [1_000_000, 0.001])
def test_times_in_another_unit_are_refused(publisher, dataset, serve, factor):
    shifted = [replace(candle, opened=int(candle.opened * factor)) for candle in WEEK]
    with pytest.raises(FormatError, match=r"since 1970"):
        publisher.parse(dataset, serve(shifted), LATER)


def test_a_candle_of_the_far_future_is_refused_not_dropped():
    with pytest.raises(FormatError, match=r"after the document was retrieved .*as_of"):
        coinbase.parse("BTC-USD/1d", made.coinbase(WEEK), at("2026-07-01"))


@every_publisher
def test_implausible_prices_are_left_to_the_rules(publisher, dataset, serve):
    odd = [replace(WEEK[0], high=-1.0, low=1e12), replace(WEEK[1], close=float("nan"), open=float("inf"))]
    frame = publisher.parse(dataset, serve(odd), LATER)
    assert frame["high"].tolist()[0] == -1.0
    assert frame["low"].tolist()[0] == 1e12
    assert np.isnan(frame["close"].tolist()[1])
    assert np.isinf(frame["open"].tolist()[1])


@pytest.mark.parametrize(
    ("publisher", "dataset", "body"),
    [
        (coinbase, "BTC-USD/1d", b"[]"),
        (binance, "BTCUSDT/1d", b"[]"),
        (kraken, "XBTUSD/1d", b'{"error":[],"result":{"XXBTZUSD":[],"last":0}}'),
        (binance, "BTCUSDT/1d", made.zipped(made.HEADER.encode() + b"\n")),
    ],
)
def test_no_trades_is_not_an_error(publisher, dataset, body):
    frame = publisher.parse(dataset, body, LATER)
    assert_contract(frame)
    assert frame.empty


# --- layouts -------------------------------------------------------------------------------------------------------


def test_coinbase_gives_low_and_high_before_the_open():
    body = f"[[{WEEK[0].opened}, 1.5, 4.5, 2.5, 3.5, 10.25]]".encode()
    row = coinbase.parse("BTC-USD/1d", body, LATER).iloc[0]
    assert [row[name] for name in candles.FIGURES] == [2.5, 4.5, 1.5, 3.5, 10.25]


def test_kraken_gives_the_mean_price_before_the_volume():
    body = (
        f'{{"error":[],"result":{{"XXBTZUSD":[[{WEEK[0].opened},"2.5","4.5","1.5","3.5","9.9","10.25",77]],"last":1}}}}'
    )
    row = kraken.parse("XBTUSD/1d", body.encode(), LATER).iloc[0]
    assert [row[name] for name in candles.FIGURES] == [2.5, 4.5, 1.5, 3.5, 10.25]


@pytest.mark.parametrize("key", ["XXBTZUSD", "XBTUSD", "XBT/USD"])
def test_kraken_answers_under_a_name_of_its_own(key: str):
    assert len(kraken.parse("XBTUSD/1d", made.kraken(WEEK, key), LATER)) == 7


def test_binance_figures_may_come_without_quotes():
    rows = json.loads(made.binance(WEEK))
    bare = json.dumps([[cell if i in (0, 6) else float(cell) for i, cell in enumerate(row)] for row in rows])
    pd.testing.assert_frame_equal(
        binance.parse("BTCUSDT/1d", bare.encode(), LATER),
        binance.parse("BTCUSDT/1d", made.binance(WEEK), LATER),
    )


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("ticks", [1_000, 1_000_000])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_archives_and_rest_give_the_same_rows_for_any_unit_and_header(header, ticks, newline):
    text = made.binance_csv(WEEK, ticks=ticks, header=header).replace(b"\n", newline)
    archive = binance.parse("BTCUSDT/1d", made.zipped(text), LATER)
    rest = binance.parse("BTCUSDT/1d", made.binance(WEEK), LATER)
    pd.testing.assert_frame_equal(without_lines(archive), without_lines(rest))
    assert archive["line_number"].tolist() == [number + header for number in range(1, 8)]


def test_an_archive_may_change_to_microseconds_in_the_middle():
    old, new = made.binance_csv(WEEK[:3]), made.binance_csv(WEEK[3:], ticks=1_000_000)
    frame = binance.parse("BTCUSDT/1d", made.zipped(old + new), LATER)
    assert frame["opened_at"].tolist() == [pd.Timestamp(c.opened, unit="s") for c in WEEK]


def test_an_archive_need_not_end_with_a_line_end():
    text = made.binance_csv(WEEK).rstrip(b"\n")
    assert len(binance.parse("BTCUSDT/1d", made.zipped(text), LATER)) == 7


def test_futures_are_a_venue_of_their_own():
    four_hours = [Candle(made.seconds("2024-01-01") + i * 14_400) for i in range(6)]
    text = made.binance_csv(four_hours, width=14_400, header=True)
    frame = binance.parse("um/BTCUSDT/4h", made.zipped(text, "BTCUSDT-4h-2024-01.csv"), LATER)
    assert set(frame["venue"]) == {"binance_usdm_futures"}
    assert set(frame["candle_interval"]) == {"4h"}
    assert frame["opened_at"].max() == pd.Timestamp("2024-01-01 20:00")


def test_minutes_are_read_as_days_are():
    start = made.seconds("2026-08-01")
    minutes = [Candle(start + i * 60, volume=i) for i in range(3000)]
    text = made.binance_csv(minutes, width=60, ticks=1_000_000)
    retrieved = at("2026-08-03T01:00:30")
    frame = binance.parse("BTCUSDT/1m", made.zipped(text, "BTCUSDT-1m-2026-08.csv"), retrieved)
    assert_contract(frame)
    assert len(frame) == 2 * 1440 + 60
    rest = binance.parse("BTCUSDT/1m", made.binance(minutes, width=60), retrieved)
    pd.testing.assert_frame_equal(frame, rest)


def test_one_market_name_may_have_been_two_coins():
    terra = [*made.days("2022-05-09", 5), *made.days("2022-05-31", 2)]
    text = made.binance_csv(terra)
    frame = binance.parse("LUNAUSDT/1d", made.zipped(text, "LUNAUSDT-1d-2022-05.csv"), LATER)
    assert_contract(frame)
    assert frame["symbol"].tolist() == ["LUNA"] * 5 + ["LUNA2"] * 2


def test_rest_candles_of_another_width_than_asked_for_are_refused():
    with pytest.raises(FormatError, match=r"expected candles of 4h.*Check the interval"):
        binance.parse("BTCUSDT/4h", made.binance(WEEK), LATER)


# --- refusals ------------------------------------------------------------------------------------------------------

GEO_BLOCK = (
    b'{"code":0,"msg":"Service unavailable from a restricted location according to \'b. Eligibility\' in '
    b'https://www.binance.com/en/terms."}'
)


@pytest.mark.parametrize(
    ("publisher", "dataset", "body", "words", "advice"),
    [
        (binance, "MATICUSDT/1d", b'{"code":-1121,"msg":"Invalid symbol."}', "Invalid symbol.", "POL"),
        (binance, "FTTUSDT/1d", b'{"code":-1121,"msg":"Invalid symbol."}', "Invalid symbol.", "2022-11-15"),
        (binance, "BTCUSDT/1d", GEO_BLOCK, "restricted location", "other venues replace it"),
        (binance, "BTCUSDT/1d", b"451 Unavailable For Legal Reasons", "451", "other venues replace it"),
        (binance, "BTCUSDT/1d", b'{"code":-1003,"msg":"Too many requests."}', "Too many requests.", "again later"),
        (coinbase, "BNB-USD/1d", b'{"message":"NotFound"}', "NotFound", "does not know the market"),
        (
            coinbase,
            "BTC-USD/1d",
            b'{"message":"granularity too small for the requested time range."}',
            "granularity too small",
            "again later",
        ),
        (kraken, "XBTUSD/1d", b'{"error":["EQuery:Unknown asset pair"]}', "EQuery:Unknown asset pair", "fetch"),
        (kraken, "XBTUSD/1d", b'{"error":["EGeneral:Too many requests"],"result":{}}', "Too many", "again later"),
    ],
)
def test_a_refusal_quotes_the_publisher_and_says_what_to_do(publisher, dataset, body, words, advice):
    with pytest.raises(FormatError) as caught:
        publisher.parse(dataset, body, LATER)
    assert words in str(caught.value)
    assert advice in str(caught.value)


PUBLISHERS = [(coinbase, "BTC-USD/1d", 6), (binance, "BTCUSDT/1d", 12), (kraken, "XBTUSD/1d", 8)]
every_json = pytest.mark.parametrize(("publisher", "dataset", "width"), PUBLISHERS)


def enclosed(publisher: ModuleType, rows: str) -> bytes:
    """Rows as the publisher's answer encloses them."""
    if publisher is kraken:
        return f'{{"error":[],"result":{{"XXBTZUSD":{rows},"last":1}}}}'.encode()
    return rows.encode()


@every_json
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>Access denied</body></html>", "web page (HTML)"),
        (b"\n\n<html>", "web page (HTML)"),
        (b"\xef\xbb\xbf<html>", "web page (HTML)"),
        (b"[[1,2", "expected JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
        ("[1,2]".encode("utf-16"), "not UTF-8"),
        (b"[" * 100_000, "too deep"),
        (b"[" + b"9" * 10_000 + b"]", "a number too long"),
        (b"null", "expected"),
        (b"42", "expected"),
        (b'"candles"', "expected"),
        (b"{}", ""),
        (b"[1,2,3]", ""),
    ],
)
def test_an_answer_without_candles_is_refused(publisher, dataset, width, body, words):  # noqa: ARG001
    with pytest.raises(FormatError) as caught:
        publisher.parse(dataset, body, LATER)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 800


@every_json
def test_a_row_with_a_cell_too_many_or_too_few_is_named(publisher, dataset, width):
    good = json.dumps([WEEK[0].opened, *["1.0"] * (width - 1)])
    for count in (width - 1, width + 1):
        bad = json.dumps([WEEK[1].opened, *["1.0"] * (count - 1)])
        with pytest.raises(FormatError, match=rf"{width} cells in row 2, found {count} cells"):
            publisher.parse(dataset, enclosed(publisher, f"[{good},{bad}]"), LATER)


@every_json
@pytest.mark.parametrize("cell", ["null", "true", '""', '"12,5"', '"1_000"', '" 1"', "[]", "{}", '"n.a."', '"\\ud800"'])
def test_a_cell_that_is_not_a_number_is_named_with_its_row(publisher, dataset, width, cell):
    position = 4
    cells = [[str(WEEK[i].opened), *['"1.0"'] * (width - 1)] for i in range(2)]
    if publisher is binance:
        for i in range(2):
            cells[i][6] = str((WEEK[i].opened + DAY) * 1000 - 1)
            cells[i][0] += "000"
    cells[1][position] = cell
    rows = "[" + ",".join("[" + ",".join(row) + "]" for row in cells) + "]"
    with pytest.raises(FormatError, match=r"expected a number as (open|high|low|close) in row 2, found"):
        publisher.parse(dataset, enclosed(publisher, rows), LATER)


@every_json
@pytest.mark.parametrize("cell", ["1785542400.5", '"2026-08-01"', "null", "1e30", "99999999999999999999"])
def test_a_time_that_is_not_a_whole_number_is_named_with_its_row(publisher, dataset, width, cell):
    rows = "[[" + ",".join([cell, *["1.0"] * (width - 1)]) + "]]"
    with pytest.raises(FormatError, match=r"expected a whole number as (open )?time in row 1"):
        publisher.parse(dataset, enclosed(publisher, rows), LATER)


def test_an_oversized_answer_is_not_decoded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orchestration.sources.crypto.documents.LARGEST_ANSWER", 1000)
    with pytest.raises(FormatError, match=r"at most 1,000 bytes"):
        coinbase.parse("BTC-USD/1d", b"[" + b" " * 1000 + b"]", LATER)


def test_kraken_must_answer_with_one_pair():
    for result in ("{}", '{"last":1}', '{"A":[],"B":[],"last":1}', "[]", "null", '{"A":{},"last":1}'):
        with pytest.raises(FormatError, match="one pair"):
            kraken.parse("XBTUSD/1d", f'{{"error":[],"result":{result}}}'.encode(), LATER)


@pytest.mark.parametrize(
    ("publisher", "dataset"),
    [
        (coinbase, "DOGE-USD/1d"),
        (coinbase, "BTC-USD/7h"),
        (binance, "BTCUSDT"),
        (binance, "um/MATICUSDT/1d"),
        (kraken, "/"),
    ],
)
def test_a_market_that_the_list_does_not_have_is_explained(publisher, dataset):
    with pytest.raises(FormatError, match=r"crypto_symbols\.csv"):
        publisher.parse(dataset, b"[]", LATER)


# --- addresses -----------------------------------------------------------------------------------------------------

ARCHIVE = "https://data.binance.vision/data"


@pytest.mark.parametrize(
    ("publisher", "address", "dataset"),
    [
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400", "BTC-USD/1d"),
        (
            coinbase,
            "http://127.0.0.1:80/products/ETH-USD/candles?start=2026-01-01T00:00:00Z&granularity=60&end=x",
            "ETH-USD/1m",
        ),
        (coinbase, "http://proxy/coinbase/products/BTC-USD/candles?granularity=21600", "BTC-USD/6h"),
        (coinbase, "https://api.exchange.coinbase.com/products/DOGE-USD/candles?granularity=86400", None),
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/candles", None),
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=-1", None),
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=7000", None),
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/trades?granularity=86400", None),
        (binance, "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=1000", "BTCUSDT/1d"),
        (binance, "http://[::1]:9/api/v3/klines?interval=1m&symbol=SOLUSDT&startTime=1", "SOLUSDT/1m"),
        (binance, "https://fapi.binance.com/fapi/v1/klines?symbol=BTCUSDT&interval=4h", "um/BTCUSDT/4h"),
        (binance, "https://api.binance.com/api/v3/klines?symbol=MATICUSDT&interval=1d", "MATICUSDT/1d"),
        (binance, "https://api.binance.us/api/v3/klines?symbol=BTCUSDT&interval=1d", None),
        (binance, "https://api.binance.com/api/v3/klines?symbol=DOGEUSDT&interval=1d", None),
        (binance, "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1M", None),
        (binance, "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1w", None),
        (binance, "https://api.binance.com/api/v3/klines", None),
        (binance, "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1d&timeZone=8", None),
        (coinbase, "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400&side=buy", None),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440&pair=ETHUSD", None),
        (binance, f"{ARCHIVE}/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2026-08.zip", "BTCUSDT/1d"),
        (binance, f"{ARCHIVE}/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-08-31.zip", "intraday/BTCUSDT/1m"),
        (
            binance,
            f"{ARCHIVE}/futures/um/monthly/klines/BTCUSDT/5m/BTCUSDT-5m-2024-01.zip",
            "um/intraday/BTCUSDT/5m",
        ),
        (binance, f"{ARCHIVE}/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-08.zip", "BTCUSDT/1h"),
        (binance, f"{ARCHIVE}/futures/um/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-01.zip", "um/BTCUSDT/4h"),
        (binance, f"{ARCHIVE}/futures/cm/monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2024-01.zip", None),
        (binance, f"{ARCHIVE}/spot/monthly/klines/BTCUSDT/1d/ETHUSDT-1d-2026-08.zip", None),
        (binance, f"{ARCHIVE}/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1h-2026-08.zip", None),
        (binance, f"{ARCHIVE}/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2026-08.zip.CHECKSUM", None),
        (binance, f"{ARCHIVE}/spot/monthly/trades/BTCUSDT/BTCUSDT-trades-2026-08.zip", None),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440", "XBTUSD/1d"),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440&since=1", "XBTUSD/1d"),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=ETHUSD", "ETHUSD/1m"),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=10080", None),
        (kraken, "https://api.kraken.com/0/public/OHLC?pair=DOGEUSD&interval=1440", None),
        (kraken, "https://api.kraken.com/0/public/Trades?pair=XBTUSD", None),
    ],
)
def test_an_address_identifies_its_dataset(publisher, address, dataset):
    assert publisher.dataset_of(address) == dataset
    for other in (coinbase, binance, kraken):
        if other is not publisher:
            assert other.dataset_of(address) is None
    if dataset is not None:
        assert publisher.raw_table(dataset) == "crypto_candles"


@pytest.mark.parametrize("publisher", [coinbase, binance, kraken])
@pytest.mark.parametrize(
    "address",
    [
        "",
        "folder:binance/x.json",
        "http://[::1",
        "https://www.cryptodatadownload.com/cdd/Binance_BTCUSDT_d.csv",
        "https://fred.stlouisfed.org/graph/fredgraph.csv?id=CBBTCUSD",
    ],
)
def test_other_addresses_are_not_ours(publisher, address):
    assert publisher.dataset_of(address) is None


@pytest.mark.parametrize(
    ("name", "length"),
    [("1s", 1), ("1m", 60), ("15m", 900), ("4h", 14_400), ("1d", 86_400), ("12h", 43_200)],
)
def test_an_interval_has_one_name_and_one_length(name, length):
    assert candles.interval_seconds(name) == length
    assert candles.interval_name(length) == name


@pytest.mark.parametrize("name", ["", "d", "1", "0m", "1M", "1w", "2d", "7h", "1D", "-1d", "1d ", "٣h", "99999h"])
def test_an_interval_that_does_not_divide_a_day_is_not_read(name):
    assert candles.interval_seconds(name) is None
