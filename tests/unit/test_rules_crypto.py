"""The rules of candles: good ones break none, and the smallest fault breaks the rule that is there for it."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.loading.rules.rule_files import DOCUMENT, ROW
from tests.unit.candle_relations import SUITE, Document, Load

Change = Callable[[pd.DataFrame], pd.DataFrame]
PRICES = ["open", "high", "low", "close"]
FIRST = pd.Timestamp("2024-01-01")
DAYS = 90
RETRIEVED = dt.datetime(2024, 3, 31, 12, tzinfo=dt.UTC)


def walk(seed: int, width: float) -> list[float]:
    """A random walk, an hour a step, the same each time."""
    steps = random.Random(seed)
    return list(itertools.accumulate(steps.gauss(0, width) for _ in range(DAYS * 24 + 1)))


COMMON = walk(1, 0.005)


def candles(venue: str, symbol: str, quote: str, level: float, interval: str = "1d", hours: int = 24) -> pd.DataFrame:
    """A market without gaps; coins move together, each with a walk of its own, the same at every venue."""
    own = walk(sum(symbol.encode()), 0.001)

    def price(hour: int) -> float:
        return round(level * math.exp(COMMON[hour] + own[hour]), 4)

    steps = range(0, DAYS * 24, hours)
    opens, closes = [price(step) for step in steps], [price(step + hours) for step in steps]
    return pd.DataFrame(
        {
            "venue": venue,
            "symbol": symbol,
            "quote": quote,
            "candle_interval": interval,
            "opened_at": [FIRST + pd.Timedelta(hours=step) for step in steps],
            "open": opens,
            "high": [max(pair) * 1.01 for pair in zip(opens, closes, strict=True)],
            "low": [min(pair) * 0.99 for pair in zip(opens, closes, strict=True)],
            "close": closes,
            "volume": [hours * 100.0 + number for number, _ in enumerate(steps)],
            "line_number": range(1, len(steps) + 1),
        }
    )


def document(rows: pd.DataFrame, retrieved_at: dt.datetime = RETRIEVED) -> Document:
    interval = rows["candle_interval"].iloc[0]
    market = f"{rows['symbol'].iloc[0]}USDT"
    query = f"symbol={market}&interval={interval}&limit=1000&startTime={FIRST.value // 10**6}"
    return Document(
        "binance", f"{market}/{interval}", f"https://api.binance.com/api/v3/klines?{query}", retrieved_at, rows
    )


BITCOIN = document(candles("binance", "BTC", "USDT", 60_000))
ETHER = document(candles("binance", "ETH", "USDT", 2_400))
KRAKEN = Document(
    "kraken",
    "XBTUSD/1d",
    "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440",
    RETRIEVED,
    candles("kraken", "BTC", "USD", 60_020),
)
HOURS = document(candles("binance", "BTC", "USDT", 60_000, "4h", 4))


def rules_broken(load: Load, scope: str, of: Document) -> set[str]:
    return {rule for rule, rows in load.broken(scope).items() if of.document_id in set(rows["document_id"])}


def at(row: int, **cells: Any) -> Change:
    """Other cells in one row; a function is given what stood there."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.copy()
        for name, cell in cells.items():
            rows.loc[row, name] = cell(rows.loc[row, name]) if callable(cell) else cell
        return rows

    return change


def scaled(row: int, factor: float) -> Change:
    return at(row, **dict.fromkeys(PRICES, lambda price: price * factor))


def everywhere(factor: float, *names: str) -> Change:
    return lambda rows: rows.assign(**{name: rows[name] * factor for name in names})


def swapped(one: str, other: str) -> Change:
    return lambda rows: rows.assign(**{one: rows[other], other: rows[one]})


def later(days: int) -> Change:
    return lambda rows: rows.assign(opened_at=rows["opened_at"] + pd.Timedelta(days=days))


def unclosed(rows: pd.DataFrame) -> pd.DataFrame:
    """The candle of the day of retrieval."""
    last = rows.iloc[[-1]]
    price = last["close"]
    return last.assign(
        opened_at=last["opened_at"] + pd.Timedelta(days=1), open=price, high=price * 1.01, low=price * 0.99
    )


def test_good_candles_break_no_rule() -> None:
    load = Load([BITCOIN, ETHER, KRAKEN])
    for each in (BITCOIN, ETHER):
        assert rules_broken(load, ROW, each) == set()
        assert rules_broken(load, DOCUMENT, each) == set()
    assert rules_broken(load, ROW, KRAKEN) == set()


def load_again(change: Change | None = None) -> Load:
    """The same document three days later, after a load of everything."""
    rows = change(BITCOIN.rows) if change else BITCOIN.rows
    return Load([replace(BITCOIN, rows=rows, retrieved_at=RETRIEVED + dt.timedelta(days=1))], [BITCOIN, ETHER, KRAKEN])


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (at(40, opened_at=pd.NaT), {"opened_at_is_there"}),
        (at(40, venue="mtgox"), {"venue_is_known", "market_is_listed"}),
        (at(40, quote="EUR"), {"quote_is_known", "market_is_listed"}),
        (at(40, symbol="DOGE"), {"market_is_listed"}),
        (at(40, candle_interval="1w"), {"interval_is_known"}),
        (at(40, candle_interval="7h"), {"interval_divides_a_day", "opens_on_the_grid"}),
        (at(40, open=None), {"open_is_there"}),
        (at(40, high=None), {"high_is_there"}),
        (at(40, low=None), {"low_is_there"}),
        (at(40, close=None), {"close_is_there"}),
        (at(40, volume=None), {"volume_is_there"}),
        (at(40, low=0.0), {"prices_are_positive", "low_is_within_reach"}),
        (at(40, volume=-1.0), {"volume_is_not_negative", "turnover_is_plausible", "day_was_traded"}),
        (at(40, volume=0.0), {"a_price_moves_by_trades", "day_was_traded"}),
        (at(40, low=lambda low: low * 1.2), {"low_is_lowest"}),
        (at(40, high=lambda high: high / 1.2), {"high_is_highest"}),
        (at(40, high=lambda high: high * 10), {"high_is_within_reach"}),
        (at(40, low=lambda low: low / 10), {"low_is_within_reach"}),
        (lambda rows: pd.concat([rows, rows.iloc[[40]]]), {"key_is_unique"}),
        (lambda rows: pd.concat([rows, unclosed(rows)]), {"candle_has_closed"}),
        (everywhere(10, *PRICES), {"price_is_not_above_its_time", "close_agrees_with_a_second_venue"}),
        (everywhere(0.1, *PRICES), {"price_is_not_below_its_time", "close_agrees_with_a_second_venue"}),
        (everywhere(1.06, *PRICES), {"close_agrees_with_a_second_venue"}),
        (scaled(40, 1.02), {"opens_where_the_last_one_closed"}),
        (everywhere(60_000, "volume"), {"turnover_is_plausible"}),
    ],
)
def test_a_bad_candle_breaks_its_rule(change: Change, rules: set[str]) -> None:
    bad = replace(BITCOIN, rows=change(BITCOIN.rows))
    assert rules_broken(Load([bad, ETHER, KRAKEN]), ROW, bad) == rules


def test_a_spike_differs_from_both_neighbours() -> None:
    rows = scaled(40, 1.4)(BITCOIN.rows)
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
    assert found["close_is_no_spike"]["line_number"].tolist() == [41]


def test_the_neighbours_of_a_wrong_candle_are_not_quarantined_with_it() -> None:
    rows = scaled(40, 1.02)(BITCOIN.rows)
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
    assert found["opens_where_the_last_one_closed"]["line_number"].tolist() == [41]


def test_two_swapped_candles_are_found() -> None:
    rows = BITCOIN.rows.copy()
    rows.loc[[40, 50], [*PRICES, "volume"]] = rows.loc[[50, 40], [*PRICES, "volume"]].to_numpy()
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
    assert set(found["opens_where_the_last_one_closed"]["line_number"]) == {41, 51}


def test_a_stuck_feed_is_found() -> None:
    rows = BITCOIN.rows.copy()
    rows.loc[80:, [*PRICES, "volume"]] = rows.loc[79, [*PRICES, "volume"]].to_numpy()
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
    assert sorted(found["candle_is_not_the_one_before"]["line_number"]) == list(range(81, 91))


def test_hours_off_are_off_the_grid() -> None:
    rows = BITCOIN.rows.assign(opened_at=BITCOIN.rows["opened_at"] - pd.Timedelta(hours=8))
    assert "opens_on_the_grid" in rules_broken(Load([bad := replace(BITCOIN, rows=rows)]), ROW, bad)


def test_a_known_close_that_is_rewritten_is_quarantined() -> None:
    load = load_again(at(40, close=lambda close: close * 1.012, high=lambda high: high * 1.02))
    assert "closed_candle_is_not_rewritten" in rules_broken(load, ROW, load.incoming[0])


def test_a_premium_shared_by_all_coins_is_not_a_fault() -> None:
    """A token at 94 cents raises every price by 6 %; three coins show that it is the token, so none is quarantined."""
    coins = {"BTC": 60_000, "ETH": 2_400, "SOL": 100}
    pages = [document(everywhere(1.06, *PRICES)(candles("binance", coin, "USDT", at))) for coin, at in coins.items()]
    names = {"BTC": "XBTUSD", "ETH": "ETHUSD", "SOL": "SOLUSD"}
    others = [
        replace(KRAKEN, dataset=f"{names[coin]}/1d", rows=candles("kraken", coin, "USD", at))
        for coin, at in coins.items()
    ]
    for page in pages:
        assert rules_broken(Load([*pages, *others]), ROW, page) == set()
    assert rules_broken(Load([pages[0], others[0]]), ROW, pages[0]) == {"close_agrees_with_a_second_venue"}


def without(*rows: int) -> Change:
    return lambda frame: frame.drop(index=list(rows))


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (
            later(-1),
            {"days_are_those_of_a_second_venue", "days_are_those_of_other_coins", "candles_stand_in_their_window"},
        ),
        (everywhere(1.06, *PRICES), {"price_is_that_of_a_second_venue", "level_is_that_of_a_second_venue"}),
        (without(40), {"every_day_is_there"}),
        (lambda rows: rows.iloc[:80], {"every_day_is_there"}),
        (lambda rows: rows.iloc[10:], {"every_day_is_there"}),
        (later(-90), {"every_day_is_there", "candles_stand_in_their_window"}),
    ],
)
def test_a_bad_document_breaks_its_rule(change: Change, rules: set[str]) -> None:
    bad = replace(BITCOIN, rows=change(BITCOIN.rows))
    assert rules_broken(Load([bad, ETHER, KRAKEN]), DOCUMENT, bad) == rules


def test_without_a_second_venue_other_coins_determine_the_day() -> None:
    coins = {"ETH": 2_400.0, "SOL": 100.0}
    others = [document(candles("binance", coin, "USDT", level)) for coin, level in coins.items()]
    shifted = replace(BITCOIN, rows=later(-1)(BITCOIN.rows))
    load = Load([shifted, *others])
    assert "days_are_those_of_other_coins" in rules_broken(load, DOCUMENT, shifted)
    assert [rules_broken(load, DOCUMENT, other) for other in others] == [set(), set()]


def test_swapped_opens_and_closes_are_found() -> None:
    bad = replace(BITCOIN, rows=swapped("open", "close")(BITCOIN.rows))
    assert "opens_follow_closes" in rules_broken(Load([bad, ETHER]), DOCUMENT, bad)


def test_another_coins_candles_are_a_copy_and_only_the_copy_is_refused() -> None:
    copy = document(ETHER.rows.assign(symbol="SOL"))
    load = Load([BITCOIN, ETHER, copy])
    assert rules_broken(load, DOCUMENT, copy) == {"candles_are_not_another_coins"}
    assert rules_broken(load, DOCUMENT, ETHER) == set()
    assert "price_is_not_above_its_time" in rules_broken(load, ROW, copy)


def test_shorter_candles_add_up_to_the_venues_own_day() -> None:
    days = HOURS.rows.groupby(HOURS.rows["opened_at"].dt.normalize())["volume"].sum().to_numpy()
    whole = replace(BITCOIN, rows=BITCOIN.rows.assign(volume=days))
    assert rules_broken(Load([whole, HOURS]), DOCUMENT, HOURS) == set()
    another = replace(HOURS, rows=everywhere(7, "volume")(HOURS.rows))
    assert rules_broken(Load([whole, another]), DOCUMENT, another) == {
        "parts_make_the_day",
        "every_day_is_the_sum_of_its_parts",
    }
    one = replace(HOURS, rows=at(100, volume=1.0)(HOURS.rows))
    assert rules_broken(Load([whole, one]), DOCUMENT, one) == {"every_day_is_the_sum_of_its_parts"}


def made_of_minutes(parts: int = 1_440, **changes: Any) -> Document:
    """Bitcoin's days, as an archive of minutes makes them."""
    rows = BITCOIN.rows.assign(**{"candle_interval": "1d of 1m", "parts": parts} | changes)
    address = "https://data.binance.vision/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip"
    january = rows[rows["opened_at"] < pd.Timestamp("2024-02-01")]
    return Document("binance", "intraday/BTCUSDT/1m", address, RETRIEVED, january)


def test_days_from_minutes_equal_the_venues_own() -> None:
    good = made_of_minutes()
    load = Load([BITCOIN, ETHER, KRAKEN, good])
    assert rules_broken(load, DOCUMENT, good) == set()
    assert rules_broken(load, ROW, good) == set()
    another = made_of_minutes(volume=7.0)
    assert "parts_make_the_day" in rules_broken(Load([BITCOIN, another]), DOCUMENT, another)


def test_minutes_that_are_missing_from_days_are_counted() -> None:
    one = made_of_minutes(parts=1_439)
    assert rules_broken(Load([one]), DOCUMENT, one) == {"every_hour_is_there"}
    many = made_of_minutes(parts=1_400)
    assert rules_broken(Load([many]), DOCUMENT, many) == {"every_hour_is_there", "most_hours_are_there"}
    thin = made_of_minutes(parts=288, candle_interval="1d of 5m")
    assert rules_broken(Load([thin]), DOCUMENT, thin) == set()


def test_missing_hours_are_reported_and_many_refuse_the_document() -> None:
    one = replace(HOURS, rows=without(100)(HOURS.rows))
    assert rules_broken(Load([one]), DOCUMENT, one) == {"every_hour_is_there", "every_long_candle_is_there"}
    many = replace(HOURS, rows=without(*range(100, 110))(HOURS.rows))
    assert "most_hours_are_there" in rules_broken(Load([many]), DOCUMENT, many)


def test_a_history_that_changes_is_refused_and_one_candle_is_reported() -> None:
    other = load_again(everywhere(1.001, "volume"))
    assert rules_broken(other, DOCUMENT, other.incoming[0]) == {"candles_are_not_rescaled", "no_candle_has_changed"}
    one = load_again(at(89, volume=5_000.0))
    assert rules_broken(one, DOCUMENT, one.incoming[0]) == {"no_candle_has_changed"}


def test_a_correction_of_some_candles_is_loaded_and_reported_and_another_market_is_refused() -> None:
    def some(rows: pd.DataFrame) -> pd.DataFrame:
        late = rows.index % 8 == 0
        return rows.assign(volume=rows["volume"].where(~late, rows["volume"] * (1.001 + rows.index % 5 / 1000)))

    load = load_again(some)
    assert rules_broken(load, DOCUMENT, load.incoming[0]) == {"no_candle_has_changed"}
    uneven = 1 + (BITCOIN.rows.index % 7) / 2
    other = load_again(lambda rows: rows.assign(volume=rows["volume"] * (1 + uneven)))
    assert rules_broken(other, DOCUMENT, other.incoming[0]) == {"history_stands", "no_candle_has_changed"}


def test_prices_times_a_factor_are_another_market_and_no_correction() -> None:
    load = load_again(everywhere(1.005, *PRICES))
    assert "candles_are_not_rescaled" in rules_broken(load, DOCUMENT, load.incoming[0])


def test_new_prices_times_a_factor_are_reported_by_a_second_venue() -> None:
    bad = replace(BITCOIN, rows=everywhere(1.005, *PRICES)(BITCOIN.rows))
    load = Load([bad, KRAKEN])
    assert rules_broken(load, DOCUMENT, bad) == {"level_is_that_of_a_second_venue"}
    assert rules_broken(Load([BITCOIN, KRAKEN]), DOCUMENT, BITCOIN) == set()


def test_new_prices_times_a_factor_are_refused_where_two_venues_agree() -> None:
    coinbase = replace(KRAKEN, source="coinbase", rows=candles("coinbase", "BTC", "USD", 60_010))
    bad = replace(BITCOIN, rows=everywhere(1.005, *PRICES)(BITCOIN.rows))
    rules = {"level_is_that_of_a_second_venue", "level_is_that_of_two_venues"}
    load = Load([bad, KRAKEN, coinbase])
    assert [rules_broken(load, DOCUMENT, each) & rules for each in load.incoming] == [rules, set(), set()]
    token = Load([bad, replace(ETHER, rows=everywhere(1.005, *PRICES)(ETHER.rows)), KRAKEN, coinbase, *_of_ether()])
    assert rules_broken(token, DOCUMENT, bad) == {"level_is_that_of_a_second_venue"}


def _of_ether() -> list[Document]:
    """Ether at both other venues: then the premium is that of the dollar token."""
    page = replace(KRAKEN, dataset="ETHUSD/1d", address=KRAKEN.address.replace("XBT", "ETH"))
    return [replace(page, source=venue, rows=candles(venue, "ETH", "USD", 2_400)) for venue in ("kraken", "coinbase")]


def test_unchanged_closes_are_quarantined() -> None:
    rows = BITCOIN.rows.copy()
    rows.loc[80:, "close"] = rows.loc[80, "close"]
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
    assert sorted(found["close_does_not_stand_still"]["line_number"]) == list(range(82, 91))


@pytest.mark.parametrize(("days", "distance"), [(7, 7), (6, 7), (3, 3), (5, 60)])
def test_days_that_repeat_earlier_ones_are_quarantined(days: int, distance: int) -> None:
    rows = BITCOIN.rows.copy()
    rows.loc[90 - days :, PRICES] = rows.loc[90 - days - distance : 89 - distance, PRICES].to_numpy()
    found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)["days_do_not_repeat_earlier_ones"]
    assert sorted(found["line_number"]) == list(range(91 - days, 91))


def test_two_equal_days_and_a_pegged_coin_do_not_repeat_anything() -> None:
    two, pegged = BITCOIN.rows.copy(), BITCOIN.rows.copy()
    two.loc[88:, PRICES] = two.loc[81:82, PRICES].to_numpy()
    pegged[PRICES] = [1.0, 1.001, 0.9995, 1.0]
    for rows in (two, pegged):
        found = Load([replace(BITCOIN, rows=rows), ETHER]).broken(ROW)
        assert "days_do_not_repeat_earlier_ones" not in found


@pytest.mark.parametrize(
    ("since", "missing"),
    [("2024-03-21", set()), ("2024-03-19", {"every_day_is_there"}), (None, {"every_day_is_there"})],
)
def test_a_kraken_address_with_since_must_have_the_days_after_it(since: str | None, missing: set[str]) -> None:
    """Ten candles: all that were asked for, or a cut answer."""
    query = f"&since={int(pd.Timestamp(since).timestamp())}" if since else ""
    page = replace(KRAKEN, address=KRAKEN.address + query, rows=KRAKEN.rows.iloc[-9:])
    assert rules_broken(Load([page]), DOCUMENT, page) == missing


def test_a_kraken_address_with_an_old_since_must_have_what_kraken_serves() -> None:
    """At most 720 candles, regardless of `since`, up to the day of the answer."""
    page = replace(KRAKEN, address=f"{KRAKEN.address}&since={int(pd.Timestamp('2017-02-01').timestamp())}")
    later_page = replace(page, retrieved_at=FIRST.to_pydatetime().replace(tzinfo=dt.UTC) + dt.timedelta(days=719))
    whole = candles("kraken", "BTC", "USD", 60_020)
    assert rules_broken(Load([replace(later_page, rows=whole)]), DOCUMENT, later_page) == {
        "every_day_is_there",
        "document_is_not_an_old_one",
    }


def test_a_removed_candle_is_found() -> None:
    gone = load_again(without(40))
    assert rules_broken(gone, DOCUMENT, gone.incoming[0]) == {"no_candle_is_gone", "every_day_is_there"}


def test_an_old_answer_with_a_new_date_is_found() -> None:
    old = replace(KRAKEN, retrieved_at=RETRIEVED + dt.timedelta(days=4))
    assert "document_is_not_an_old_one" in rules_broken(Load([old, BITCOIN]), DOCUMENT, old)
    assert "document_is_not_an_old_one" not in rules_broken(Load([KRAKEN, BITCOIN]), DOCUMENT, KRAKEN)


def test_an_archive_of_another_month_is_outside_its_window() -> None:
    january = BITCOIN.rows.iloc[:31]
    address = "https://data.binance.vision/data/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2024-{}.zip"
    right, wrong = (replace(BITCOIN, rows=january, address=address.format(month)) for month in ("01", "02"))
    assert rules_broken(Load([right, ETHER]), DOCUMENT, right) == set()
    assert rules_broken(Load([wrong, ETHER]), DOCUMENT, wrong) == {
        "every_day_is_there",
        "candles_stand_in_their_window",
    }


def test_a_volume_in_dollars_has_another_unit() -> None:
    before = replace(ETHER, rows=ETHER.rows.iloc[:60])
    after = replace(ETHER, rows=everywhere(2_400, "volume")(ETHER.rows), retrieved_at=RETRIEVED + dt.timedelta(hours=1))
    found = rules_broken(Load([after], [before]), DOCUMENT, after)
    assert {"volume_has_its_unit", "volume_is_of_the_usual_size"} <= found


def test_a_window_that_shrinks_is_reported() -> None:
    address = "https://api.kraken.com/0/public/OHLC?pair=BNBUSD&interval=1440"
    rows = candles("kraken", "BNB", "USD", 500)
    before = Document("kraken", "BNBUSD/1d", address, RETRIEVED, rows)
    after = replace(before, rows=rows.iloc[45:], retrieved_at=RETRIEVED + dt.timedelta(hours=1))
    assert rules_broken(Load([after], [before]), DOCUMENT, after) == {"window_has_not_shrunk"}


def test_every_document_rule_is_broken_by_a_test() -> None:
    """The tests above name every rule of both suites."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.name for rule in SUITE.rules if f'"{rule.name}"' not in text] == []
