"""Generate the embedded sample, or a larger simulation of the same kind.

    python -m orchestration.sample.generate --out DIR [--scale-countries N] [--scale-series N] [--scale-symbols N]
                                            [--minute-candles DAYS] [--seed S]

Belongs here: what the sample consists of, and the command line. Does not belong here: how a figure is simulated
(`simulate_*.py`) or printed (`write_*.py`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from orchestration.sample import DEFAULT_SEED, SAMPLE_FOLDER
from orchestration.sample.calendars import days
from orchestration.sample.documents import Document, write_folder
from orchestration.sample.inputs import Country, countries
from orchestration.sample.readme import readme
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.scaled import Scale, binance_documents, further_coins, further_holders, further_series
from orchestration.sample.simulate_crypto import COINS, Coin, daily_closes, simulate_candles
from orchestration.sample.simulate_markets import face_value, simulate_markets
from orchestration.sample.simulate_rates import LAST_DAY, simulate_rates
from orchestration.sample.simulate_securities import simulate_securities
from orchestration.sample.simulate_tic import (
    FIRST_RELEASE_LAST_MONTH,
    LAST_MONTH,
    first_release,
    simulate_flows,
    simulate_history,
    simulate_positions,
)
from orchestration.sample.write_auctions import auction_documents
from orchestration.sample.write_crypto import coinbase_pages
from orchestration.sample.write_cslt import full_history
from orchestration.sample.write_debt import statement
from orchestration.sample.write_fred import fred_documents, par_yields
from orchestration.sample.write_tic import Release, report_3d, table_1, table_3, table_5
from orchestration.sample.write_tic_history import history_file

FIRST_RELEASE = dt.date(2026, 1, 15)
SECOND_RELEASE = dt.date(2026, 6, 18)
_HISTORY_REVISED = dt.date(2026, 5, 18)
_NO_BITCOIN_PRICE = dt.date(2020, 9, 4)


def generate(seed: int = DEFAULT_SEED, scale: Scale | None = None) -> Iterator[Document]:
    """Make every document of the sample.

    Args:
        seed: of the simulation; the anchors do not depend on it.
        scale: how much more than the sample to generate; by default nothing.

    Returns:
        The documents, publisher by publisher, generated one by one. The same arguments give the same bytes.

    Raises:
        ValueError: the scale asks for more countries or coins than the lists have.
    """
    scale = scale or Scale()
    # Check first: a scale that is too large is rejected before anything is written.
    return _documents(seed, scale, (*countries(), *further_holders(scale)), further_coins(scale))


def _documents(seed: int, scale: Scale, holders: Sequence[Country], further: Mapping[str, Coin]) -> Iterator[Document]:
    rates = simulate_rates(seed)
    markets = simulate_markets(seed)
    yield from _tic(seed, holders, markets["SP500"])
    series = {**rates, **markets, "CBBTCUSD": _bitcoin_on_fred(seed), **further_series(seed, scale)}
    yield from fred_documents(seed, series)
    yield par_yields(rates, 2025, FIRST_RELEASE)
    yield from auction_documents(seed, rates, SECOND_RELEASE)
    yield statement(face_value(seed), SECOND_RELEASE)
    for symbol, coin in COINS.items():
        yield from coinbase_pages(symbol, coin.decimals, simulate_candles(seed, symbol, coin), SECOND_RELEASE)
    yield from binance_documents(seed, scale, further)


def write(folder: Path, seed: int = DEFAULT_SEED, scale: Scale | None = None) -> int:
    """Write the sample, its manifest and its README into a folder; replaces the files that its manifest lists.

    Returns:
        The number of documents.

    Raises:
        ValueError: the folder contains other files, or the scale is too large.
    """
    return write_folder(folder, generate(seed, scale), readme(seed, scale or Scale()))


def _tic(seed: int, holders: Sequence[Country], shares: dict[dt.date, int]) -> Iterator[Document]:
    revised = simulate_positions(seed, holders)
    history = simulate_history(seed, revised, holders)
    first = first_release(seed, revised)
    others = simulate_securities(seed, revised, shares)
    for as_of, last_month, positions in (
        (FIRST_RELEASE, FIRST_RELEASE_LAST_MONTH, first),
        (SECOND_RELEASE, LAST_MONTH, revised),
    ):
        release = Release(as_of, last_month, positions, simulate_flows(seed, positions, holders))
        yield table_1(release, holders, others)
        yield table_3(release, holders)
        yield table_5(release, holders)
        yield full_history(seed, release, history, holders, others)
    yield history_file(seed, FIRST_RELEASE, 2024, FIRST_RELEASE, (first, history, holders))
    yield history_file(seed, SECOND_RELEASE, 2025, _HISTORY_REVISED, (revised, history, holders))
    yield report_3d(seed, FIRST_RELEASE, revised, history, holders)


def _bitcoin_on_fred(seed: int) -> dict[dt.date, int]:
    """Bitcoin in cents as FRED's Coinbase series has it: close to the candles' closes, one day missing."""
    first = dt.date(2015, 1, 1)
    closes = daily_closes(seed, "BTC", COINS["BTC"], first)
    noise = Noise(seed, "CBBTCUSD")
    return {
        day: whole(closes[day] * (1.0 + 0.0006 * noise.normal()) * 100)
        for day in days(first, LAST_DAY)
        if day != _NO_BITCOIN_PRICE
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.sample.generate",
        description="Write a simulation in the publishers' own formats, with a manifest. Without --scale-* and "
        "--minute-candles the output is, byte for byte, the sample in the repository.",
        epilog=f"The committed sample: --out {SAMPLE_FOLDER}",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder to write; created if missing")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="of the noise between the pinned figures")
    parser.add_argument(
        "--scale-countries",
        type=_at_least_one,
        default=1,
        metavar="N",
        help="N times the countries of the tables; the additional ones have real codes and invented figures. The list "
        "of countries limits N",
    )
    parser.add_argument(
        "--scale-series",
        type=_at_least_one,
        default=1,
        metavar="N",
        help="N times the FRED series; the additional ones are called SIM0001, SIM0002, ...",
    )
    parser.add_argument(
        "--scale-symbols",
        type=_at_least_one,
        default=1,
        metavar="N",
        help="N times the coins; the additional ones come from the list of symbols, which limits N",
    )
    parser.add_argument(
        "--minute-candles",
        type=_not_negative,
        default=0,
        metavar="DAYS",
        help="minute candles of this many days up to 2026-05-31, as Binance's monthly archives, for every coin",
    )
    given = parser.parse_args(arguments)
    scale = Scale(given.scale_countries, given.scale_series, given.scale_symbols, given.minute_candles)
    try:
        count = write(given.out, given.seed, scale)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{count} documents in {given.out}\n")
    return 0


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return number


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be a whole number from 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
