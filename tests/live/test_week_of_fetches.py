"""Seven days of live loads at the level of fetch, archive and ledger: faults of one day are repaired on the next.

Each step is a day; the last figures of each are compared with what a fetch without any trouble brings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from orchestration.archive import Archive, Document
from orchestration.archive.gather import GatherSummary, gather_live
from orchestration.archive.ledger import LedgerLine
from orchestration.settings import Settings
from orchestration.sources import fed
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from tests.publisher import MAINTENANCE, Answer, Request
from tests.unit.crypto_documents import zipped
from tests.week import BEFORE, FRIDAY, RELEASE_DAY, SATURDAY, SUNDAY, TABLES, Week, week

ASKED = ("tic", "fred", "treasury", "ofr", "fed", "fiscaldata", "treasurydirect", "binance", "coinbase", "kraken")
FLOATING_2024 = "type=FRN&dateFieldName=auctionDate&startDate=01/01/2024"
VALIDATORS = {"if-none-match", "if-modified-since"}


_LIABILITIES = (next(iter(fed.PUBLISHER.examples.values())), fed.FILES["liabilities"])


class Loads:
    """Loads into one archive; the ledger has what could be read, if the load publishes."""

    def __init__(self, week: Week, folder: Path) -> None:
        self.week = week
        self.folder = folder
        self.ledger: dict[str, LedgerLine] = {}
        quick = {"http_attempts": 1, "http_requests_per_second": 10_000}
        self.settings = Settings(home=folder, **quick, **week.publisher.addresses)

    @property
    def archive(self) -> Archive:
        """The archive as the next load opens it."""
        return Archive(self.folder, self.ledger)

    def load(self, day: dt.date) -> dict[str, GatherSummary]:
        """Fetch everything on a day. A table of TIC that cannot be read stops a load, and nothing is published."""
        self.week.publisher.day = day
        self.week.publisher.requests.clear()
        archive = self.archive
        summaries = {source: gather_live(archive, source, self.settings) for source in ASKED}
        ledger = {document.document_id: self._line(archive, document) for document in archive.documents()}
        newest = {line.dataset: line for line in ledger.values() if line.source == "tic"}
        if all(line.status == "loaded" for line in newest.values()):
            self.ledger = ledger
        return summaries

    def _line(self, archive: Archive, document: Document) -> LedgerLine:
        reason, rows = None, 0
        try:
            rows = len(self._frame(archive, document))
        except FormatError as error:
            reason = str(error)
        status = "refused" if reason else "loaded"
        about = (document.source, document.dataset, document.address, document.retrieved_at)
        return LedgerLine(*about, None, status, reason, rows)

    def _frame(self, archive: Archive, document: Document) -> pd.DataFrame:
        rows = SOURCES[document.source].parse(document.dataset, archive.read(document), document.retrieved_at)
        return rows.to_pandas() if isinstance(rows, pa.Table) else rows

    def held(self) -> dict[str, object]:
        """What the newest readable document of each dataset says, and all days of each coin."""
        archive = self.archive
        found: dict[str, object] = {}
        for document in archive.documents():
            if self.ledger[document.document_id].status != "loaded":
                continue
            frame = self._frame(archive, document)
            name = f"{document.source} {document.dataset}"
            if document.source == "coinbase":
                found[name] = found.get(name, frozenset()) | set(frame["opened_at"])  # type: ignore[operator]
            else:
                found[name] = frame.to_csv()
        return found

    def conditional(self, target: str) -> list[bool]:
        """Whether the requests for something were conditional, in the order in which they came."""
        return [_is_conditional(request) for request in self.week.publisher.asked(target)]


def _is_conditional(request: Request) -> bool:
    return bool(VALIDATORS & set(request.headers))


@pytest.fixture
def loads(tmp_path: Path) -> Iterator[Loads]:
    with week() as opened:
        yield Loads(opened, tmp_path / "archive")


def test_a_week(loads: Loads, tmp_path: Path) -> None:
    publisher = loads.week.publisher

    # Monday: the first load asks for everything, and for nothing conditionally. The Fed's file is bad.
    publisher.route("/pubs/ifdp/", lambda _: Answer(zipped(*_LIABILITIES)))
    publisher.fault("ifdp1113_data.zip", "maintenance")
    first = loads.load(BEFORE)
    assert not any(_is_conditional(request) for request in publisher.requests)
    assert not any(summary.missing for summary in first.values())
    assert len(loads.ledger) > 80

    # Thursday, the release day: two of four tables are posted. The first answer about a year of auctions is bad.
    publisher.fault(FLOATING_2024, "maintenance")
    publisher.held_back = dict.fromkeys(TABLES[2:], BEFORE)
    release = loads.load(RELEASE_DAY)
    assert all(flag for table in TABLES for flag in loads.conditional(table))
    assert release["tic"].counts == {"changed": 3, "unchanged": 6}
    assert len(publisher.asked("ifdp1113_data.zip")) == 1, "repaired"
    publisher.held_back.clear()

    # Friday: a maintenance page in place of table 3 and of a series; the load stops at the table.
    published = dict(loads.ledger)
    publisher.fault("slt_table3", "maintenance")
    publisher.fault("id=SP500", "maintenance")
    loads.load(FRIDAY)
    assert publisher.asked("ifdp1113_data.zip") == [], "final now"
    assert len(publisher.asked(FLOATING_2024)) == 1, "repaired"
    newest = loads.archive.documents_of("tic", "slt_table3")[-1]
    assert loads.archive.read(newest) == MAINTENANCE
    assert loads.ledger == published, "nothing was published"

    # Saturday: healthy again, with dates older than that of the page.
    loads.load(SATURDAY)
    assert loads.conditional("slt_table3") == [False]
    assert loads.conditional("id=SP500") == [False]
    assert loads.conditional("slt_table5") == [False], "its document came in the load that published nothing"
    assert loads.conditional("slt3d_globl") == [True]
    assert publisher.asked(FLOATING_2024) == [], "final now"
    assert len(loads.ledger) > len(published)
    refused = {line.dataset for line in loads.ledger.values() if line.status == "refused"}
    assert refused == {"slt_table3", "SP500", "FRN/2024", "ifdp1113"}

    # Sunday: an empty page of candles where the archive has none, and a short one.
    _forget(loads, "coinbase", "start=2024-01-12")
    _forget(loads, "coinbase", "start=2021-07-29")
    publisher.fault("BTC-USD/candles?granularity=86400&start=2024-01-12", "no_candles")
    publisher.fault("ETH-USD/candles?granularity=86400&start=2021-07-29", "few_candles", count=40)
    warned = loads.load(SUNDAY)["coinbase"].warnings
    assert any(warning.startswith("BTC-USD/1d: 0 of 299 candles from 2024-01-12") for warning in warned)
    # Of its 40, the newest is the first day of the next page.
    assert any(warning.startswith("ETH-USD/1d: 39 of 299 candles from 2021-07-29") for warning in warned)

    # Monday: they are asked for again; and last year's yields are corrected.
    loads.week.corrected = {printed: _corrected(printed) for printed in [_last_line_of_last_year(loads)]}
    monday = loads.load(SUNDAY + dt.timedelta(days=1))
    assert len(publisher.asked("BTC-USD/candles?granularity=86400&start=2024-01-12")) == 1
    assert len(publisher.asked("ETH-USD/candles?granularity=86400&start=2021-07-29")) == 1
    assert monday["treasury"].counts["changed"] == 1
    assert len(loads.archive.documents_of("treasury", "daily_treasury_yield_curve/2025")) == 2

    # Tuesday: nothing is new, and the archive stays as it is.
    before = loads.archive.documents()
    tuesday = loads.load(SUNDAY + dt.timedelta(days=1))
    assert all(set(summary.counts) <= {"unchanged"} for summary in tuesday.values())
    assert loads.archive.documents() == before
    assert loads.conditional("slt_table3") == [True]
    assert loads.conditional("id=SP500") == [True]
    assert loads.conditional("id=DGS10") == [False], "the sample begins later than the series"

    # All that a week without trouble brings is there.
    untroubled = Loads(loads.week, tmp_path / "untroubled")
    untroubled.load(SUNDAY + dt.timedelta(days=1))
    assert loads.held() == untroubled.held()
    assert loads.archive.missing() == []


def _last_line_of_last_year(loads: Loads) -> bytes:
    """The yields of the last business day of 2025, as they are printed."""
    (document,) = loads.archive.documents_of("treasury", "daily_treasury_yield_curve/2025")
    return next(line for line in loads.archive.read(document).splitlines() if line.startswith(b"12/31/2025"))


def _corrected(line: bytes) -> bytes:
    """The same line with another yield of 30 years."""
    *cells, last = line.split(b",")
    return b",".join([*cells, b"%.2f" % (float(last) + 0.01)])


def _forget(loads: Loads, source: str, target: str) -> None:
    """Take pages out of the archive, as if the first load had not got so far."""
    for path in (loads.folder / "documents" / source).rglob("*.json"):
        if target in path.read_text(encoding="utf-8"):
            loads.ledger.pop(path.stem)
            path.unlink()
