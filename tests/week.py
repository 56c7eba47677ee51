"""A week at the publishers, served on loopback: the figures of the sample, day by day, with the habits of real sites.

Belongs here: what each publisher serves on a day (its paths, its validators, what is not out yet). Does not belong
here: what a load should make of it.

TIC's tables and the calendar have an ETag and a date, FRED's CSV and the Treasury's only a date, the exchanges neither.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from orchestration.sample import DEFAULT_SEED, SAMPLE_FOLDER
from orchestration.sample.simulate_rates import simulate_rates
from orchestration.sample.write_fred import par_yields
from tests.publisher import Answer, Publisher, Request, conditional
from tests.unit.ofr_documents import document, figures
from tests.unit.tic_documents import DOCUMENTS

BEFORE = dt.date(2026, 6, 15)
"""A Monday. TIC's newest release is that of January."""
RELEASE_DAY = dt.date(2026, 6, 18)
"""A Thursday, on which TIC releases April."""
FRIDAY, SATURDAY, SUNDAY = (RELEASE_DAY + dt.timedelta(days=days) for days in (1, 2, 3))
TABLES = ("slt_table1.txt", "slt_table3.txt", "slt_table5.txt", "mfhhis01.txt")

_DAY = 86_400
_CALENDAR = "/data/treasury-international-capital-tic-system/release-dates-of-tic-data"
_CALENDAR_ROWS = (("Jan", 15), ("Feb", 18), ("Mar", 18), ("Apr", 15), ("May", 18), ("June", 18), ("July", 14))


class Week:
    """The publishers; `publisher.day` is the day that it is there.

    Attributes:
        publisher: the server.
        corrected: what the Treasury prints in last year's file instead; none at first.
    """

    def __init__(self, publisher: Publisher, frozen: Path | None = None) -> None:
        self.publisher = publisher
        self._frozen_files = frozen
        self.corrected: dict[bytes, bytes] = {}
        publisher.route("/graph/fredgraph.csv", self._fred)
        publisher.route("/resource-center/data-chart-center/interest-rates/", self._treasury)
        publisher.route("/financial-stress-index/", self._ofr)
        publisher.route("/products/", self._coinbase)
        publisher.route(_CALENDAR, self._calendar)
        for name in ("s1_globl.txt", "shlhistdat.txt"):
            publisher.route(f"/resource-center/data-chart-center/tic/Documents/{name}", self._frozen)

    @property
    def day(self) -> dt.date:
        """The day that it is at the publishers."""
        assert self.publisher.day is not None
        return self.publisher.day

    def _fred(self, request: Request) -> Answer | None:
        """A series up to the day before; modified on the day after its newest figure."""
        text = _series().get(request.query.get("id", ""))
        if text is None:
            return None
        header, *rows = text.splitlines()
        kept = [row for row in rows if row[:10] < self.day.isoformat()]
        newest = dt.date.fromisoformat(kept[-1][:10])
        body = "\n".join([header, *kept, ""]).encode()
        return conditional(request, body, newest + dt.timedelta(days=1), with_etag=False)

    def _treasury(self, request: Request) -> Answer | None:
        """The par yields of a year up to the day; last year's file is modified when it is corrected."""
        year = int(request.query["field_tdr_date_value"])
        if year not in (2025, 2026):
            return None
        header, *rows = yields_of(year).decode().splitlines()
        kept = [row for row in rows if dt.datetime.strptime(row[:10], "%m/%d/%Y").date() <= self.day]  # noqa: DTZ007
        body = "\n".join([header, *kept]).encode()
        if year == 2026:
            return conditional(request, body, self.day, with_etag=False)
        for printed, correction in self.corrected.items():
            assert body.count(printed) == 1
            body = body.replace(printed, correction)
        return conditional(request, body, self.day if self.corrected else dt.date(2026, 1, 2), with_etag=False)

    def _ofr(self, request: Request) -> Answer:
        newest = self.day - dt.timedelta(days=2)
        return conditional(request, document(figures(newest.isoformat())), newest)

    def _coinbase(self, request: Request) -> Answer | None:
        """At most 300 candles, newest first; no candle of a day that is not over."""
        candles = _candles().get(request.path.split("/")[2])
        if candles is None:
            return None
        start, end = (int(dt.datetime.fromisoformat(request.query[name]).timestamp()) for name in ("start", "end"))
        today = (self.day - dt.date(1970, 1, 1)).days * _DAY
        page = [candles[at] for at in sorted(candles, reverse=True) if start <= at <= end and at < today]
        return Answer(json.dumps(page).encode(), 200, {"Content-Type": "application/json"})

    def _calendar(self, request: Request) -> Answer:
        rows = "".join(f"<tr><td>{month}</td><td>{day}</td><td></td></tr>" for month, day in _CALENDAR_ROWS)
        page = f"<html><body><table><tr><td>2026</td></tr>{rows}</table><p>Last revised 9-12-2024.</p></body></html>"
        return conditional(request, page.encode(), dt.date(2026, 1, 2), "text/html")

    def _frozen(self, request: Request) -> Answer:
        name = request.path.rpartition("/")[2]
        if self._frozen_files is not None:
            body = next(self._frozen_files.rglob(name)).read_bytes()
        else:
            body = DOCUMENTS[name.removesuffix(".txt")].encode()
        return conditional(request, body, dt.date(2026, 1, 2), "text/plain")


@contextmanager
def week(frozen: Path | None = None) -> Iterator[Week]:
    """The publishers, on the Monday before a release.

    Args:
        frozen: a folder with files of TIC that change once a year or never, which the sample does not have; invented
            ones if None. Those can be parsed, but a load refuses their figures.
    """
    with Publisher(SAMPLE_FOLDER, BEFORE) as publisher:
        yield Week(publisher, frozen)


@cache
def _series() -> dict[str, str]:
    """The newest file of each FRED series of the sample."""
    folders = sorted((SAMPLE_FOLDER / "fred").iterdir())
    return {path.stem: path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.csv"))}


@cache
def yields_of(year: int) -> bytes:
    """The Treasury's file of the par yields of a year, newest day first."""
    return par_yields(simulate_rates(DEFAULT_SEED), year, RELEASE_DAY).body


@cache
def _candles() -> dict[str, dict[int, list[float]]]:
    """The candles of the sample by market and time."""
    found: dict[str, dict[int, list[float]]] = {}
    with (SAMPLE_FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest):
            if row["source"] == "coinbase":
                market = row["url"].partition("/products/")[2].partition("/")[0]
                for candle in json.loads((SAMPLE_FOLDER / row["path"]).read_bytes()):
                    found.setdefault(market, {})[candle[0]] = candle
    return found
