"""The clean documents: what has come before, and what arrives next, for every dataset of the real files.

Belongs here: choosing editions, and the few that are derived from real ones where the real files hold only one: the
edition before (the same document less its newest figures), and the pages of two venues in their own layout.
Does not belong here: anything that is wrong; that is made by operators.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.sources.registry import identify
from tests.campaigns.guard import cslt_edition
from tests.unit.auction_documents import document, results_of

TABLE_1, TABLE_3, TABLE_5 = "tic/slt_table1", "tic/slt_table3", "tic/slt_table5"
HISTORY, TABLE_3D = "tic/mfhhis01", "tic/slt3d_globl"
TRANSACTIONS, SURVEY, CALENDAR = "tic/s1_globl", "tic/shlhistdat", "tic/release_calendar"
CSLT = "tic/cslt"
AUCTIONS = "treasurydirect/Note/2026"
CURVE = "treasury/daily_treasury_yield_curve/2025"
BTC, ETH, SOL, FUTURES = "binance/BTCUSDT/1d", "binance/ETHUSDT/1d", "binance/SOLUSDT/1d", "binance/um/BTCUSDT/4h"
COINBASE, KRAKEN = "coinbase/BTC-USD/1d", "kraken/XBTUSD/1d"

FROZEN = {TABLE_3D, TRANSACTIONS, SURVEY, FUTURES, "tic/mfh"}
"""Served unchanged for years: what arrives next is the same document, on a later day."""

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_LATER = dt.date(2026, 8, 20)
_DAY = 86_400


@dataclass(frozen=True)
class Edition:
    """A document as it was served on a day."""

    key: str
    address: str
    as_of: dt.date
    form: str
    body: bytes


class Editions:
    """All editions of a folder of real files.

    Args:
        folder: with a manifest.
        with_cslt: whether to add an edition of cslt.zip, which has invented years before 2020.
    """

    def __init__(self, folder: Path, *, with_cslt: bool = False) -> None:
        self._folder = folder
        self._with_cslt = with_cslt

    @cached_property
    def real(self) -> dict[str, list[Edition]]:
        """The real ones that a source reads, by dataset, oldest first."""
        found: dict[str, list[Edition]] = {}
        with (self._folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                owner = identify(row["url"])
                if owner is not None:
                    key = "/".join(owner)
                    body = (self._folder / row["path"]).read_bytes()
                    edition = Edition(key, row["url"], dt.date.fromisoformat(row["as_of"]), row["form"], body)
                    found.setdefault(key, []).append(edition)
        for editions in found.values():
            editions.sort(key=lambda edition: edition.as_of)
        return found

    @cached_property
    def newest(self) -> dict[str, Edition]:
        """What a publisher serves today: the last edition of every dataset."""
        served = {key: editions[-1] for key, editions in self.real.items()}
        made = {COINBASE: _coinbase_page(served[BTC]), KRAKEN: _kraken_answer(served[BTC]), AUCTIONS: _auctions()}
        return served | made | ({CSLT: _cslt(self.real[TABLE_1], served[TABLE_3])} if self._with_cslt else {})

    @cached_property
    def arriving(self) -> dict[str, Edition]:
        """What comes next onto the last good warehouse."""
        return {
            key: replace(edition, as_of=_LATER) if key in FROZEN else edition
            for key, edition in self.newest.items()
            if key in FROZEN or key in self.before
        }

    @cached_property
    def before(self) -> dict[str, Edition]:
        """The edition before the newest: a real one where there is one, else derived from the newest."""
        found: dict[str, Edition] = {}
        for key, edition in self.newest.items():
            earlier = self.real.get(key, [])[:-1]
            if earlier:
                found[key] = earlier[-1]
            elif key not in FROZEN and (derive := _derivation(key)):
                found[key] = derive(edition, self.newest)
        return found

    @property
    def base(self) -> list[Edition]:
        """All that the last good warehouse was loaded from."""
        older = [edition for editions in self.real.values() for edition in editions[:-1]]
        derived = [edition for key, edition in self.before.items() if len(self.real.get(key, [])) < 2]
        resting = [edition for key, edition in self.newest.items() if key not in self.before]
        return [*older, *derived, *resting]


def _derivation(key: str) -> Callable[[Edition, dict[str, Edition]], Edition] | None:
    if key.startswith("fred/"):
        return _fred_a_week_before
    return {
        TABLE_3: _table_3_a_month_before,
        TABLE_5: _table_5_a_month_before,
        CALENDAR: _calendar_a_month_before,
        CURVE: _curve_a_week_before,
        CSLT: _cslt_a_month_before,
        AUCTIONS: _auctions_before,
        ETH: _candles_before,
        SOL: _candles_before,
        COINBASE: _coinbase_before,
        KRAKEN: _kraken_before,
    }.get(key)


def _table_3_a_month_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    lines = edition.body.split(b"\r\n")
    month = max(
        cells[2] for line in lines if len(cells := line.split(b"\t")) > 2 and _MONTH.fullmatch(cells[2].decode())
    )
    kept = [line for line in lines if line.split(b"\t")[2:3] != [month]]
    return replace(edition, as_of=dt.date(2026, 5, 18), form="derived", body=b"\r\n".join(kept))


def _table_5_a_month_before(edition: Edition, newest: dict[str, Edition]) -> Edition:
    """Thirteen months again: the newest goes, and the month before the oldest comes from table 3 and the history."""
    lines = [line.split("\t") for line in edition.body.decode().split("\r\n")]
    header = next(number for number, cells in enumerate(lines) if cells[0] == "Country")
    year, number = map(int, lines[header][-1].split("-"))
    month = f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"
    of_table_3 = {}
    for line in newest[TABLE_3].body.decode().split("\r\n"):
        cells = line.split("\t")
        if len(cells) > 3 and cells[2] == month and cells[3] != "n.a.":
            of_table_3[cells[0]] = int(cells[3])
    parts = _official_parts(newest[HISTORY].body.decode(), month)
    named = [cells[0] for cells in lines[header + 1 :] if cells[0] in of_table_3 and "Total" not in cells[0]]
    countries = [name for name in named if not name.startswith("Of Which")]
    figures = {name: of_table_3[name] / 1000 for name in [*named, "Grand Total"]}
    figures |= {
        "All Other": figures["Grand Total"] - sum(figures[name] for name in countries),
        "Of Which: Foreign Official Treasury Bills": parts["Treasury Bills"],
        "Of Which: Foreign Official T-Bonds & Notes": parts["T-Bonds & Notes"],
    }
    for place, cells in enumerate(lines):
        if place == header:
            lines[place] = [cells[0], *cells[2:], month]
        elif place > header and cells[0] in figures:
            lines[place] = [cells[0], *cells[2:], f"{figures[cells[0]]:.1f}"]
    body = "\r\n".join("\t".join(cells) for cells in lines).encode()
    return replace(edition, as_of=dt.date(2026, 5, 18), form="derived", body=body)


def _official_parts(history: str, month: str) -> dict[str, float]:
    """Foreign official bills and coupons of a month, from the block of its year."""
    year, number = month.split("-")
    name = dt.date(int(year), int(number), 1).strftime("%b")
    rows = [line.split("\t") for line in history.replace("\r\n", "\n").split("\n")]
    header = next(place for place, cells in enumerate(rows) if cells[0] == "Country" and cells[1] == year)
    column = rows[header - 1].index(name)
    parts: dict[str, float] = {}
    for cells in rows[header:]:
        label = cells[0].strip()
        if label in ("Treasury Bills", "T-Bonds & Notes") and label not in parts:
            parts[label] = float(cells[column])
    return parts


def _calendar_a_month_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    body = b"".join(edition.body.splitlines(keepends=True)[:-1])
    return replace(edition, as_of=dt.date(2025, 12, 18), form="derived", body=body)


def _fred_a_week_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    lines = edition.body.splitlines(keepends=True)
    until = edition.as_of - dt.timedelta(days=7)
    last = dt.date.fromisoformat(lines[-1].split(b",")[0].decode())
    day = min(until, last - dt.timedelta(days=7))
    kept = [lines[0], *(line for line in lines[1:] if line.split(b",")[0].decode() <= day.isoformat())]
    return replace(edition, as_of=until, form="derived", body=b"".join(kept))


def _curve_a_week_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    lines = edition.body.splitlines(keepends=True)
    body = b"".join([lines[0], *lines[6:]])
    return replace(edition, as_of=edition.as_of - dt.timedelta(days=7), form="derived", body=body)


def _candles_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    """Twenty days before; the address says where it starts, since an answer without would have begun earlier."""
    candles = json.loads(edition.body)[:-20]
    return replace(
        edition,
        address=f"{edition.address}&startTime={candles[0][0]}",
        as_of=edition.as_of - dt.timedelta(days=20),
        form="derived",
        body=json.dumps(candles, separators=(",", ":")).encode(),
    )


def _closed(edition: Edition) -> list[list[Any]]:
    """Binance's candles that had closed when they were served."""
    end = dt.datetime.combine(edition.as_of, dt.time(), tzinfo=dt.UTC).timestamp() * 1000
    return [row for row in json.loads(edition.body) if row[6] < end]


def _coinbase_page(bitcoin: Edition, days_before: int = 0) -> Edition:
    """290 days as Coinbase writes them: [time, low, high, open, close, volume], newest first."""
    rows = _closed(bitcoin)
    candles = [
        [row[0] // 1000, float(row[3]), float(row[2]), float(row[1]), float(row[4]), round(float(row[5]) * 0.3, 8)]
        for row in reversed(rows[len(rows) - 290 - days_before : len(rows) - days_before])
    ]
    start, end = (dt.datetime.fromtimestamp(t, tz=dt.UTC) for t in (candles[-1][0], candles[0][0] + _DAY - 1))
    address = (
        "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400"
        f"&start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"
    )
    body = json.dumps(candles, separators=(",", ":")).encode()
    return Edition(COINBASE, address, bitcoin.as_of - dt.timedelta(days=days_before), "derived", body)


def _coinbase_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    return _coinbase_page(newest[BTC], days_before=20)


def _kraken_answer(bitcoin: Edition, days_before: int = 0) -> Edition:
    """720 days as Kraken writes them, less the candle that is still open."""
    rows = _closed(bitcoin)
    candles = [
        [row[0] // 1000, *row[1:5], f"{(float(row[2]) + float(row[3])) / 2:.1f}", f"{float(row[5]) * 0.1:.8f}", row[8]]
        for row in rows[len(rows) - 720 - days_before : len(rows) - days_before]
    ]
    answer = {"error": [], "result": {"XXBTZUSD": candles, "last": candles[-1][0]}}
    address = "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440"
    body = json.dumps(answer, separators=(",", ":")).encode()
    return Edition(KRAKEN, address, bitcoin.as_of - dt.timedelta(days=days_before), "derived", body)


def _kraken_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    return _kraken_answer(newest[BTC], days_before=20)


def _cslt(table_1: list[Edition], table_3: Edition) -> Edition:
    """The full history of the release of table 3, made of it and of table 1 of that release."""
    (twin,) = (edition for edition in table_1 if edition.as_of == table_3.as_of)
    address = table_3.address.replace("slt_table3.txt", "cslt.zip")
    return Edition(CSLT, address, table_3.as_of, "derived", cslt_edition.edition(twin.body, table_3.body))


def _cslt_a_month_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    body = cslt_edition.without_newest(edition.body)
    return replace(edition, as_of=dt.date(2026, 5, 18), form="derived", body=body)


def _auctions() -> Edition:
    """The note auctions of 2026 whose results are quoted in the tests."""
    address = (
        "https://www.treasurydirect.gov/TA_WS/securities/search?type=Note&startDate=01/01/2026&endDate=12/31/2026"
        "&dateFieldName=auctionDate&format=json"
    )
    return Edition(AUCTIONS, address, dt.date(2026, 9, 1), "derived", document(results_of("Note", 2026)))


def _auctions_before(edition: Edition, newest: dict[str, Edition]) -> Edition:  # noqa: ARG001
    results = [one for one in results_of("Note", 2026) if one["auctionDate"] < "2026-08-25"]
    return replace(edition, as_of=dt.date(2026, 8, 24), body=document(results))
