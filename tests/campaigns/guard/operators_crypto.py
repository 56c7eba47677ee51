"""Changes of the exchanges' candles: Binance by REST and archive, Coinbase, Kraken.

Belongs here: faults of prices, times and packing. The pages of Coinbase and Kraken are Binance's real
candles in the layout of those venues (`editions`).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from tests.campaigns.guard.editions import BTC, COINBASE, ETH, FUTURES, KRAKEN, SOL
from tests.campaigns.guard.operators import (
    HARMLESS,
    HTML,
    QUARANTINED,
    REFUSED,
    REPORTED,
    Arrival,
    Change,
    across,
    on,
)

Candle = list[Any]
OPENED, OPEN, HIGH, LOW, CLOSE, VOLUME, CLOSED = range(7)
"""Binance's cells."""
_DAY = 86_400_000


def written(candles: object) -> bytes:
    """JSON as the exchanges write it."""
    return json.dumps(candles, separators=(",", ":")).encode()


def each(change: Callable[[Candle], Candle]) -> Change:
    """A change of every candle."""
    return lambda body: written([change(list(candle)) for candle in json.loads(body)])


def one(back: int, change: Callable[[Candle], Candle]) -> Change:
    """A change of one candle, so many before the last."""

    def changed(body: bytes) -> bytes:
        candles = json.loads(body)
        candles[-1 - back] = change(list(candles[-1 - back]))
        return written(candles)

    return changed


def times(factor: float, *places: int) -> Callable[[Candle], Candle]:
    """Some figures of a candle times a factor."""

    def change(candle: Candle) -> Candle:
        for place in places:
            candle[place] = f"{float(candle[place]) * factor:.8f}"
        return candle

    return change


def swapped(one_place: int, other: int) -> Callable[[Candle], Candle]:
    """Two cells of a candle change places."""

    def change(candle: Candle) -> Candle:
        candle[one_place], candle[other] = candle[other], candle[one_place]
        return candle

    return change


def put(place: int, value: object) -> Callable[[Candle], Candle]:
    """One cell of a candle is something else."""

    def change(candle: Candle) -> Candle:
        candle[place] = value
        return candle

    return change


# ---------------------------------------------------------------- Binance: figures

on(BTC, "btc_close_times_ten", "one close is ten times too large, above its high", QUARANTINED)(
    one(3, times(10, CLOSE))
)
on(BTC, "btc_candle_times_ten", "all prices of one candle are ten times too large", QUARANTINED)(
    one(3, times(10, OPEN, HIGH, LOW, CLOSE))
)
on(BTC, "btc_low_over_hundred", "one low is a hundred times too small: a bad tick", QUARANTINED)(
    one(3, times(0.01, LOW))
)
on(BTC, "btc_high_below_low", "high and low of one candle change places", QUARANTINED)(one(3, swapped(HIGH, LOW)))
on(BTC, "btc_highs_and_lows_swapped", "high and low change places in all candles", REFUSED)(each(swapped(HIGH, LOW)))
on(BTC, "btc_opens_and_closes_swapped", "open and close change places in all candles", REFUSED)(
    each(swapped(OPEN, CLOSE))
)
on(BTC, "btc_volume_negative", "one volume is negative", QUARANTINED)(one(3, times(-1, VOLUME)))
on(BTC, "btc_price_zero", "all prices of one candle are 0", QUARANTINED)(one(3, times(0, OPEN, HIGH, LOW, CLOSE)))
on(BTC, "btc_price_not_a_number", "one close is NaN", QUARANTINED)(one(3, put(CLOSE, "NaN")))
on(BTC, "btc_in_euro", "prices in another currency: 14 % lower", REFUSED)(each(times(0.86, OPEN, HIGH, LOW, CLOSE)))
on(BTC, "btc_in_cents", "prices a hundred times too large", REFUSED)(each(times(100, OPEN, HIGH, LOW, CLOSE)))
on(ETH, "eth_candle_halved", "all prices of one candle are half of what they were", QUARANTINED)(
    one(10, times(0.5, OPEN, HIGH, LOW, CLOSE))
)


# ---------------------------------------------------------------- Binance: another market


@across((BTC,), "eth_as_btc", "the candles of ether at the address of bitcoin", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {BTC: arrival.now[ETH]}


@across((SOL,), "eth_as_sol", "the candles of ether at the address of solana", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {SOL: arrival.now[ETH]}


@across((ETH,), "sol_as_eth", "the candles of solana at the address of ether", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {ETH: arrival.now[SOL]}


@across((BTC,), "btc_four_hours_as_days", "candles of four hours at the address of days", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    rows = [line.split(",") for line in unpacked(arrival.now[FUTURES]).decode().splitlines()[1:]]
    return {BTC: written([[int(row[0]), *row[1:6], int(row[6]), *row[7:12]] for row in rows])}


@across((FUTURES,), "spot_days_as_futures", "daily spot candles in the archive of futures of four hours", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    candles = json.loads(arrival.now[BTC])[1096:1127]
    header = unpacked(arrival.now[FUTURES]).splitlines()[0].decode()
    lines = [",".join(map(str, candle[:12])) for candle in candles]
    return {FUTURES: packed("\n".join([header, *lines, ""]).encode())}


# ---------------------------------------------------------------- Binance: time


def _moved(milliseconds: int) -> Callable[[Candle], Candle]:
    def change(candle: Candle) -> Candle:
        candle[OPENED] += milliseconds
        candle[CLOSED] += milliseconds
        return candle

    return change


def _in_ticks(factor: float) -> Callable[[Candle], Candle]:
    def change(candle: Candle) -> Candle:
        candle[OPENED] = int(candle[OPENED] * factor)
        candle[CLOSED] = int((candle[CLOSED] + 1) * factor) - 1
        return candle

    return change


on(BTC, "btc_hong_kong_days", "days of Hong Kong: candles open at 16:00 UTC", REFUSED)(each(_moved(-8 * 3_600_000)))
on(BTC, "btc_a_day_early", "every candle is dated a day too early", REFUSED)(each(_moved(-_DAY)))
on(BTC, "btc_in_seconds", "times in seconds and not in milliseconds", REFUSED)(each(_in_ticks(0.001)))
on(BTC, "btc_future_candle", "a candle of a day that has not come yet", REFUSED)(
    lambda body: written([*(c := json.loads(body)), _moved(90 * _DAY)(list(c[-1]))])
)
on(BTC, "btc_days_dropped", "thirty days in the middle are not there", REFUSED, first=REPORTED)(
    lambda body: written([*(c := json.loads(body))[:-300], *c[-270:]])
)
on(BTC, "btc_day_twice", "one day has two candles that differ", REFUSED)(
    lambda body: written([*(c := json.loads(body)), times(1.01, CLOSE)(list(c[-5]))])
)


@across(
    (ETH,),
    "eth_last_edition_again",
    "the answer of three weeks ago, on the day of the new one",
    REFUSED,
    first=REPORTED,
)
def _(arrival: Arrival) -> dict[str, bytes]:
    return {ETH: arrival.before[ETH]}


# ---------------------------------------------------------------- Binance: bytes


on(BTC, "btc_times_1005", "every price is 0.5 % too high", REFUSED)(each(times(1.005, OPEN, HIGH, LOW, CLOSE)))


@on(ETH, "eth_three_weeks_still", "the last three weeks have one close", QUARANTINED)
def _(body: bytes) -> bytes:
    candles = json.loads(body)
    return written([*candles[:-15], *(put(CLOSE, candles[-16][CLOSE])(list(candle)) for candle in candles[-15:])])


@on(SOL, "sol_week_again", "the prices of the newest week are those of the week before", QUARANTINED)
def _(body: bytes) -> bytes:
    candles = json.loads(body)
    again = [
        [*after[:OPEN], *before[OPEN:VOLUME], *after[VOLUME:]]
        for before, after in zip(candles[-14:-7], candles[-7:], strict=True)
    ]
    return written([*candles[:-7], *again])


@on(ETH, "eth_geo_block", "the refusal of a restricted location, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b'{"code":0,"msg":"Service unavailable from a restricted location."}'


@on(ETH, "eth_web_page", "a web page, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(ETH, "eth_cut", "JSON that ends in the middle of a candle", REFUSED)
def _(body: bytes) -> bytes:
    return body[: len(body) // 2]


@on(ETH, "eth_no_candles", "an empty array", REPORTED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b"[]"


@on(ETH, "eth_column_dropped", "candles without their volume", REFUSED)
def _(body: bytes) -> bytes:
    return written([[*candle[:VOLUME], *candle[CLOSED:]] for candle in json.loads(body)])


def unpacked(body: bytes) -> bytes:
    """The CSV of an archive."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(archive.namelist()[0])


def packed(text: bytes, name: str = "BTCUSDT-4h-2024-01.csv", more: tuple[str, ...] = ()) -> bytes:
    """An archive, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in (name, *more):
            archive.writestr(zipfile.ZipInfo(member, (2024, 2, 1, 0, 0, 0)), text)
    return buffer.getvalue()


@on(FUTURES, "archive_damaged", "a ZIP with damaged bytes in the middle", REFUSED)
def _(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes(255 - byte for byte in body[middle : middle + 64]) + body[middle + 64 :]


@on(FUTURES, "archive_cut", "a ZIP that ends in the middle", REFUSED)
def _(body: bytes) -> bytes:
    return body[: len(body) // 2]


@on(FUTURES, "archive_path_outside", "a ZIP with a path that leads outside", REFUSED)
def _(body: bytes) -> bytes:
    return packed(unpacked(body), "../BTCUSDT-4h-2024-01.csv")


@on(FUTURES, "archive_two_files", "a ZIP with two files", REFUSED)
def _(body: bytes) -> bytes:
    return packed(unpacked(body), more=("BTCUSDT-4h-2023-12.csv",))


@on(FUTURES, "archive_candle_times_ten", "all prices of one candle are ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    lines = unpacked(body).decode().splitlines()
    cells = lines[100].split(",")
    lines[100] = ",".join([cells[0], *(f"{float(cell) * 10:.2f}" for cell in cells[1:5]), *cells[5:]])
    return packed("\n".join([*lines, ""]).encode())


# ---------------------------------------------------------------- Binance: harmless

on(BTC, "btc_in_microseconds", "times in microseconds, as in archives since 2025", HARMLESS)(each(_in_ticks(1000)))
on(ETH, "eth_newest_first", "the candles are ordered newest first", HARMLESS)(
    lambda body: written(json.loads(body)[::-1])
)
on(SOL, "sol_pretty", "the JSON is indented", HARMLESS)(lambda body: json.dumps(json.loads(body), indent=2).encode())
on(ETH, "eth_unquoted", "figures without quotes", HARMLESS)(
    each(lambda candle: [candle[0], *map(float, candle[1:6]), *candle[6:]])
)
on(SOL, "sol_candle_twice", "one candle is repeated", HARMLESS)(lambda body: written([*(c := json.loads(body)), c[-5]]))
on(BTC, "btc_candle_not_closed", "the candle of today, which has not closed", HARMLESS)(
    lambda body: written([*(c := json.loads(body)), times(1.02, CLOSE, HIGH)(_moved(_DAY)(list(c[-1])))])
)


@on(FUTURES, "archive_packed_anew", "the same CSV in a ZIP packed another way", HARMLESS)
def _(body: bytes) -> bytes:
    return packed(unpacked(body))


# ---------------------------------------------------------------- Coinbase and Kraken

on(COINBASE, "coinbase_cell_times_ten", "all prices of one candle are ten times too large", QUARANTINED)(
    one(250, lambda candle: [candle[0], *(price * 10 for price in candle[1:5]), candle[5]])
)
on(COINBASE, "coinbase_lows_and_highs_swapped", "low and high change places, as in the layout of others", REFUSED)(
    each(lambda candle: [candle[0], candle[2], candle[1], *candle[3:]])
)
on(COINBASE, "coinbase_opens_and_closes_swapped", "open and close change places in all candles", REFUSED)(
    each(lambda candle: [*candle[:3], candle[4], candle[3], candle[5]])
)
on(COINBASE, "coinbase_in_milliseconds", "times in milliseconds and not in seconds", REFUSED)(
    each(lambda candle: [candle[0] * 1000, *candle[1:]])
)


@across((COINBASE,), "coinbase_ether_as_bitcoin", "the candles of ether at the address of bitcoin", REFUSED)
def _(arrival: Arrival) -> dict[str, bytes]:
    candles = json.loads(arrival.now[ETH])[-290:-1]
    rows = [[c[0] // 1000, float(c[3]), float(c[2]), float(c[1]), float(c[4]), float(c[5])] for c in candles]
    return {COINBASE: written(rows[::-1])}


on(COINBASE, "coinbase_times_1005", "every price is 0.5 % too high", REFUSED)(
    each(lambda candle: [candle[0], *(round(price * 1.005, 2) for price in candle[1:5]), candle[5]])
)
on(COINBASE, "coinbase_oldest_first", "the candles are ordered oldest first", HARMLESS)(
    lambda body: written(json.loads(body)[::-1])
)


def of_kraken(change: Callable[[list[Candle]], list[Candle]]) -> Change:
    """A change of Kraken's candles."""

    def changed(body: bytes) -> bytes:
        answer = json.loads(body)
        answer["result"]["XXBTZUSD"] = change(answer["result"]["XXBTZUSD"])
        return written(answer)

    return changed


on(KRAKEN, "kraken_average_as_close", "average price and close are swapped", REFUSED)(
    of_kraken(lambda candles: [[*c[:4], c[5], c[4], *c[6:]] for c in candles])
)
on(KRAKEN, "kraken_candle_over_ten", "all prices of one candle are ten times too small", QUARANTINED)(
    of_kraken(lambda cs: [*cs[:-9], [cs[-9][0], *(f"{float(p) / 10:.2f}" for p in cs[-9][1:6]), *cs[-9][6:]], *cs[-8:]])
)


@on(KRAKEN, "kraken_error_with_200", "an error message, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return b'{"error":["EGeneral:Temporary lockout"]}'


@on(KRAKEN, "kraken_pretty", "the JSON is indented", HARMLESS)
def _(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=2).encode()
