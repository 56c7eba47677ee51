"""Refused, empty and incomplete documents are fetched again, unconditionally.

Everything goes over HTTP on loopback to publishers that honour validators as real ones do. What became of a document in
an earlier load is said by ledger lines, as the published warehouse has them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from orchestration.archive import Archive
from orchestration.archive.gather import GatherSummary, gather_live
from orchestration.archive.ledger import LedgerLine
from orchestration.archive.objects import object_path
from orchestration.archive.store import Document
from orchestration.settings import Settings
from orchestration.sources import fed, fred, treasurydirect
from orchestration.sources.base import FormatError, Response
from orchestration.sources.crypto import binance, coinbase, symbols
from orchestration.sources.registry import SOURCES
from orchestration.tables import seeds
from tests.publisher import API_KEY, Answer, Publisher, Request
from tests.unit import auction_documents as auctions
from tests.unit import crypto_documents as made
from tests.unit.crypto_documents import DAY, Candle
from tests.unit.tic_documents import DOCUMENTS

TABLE = "/resource-center/data-chart-center/tic/Documents/slt_table3.txt"
NOW = dt.datetime.now(dt.UTC)
MAINTENANCE = b"The site is being updated. Please try again later.\n"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        yield server


class Installation:
    """Loads at the level of fetch, archive and ledger: a ledger line records each refusal."""

    def __init__(self, publisher: Publisher, folder: Path, now: dt.datetime | None = None, **more: object) -> None:
        self.publisher = publisher
        self.folder = folder
        self.now = now or dt.datetime.now(dt.UTC)
        self.ledger: dict[str, LedgerLine] = {}
        addresses = {**publisher.addresses, **more}
        self.settings = Settings(home=folder, http_attempts=1, http_requests_per_second=10_000, **addresses)

    @property
    def archive(self) -> Archive:
        """The archive as the next load opens it."""
        return Archive(self.folder, self.ledger, clock=lambda: self.now)

    def load(self, source: str, *, refuses: Callable[[Document], bool] = lambda _: False) -> GatherSummary:
        """Fetch, archive, and write the ledger, as a load does that publishes."""
        self.publisher.requests.clear()
        archive = self.archive
        summary = gather_live(archive, source, self.settings)
        for document in archive.documents():
            self.ledger[document.document_id] = self._line(archive, document, refuses(document))
        return summary

    def _line(self, archive: Archive, document: Document, is_refused: bool) -> LedgerLine:
        reason, rows = None, 0
        try:
            frame = SOURCES[document.source].parse(document.dataset, archive.read(document), document.retrieved_at)
            rows = len(frame)
        except FormatError as error:
            reason = str(error)
        status = "refused" if reason or is_refused else "loaded"
        return LedgerLine(
            document.source, document.dataset, document.address, document.retrieved_at, None, status, reason, rows
        )


# ---------------------------------------------------------------- documents that every load fetches


class Table:
    """TIC's table 3 behind a server that honours both validators."""

    def __init__(self) -> None:
        self.body = DOCUMENTS["slt_table3"].encode()
        self.modified = dt.datetime(2026, 6, 18, 20, 2, tzinfo=dt.UTC)
        self.etag: str | None = '"healthy"'

    def __call__(self, request: Request) -> Answer | None:
        """The table, or that it has not changed."""
        since = request.headers.get("if-modified-since")
        is_same = self.etag is not None and request.headers.get("if-none-match") == self.etag
        is_older = "if-none-match" not in request.headers and since and parsedate_to_datetime(since) >= self.modified
        headers = {"Last-Modified": format_datetime(self.modified, usegmt=True), "Content-Type": "text/plain"}
        if self.etag is not None:
            headers["ETag"] = self.etag
        return Answer(b"", 304, headers) if is_same or is_older else Answer(self.body, 200, headers)


def test_after_a_maintenance_page_the_table_is_requested_unconditionally(publisher: Publisher, tmp_path: Path) -> None:
    table = Table()
    publisher.route(TABLE, table)
    home = Installation(publisher, tmp_path)
    healthy, modified = table.body, table.modified
    table.etag, table.body, table.modified = None, MAINTENANCE, dt.datetime.now(dt.UTC).replace(microsecond=0)
    home.load("tic")
    table.body, table.modified = healthy, modified
    home.load("tic")
    (request,) = publisher.asked("slt_table3")
    assert not {"if-none-match", "if-modified-since"} & set(request.headers)
    newest = home.archive.documents_of("tic", "slt_table3")[-1]
    assert home.archive.read(newest) == healthy
    home.load("tic")
    assert "if-modified-since" in publisher.asked("slt_table3")[0].headers, "accepted now"


def test_after_an_unpublished_load_its_documents_are_requested_unconditionally(
    publisher: Publisher, tmp_path: Path
) -> None:
    table = Table()
    publisher.route(TABLE, table)
    home = Installation(publisher, tmp_path)
    table.body = table.body[: len(table.body) // 2]  # under its own length and the whole file's ETag
    home.load("tic")
    home.ledger.clear()  # a table that cannot be read stops the load: nothing is published
    table.body = DOCUMENTS["slt_table3"].encode()
    home.load("tic")
    assert "if-none-match" not in publisher.asked("slt_table3")[0].headers
    assert home.archive.read(home.archive.documents_of("tic", "slt_table3")[-1]) == table.body


def test_a_refused_file_is_fetched_until_it_is_accepted(publisher: Publisher, tmp_path: Path) -> None:
    good = series("IORB", dt.date(2021, 7, 29), NOW.date())
    served = good.removesuffix(good.splitlines(keepends=True)[-1])
    publisher.route("/graph/fredgraph.csv", lambda request: with_etag(request, served))
    home = Installation(publisher, tmp_path)
    home.load("fred", refuses=lambda document: document.dataset == "IORB")
    served = good
    home.load("fred")
    assert home.archive.read(home.archive.documents_of("fred", "IORB")[-1]) == good
    home.load("fred")
    assert publisher.asked("id=IORB")[0].headers["if-none-match"] == '"1"'


def test_a_calendar_that_differs_only_around_its_table_is_unchanged(publisher: Publisher, tmp_path: Path) -> None:
    row, token = "<tr><td>2026</td><td>Jan</td><td>15</td></tr>", 0

    def page(_: Request) -> Answer:
        head = f"<html><!-- {token} -->" + "\n" * token
        return Answer(f"{head}<table>{row}</table></html>".encode(), 200, {"Content-Type": "text/html"})

    publisher.route("/data/treasury-international-capital-tic-system/", page)
    home = Installation(publisher, tmp_path)
    home.load("tic")
    token = 1
    home.load("tic")
    assert len(home.archive.documents_of("tic", "release_calendar")) == 1
    row = row.replace("15", "16")
    home.load("tic")
    row = "closed"
    home.load("tic")
    token = 2
    home.load("tic")
    assert len(home.archive.documents_of("tic", "release_calendar")) == 4, "another day, and two pages without a table"


@pytest.mark.parametrize(
    ("name", "first_day", "last_day"),
    [("IORB", dt.date(2021, 7, 29), NOW.date()), ("TEDRATE", dt.date(1986, 1, 2), dt.date(2022, 1, 21))],
    ids=["alive", "ended"],
)
def test_a_series_that_was_cut_at_a_line_end_is_fetched_until_it_is_whole(
    publisher: Publisher, tmp_path: Path, name: str, first_day: dt.date, last_day: dt.date
) -> None:
    """The server sends the ETag of the whole file with half of it."""
    whole = series(name, first_day, last_day)
    lines = whole.splitlines(keepends=True)
    served = b"".join(lines[: len(lines) // 2])
    publisher.route("/graph/fredgraph.csv", lambda request: with_etag(request, served))
    home = Installation(publisher, tmp_path)
    home.load("fred")
    served = whole
    home.load("fred")
    assert home.archive.read(home.archive.documents_of("fred", name)[-1]) == whole


def series(name: str, first_day: dt.date, last_day: dt.date) -> bytes:
    """A CSV of FRED with a row per day, or per business day."""
    days = [first_day + dt.timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    rows = [f"{day},0.09" for day in days if name == "IORB" or day.weekday() < 5]
    return "\n".join([f"observation_date,{name}", *rows, ""]).encode()


def with_etag(request: Request, body: bytes) -> Answer:
    """A body whose ETag never changes."""
    is_known = request.headers.get("if-none-match") == '"1"'
    return Answer(b"", 304) if is_known else Answer(body, 200, {"ETag": '"1"'})


@pytest.mark.parametrize(
    ("rows", "before", "at_least", "is_conditional"),
    [
        (100, None, 0, True),
        (0, None, 0, False),
        (100, 100, 0, True),
        (100, 90, 0, True),
        (80, 100, 0, False),
        (80, None, 81, False),
        (81, None, 81, True),
    ],
)
def test_empty_and_shrunk_documents_have_no_validators(
    tmp_path: Path, rows: int, before: int | None, at_least: int, is_conditional: bool
) -> None:
    address = "https://publisher.test/x"
    archive = Archive(tmp_path, ledger := {})
    for number, count in enumerate([before, rows]):
        if count is None:
            continue
        at = dt.datetime(2026, 1, 1 + number, tzinfo=dt.UTC)
        document = archive.add("ofr", "fsi", Response(address, f"{number}".encode(), at, etag='"1"'))
        assert document is not None
        ledger[document.document_id] = LedgerLine("ofr", "fsi", address, at, None, "loaded", None, count)
    assert (archive.latest_of_address(address, at_least) is not None) is is_conditional


@pytest.mark.parametrize(("status", "is_conditional"), [("loaded", True), ("dead", True), ("refused", False)])
def test_only_accepted_documents_have_validators(tmp_path: Path, status: str, is_conditional: bool) -> None:
    at, address = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "https://publisher.test/x"
    document = Archive(tmp_path).add("tic", "mfh", Response(address, b"x", at, etag='"1"'))
    assert document is not None
    line = LedgerLine("tic", "mfh", address, at, None, status, None, 0 if status == "dead" else 3)
    archive = Archive(tmp_path, {document.document_id: line})
    assert (archive.latest_of_address(address) is not None) is is_conditional
    assert Archive(tmp_path, {}).latest_of_address(address) is None, "no load has parsed it yet"


# ---------------------------------------------------------------- files of the past


FED_PATH = "/pubs/ifdp/2014/1113/ifdp1113_data.zip"


def fed_zip() -> bytes:
    """The Federal Reserve's ZIP, with one of its files."""
    return made.zipped(next(iter(fed.PUBLISHER.examples.values())), fed.FILES["liabilities"])


@pytest.mark.parametrize("bad", [MAINTENANCE, fed_zip()[:200], b""], ids=["maintenance", "cut", "empty"])
def test_a_bad_archive_of_the_fed_is_fetched_until_it_is_accepted(
    publisher: Publisher, tmp_path: Path, bad: bytes
) -> None:
    body = bad
    publisher.route(FED_PATH, lambda _: Answer(body, 200, {"Content-Type": "text/plain"}))
    home = Installation(publisher, tmp_path)
    home.load("fed")
    home.load("fed")
    assert len(publisher.asked(FED_PATH)) == 1, "refused: the next load fetches it again"
    body = fed_zip()
    home.load("fed")
    home.load("fed")
    assert publisher.asked(FED_PATH) == [], "it does not change any more"
    newest = home.archive.documents_of("fed", "ifdp1113")[-1]
    assert home.archive.read(newest) == body
    object_path(tmp_path, newest.sha256).unlink()
    home.load("fed")
    assert len(publisher.asked(FED_PATH)) == 1, "damaged"


@pytest.mark.parametrize(("body", "requests"), [(next(iter(fed.PUBLISHER.examples.values())), 0), (MAINTENANCE, 1)])
def test_the_feds_file_in_a_folder_replaces_the_archive_only_if_it_was_accepted(
    publisher: Publisher, tmp_path: Path, body: bytes, requests: int
) -> None:
    home = Installation(publisher, tmp_path)
    address = next(iter(fed.PUBLISHER.examples))
    document = home.archive.add("fed", "liabilities", Response(address, body, dt.datetime(2021, 7, 1, tzinfo=dt.UTC)))
    assert document is not None
    home.ledger[document.document_id] = home._line(home.archive, document, is_refused=False)
    home.load("fed")
    assert len(publisher.asked(FED_PATH)) == requests


def test_short_and_empty_years_of_auctions_are_fetched_by_the_next_load(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(treasurydirect, "FIRST_YEARS", {"Bond": 2000, "Note": 2020, "CMB": 2019})
    counts = {"Bond/2020": 0, "Bond/2001": 0, "Note/2021": 13, "CMB/2021": 0}
    publisher.route("/TA_WS/", lambda request: Answer(_auctions(request, counts)))
    home = Installation(publisher, tmp_path)
    warnings = home.load("treasurydirect").warnings
    assert [warning[:38] for warning in warnings] == ["Note/2021: 13 auctions of at least 55:"]

    def asked() -> set[str]:
        home.load("treasurydirect")
        years = {(request.query["type"], request.query["startDate"][-4:]) for request in publisher.requests}
        return {f"{kind}/{year}" for kind, year in years if int(year) < NOW.year - 1}

    none = {f"Bond/{year}" for year in range(2002, 2006)}
    assert asked() == {*counts, *none}
    counts.clear()
    assert asked() == {"Bond/2020", "Bond/2001", "Note/2021", "CMB/2021", *none}
    assert asked() == none, "no bond was sold in these years"


def _auctions(request: Request, counts: dict[str, int]) -> bytes:
    """A year of auctions, as many as `counts` says or else enough."""
    kind, year = request.query["type"], int(request.query["startDate"][-4:])
    count = counts.get(f"{kind}/{year}", 0 if kind == "Bond" and 2002 <= year < 2006 else 60)
    days = [dt.date(year, 1, 1) + dt.timedelta(days=number % 28) for number in range(count)]
    flags = {"type": kind, "cashManagementBillCMB": "Yes" if kind == "CMB" else "No"}
    records = [
        auctions.result("91282CRJ2") | flags | {"cusip": f"91282C{number:03}", "auctionDate": f"{day}T00:00:00"}
        for number, day in enumerate(days)
    ]
    return auctions.document(records)


# ---------------------------------------------------------------- pages of the past


LISTED = dt.date(2022, 7, 20)


@pytest.fixture
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts another list of symbols in the place of the seed."""
    header = "symbol,name,venue,market,quote,listed_on,delisted_on,successor,fetch,unbroken_since,note\n"
    caches = (seeds._read, seeds._read_open, symbols.listings, symbols.listings_of)
    folder = tmp_path / "seeds"
    folder.mkdir()

    def write(rows: str) -> None:
        (folder / f"{symbols.SEED}.csv").write_text(header + rows, encoding="utf-8")
        for cache in caches:
            cache.cache_clear()

    monkeypatch.setattr(seeds, "SEEDS", folder)
    yield write
    for cache in caches:
        cache.cache_clear()


class Exchange:
    """Coinbase and Binance, healthy but for the candles in `gone`."""

    def __init__(self) -> None:
        self.gone: Callable[[int], bool] = lambda _: False

    def candles(self, start: int, stop: int) -> list[Candle]:
        """The candles that open from start to before stop."""
        listed = made.seconds(LISTED.isoformat())
        return [Candle(at) for at in range(-(-max(start, listed) // DAY) * DAY, stop, DAY) if not self.gone(at)]

    def coinbase(self, request: Request) -> Answer:
        """A page."""
        start, end = (int(dt.datetime.fromisoformat(request.query[name]).timestamp()) for name in ("start", "end"))
        return Answer(made.coinbase(self.candles(start, end + 1)))

    def archive(self, request: Request) -> Answer:
        """A month as a ZIP, with an ETag that does not change when the month is repaired."""
        name = request.path.rpartition("/")[2].removesuffix(".zip")
        month = dt.date.fromisoformat(f"{name[-7:]}-01")
        if not LISTED.replace(day=1) <= month < (NOW.date() - dt.timedelta(days=8)).replace(day=1):
            return Answer(b"", 404)
        if request.headers.get("if-none-match") == f'"{name}"':
            return Answer(b"", 304)
        stop = (month + dt.timedelta(days=31)).replace(day=1)
        content = made.binance_csv(self.candles(made.seconds(month.isoformat()), made.seconds(stop.isoformat())))
        return Answer(made.zipped(content, f"{name}.csv"), 200, {"ETag": f'"{name}"'})

    def rest(self, request: Request) -> Answer:
        """The present."""
        start, end = (int(request.query[name]) // 1_000 for name in ("startTime", "endTime"))
        return Answer(made.binance(self.candles(start, end + 1)))


@pytest.fixture
def exchange(publisher: Publisher, seed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Exchange:
    seed(
        f"BTC,Bitcoin,coinbase,BTC-USD,USD,{LISTED},,,true,{LISTED},\n"
        f"BTC,Bitcoin,binance,BTCUSDT,USDT,{LISTED},,,true,{LISTED},\n"
    )
    exchange = Exchange()
    publisher.route("/products/", exchange.coinbase)
    publisher.route("/data/spot/monthly/klines/", exchange.archive)
    publisher.route("/api/v3/klines", exchange.rest)
    for module in (coinbase, binance):
        fetch = module.fetch
        monkeypatch.setattr(module, "fetch", lambda c, s, a, fetch=fetch: fetch(c, s, a, now=NOW))
    return exchange


def days(home: Installation, source: str, dataset: str) -> int:
    """How many days the archive's accepted documents have."""
    held: set[object] = set()
    for document in home.archive.documents_of(source, dataset):
        if home.ledger[document.document_id].status == "loaded":
            body = home.archive.read(document)
            held |= set(SOURCES[source].parse(dataset, body, document.retrieved_at)["opened_at"])
    return len(held)


ALL_DAYS = (NOW.date() - LISTED).days
EMPTY = (made.seconds("2023-10-01"), made.seconds("2024-09-01"))


def lacks_eleven_months(opened: int) -> bool:
    return EMPTY[0] <= opened < EMPTY[1]


def lacks_all_but_a_few(opened: int) -> bool:
    return lacks_eleven_months(opened) and opened // DAY % 7 != 0


@pytest.mark.parametrize(
    ("source", "dataset", "request_of", "gone"),
    [
        ("coinbase", "BTC-USD/1d", "/products/", lacks_eleven_months),
        ("coinbase", "BTC-USD/1d", "/products/", lacks_all_but_a_few),
        ("binance", "BTCUSDT/1d", ".zip", lacks_all_but_a_few),
    ],
    ids=["empty pages", "short pages", "short months"],
)
@pytest.mark.parametrize("is_refused", [False, True], ids=["loaded", "refused"])
def test_a_bad_page_of_the_past_is_fetched_by_the_next_load(
    publisher: Publisher,
    exchange: Exchange,
    tmp_path: Path,
    source: str,
    dataset: str,
    request_of: str,
    gone: Callable[[int], bool],
    is_refused: bool,
) -> None:
    home = Installation(publisher, tmp_path / "archive")
    exchange.gone = gone
    summary = home.load(source, refuses=lambda d: is_refused and 0 < home._line(home.archive, d, False).rows < 20)
    assert any("incomplete" in warning for warning in summary.warnings), "the warning is immediate"
    assert days(home, source, dataset) < ALL_DAYS - 200
    asked = len(publisher.asked(request_of))
    exchange.gone = lambda _: False
    home.load(source)
    again = publisher.asked(request_of)
    assert 0 < len(again) < asked, "the bad ones, and those that every load asks for"
    assert days(home, source, dataset) == ALL_DAYS
    home.load(source)
    assert len(publisher.asked(request_of)) == {"coinbase": 1, "binance": 2}[source], "all is final now"


def test_a_refused_document_of_the_past_is_fetched_again_even_if_complete(
    publisher: Publisher, exchange: Exchange, tmp_path: Path
) -> None:
    assert exchange
    home = Installation(publisher, tmp_path / "archive")
    home.load("binance", refuses=lambda document: "2024-03" in document.address)
    home.load("binance")
    (request,) = publisher.asked("2024-03.zip")
    assert "if-none-match" not in request.headers


@pytest.mark.usefixtures("exchange")
def test_unparsed_documents_are_final_if_complete(publisher: Publisher, exchange: Exchange, tmp_path: Path) -> None:
    home = Installation(publisher, tmp_path / "archive")
    exchange.gone = lacks_all_but_a_few
    home.load("coinbase")
    home.ledger.clear()  # the load was killed after the fetch
    publisher.requests.clear()
    gather_live(home.archive, "coinbase", home.settings)
    starts = sorted(request.query["start"][:10] for request in publisher.requests)
    assert len(starts) == 3, "the newest page, and the two that lack candles"


def test_candles_the_venue_never_had_are_fetched_less_and_less_often(
    publisher: Publisher, exchange: Exchange, tmp_path: Path
) -> None:
    home = Installation(publisher, tmp_path / "archive")
    exchange.gone = lacks_eleven_months
    home.load("coinbase")
    start = home.now = dt.datetime.now(dt.UTC)
    asked_on = []
    for day in range(1, 120):
        # A nightly load does not start at the same second.
        home.now = start + dt.timedelta(days=day, minutes=day % 7 - 3)
        _as_of(home)
        if len(publisher.asked("/products/")) > 1:
            asked_on.append(day)
    assert asked_on[:6] == [1, 2, 4, 8, 16, 32]
    assert asked_on[6:] == [62, 92]


def _as_of(home: Installation) -> None:
    """One load at `home.now`, by the archive's clock and by the documents' time of retrieval."""
    home.publisher.requests.clear()
    archive = home.archive
    from orchestration.sources.http import HttpClient

    with HttpClient(home.settings) as client:
        for outcome in SOURCES["coinbase"].fetch(client, home.settings, archive):
            response = outcome.response  # type: ignore[union-attr] - nothing fails here
            moved = Response(response.address, response.body, home.now, response.etag, response.last_modified)
            archive.add("coinbase", outcome.dataset, moved)
    archive.save_asked()
    for document in archive.documents():
        home.ledger[document.document_id] = home._line(archive, document, False)


def test_known_gaps_give_no_warning(
    publisher: Publisher, exchange: Exchange, seed: Callable[[str], None], tmp_path: Path
) -> None:
    seed(f"XRP,XRP,coinbase,BTC-USD,USD,{LISTED},,,true,2024-09-01,Suspended\n")
    exchange.gone = lacks_eleven_months
    home = Installation(publisher, tmp_path / "archive")
    assert home.load("coinbase").warnings == []


# ---------------------------------------------------------------- windows of FRED's API


class Api:
    """FRED's API for one series that is revised, with a vintage a day."""

    def __init__(self, vintages: int) -> None:
        self.days = [dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(vintages)]
        self.today = dt.date(2026, 10, 1)
        self.is_empty = False

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.query.get("series_id") not in ("NFCI", "DGS10"):
            return Answer(b'{"error_code":400,"error_message":"Bad Request.  The series does not exist."}', 400)
        today = self.today.isoformat()
        content: dict[str, object] = {"realtime_start": today, "realtime_end": today}
        if request.path == "/fred/series":
            units = "Index" if request.query["series_id"] == "NFCI" else "Percent"
            described = content | dict.fromkeys(("title", "frequency", "seasonal_adjustment"), "x")
            described |= {"id": request.query["series_id"], "units": units, "last_updated": f"{today} 07:01:02-05"}
            content["seriess"] = [described]
        elif request.path.endswith("/vintagedates"):
            content |= {"count": len(self.days), "offset": 0, "limit": 10_000}
            content["vintage_dates"] = [day.isoformat() for day in self.days]
        else:
            content |= {"count": 1, "offset": 0, "limit": 100_000}
            start = request.query.get("realtime_start", today)
            end = request.query.get("realtime_end", today)
            content |= {"realtime_start": start, "realtime_end": end}
            row = {"realtime_start": start, "realtime_end": end, "date": "2025-12-26", "value": "0.5"}
            content["observations"] = [row]
            if self.is_empty and end != "9999-12-31" and start != end:
                content |= {"count": 0, "observations": []}
        return Answer(json.dumps(content, separators=(",", ":")).encode(), 200, {"Content-Type": "application/json"})


@pytest.fixture
def api(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(fred, "VINTAGES_PER_REQUEST", 10)
    api = Api(25)
    publisher.route("/fred/", api)
    return api


def test_a_full_window_that_was_empty_is_fetched_again(publisher: Publisher, api: Api, tmp_path: Path) -> None:
    home = Installation(publisher, tmp_path, FRED_API_KEY=API_KEY)
    api.is_empty = True
    home.load("fred")
    assert len(publisher.asked("observations?series_id=NFCI")) == 3
    api.is_empty = False
    home.load("fred")
    assert len(publisher.asked("observations?series_id=NFCI")) == 3
    home.load("fred")
    assert len(publisher.asked("observations?series_id=NFCI")) == 1, "only the window that is not full"


def test_a_refused_full_window_is_fetched_again(publisher: Publisher, api: Api, tmp_path: Path) -> None:
    assert api
    home = Installation(publisher, tmp_path, FRED_API_KEY=API_KEY)
    home.load("fred", refuses=lambda document: "realtime_end=2026" in document.address)
    home.load("fred")
    assert len(publisher.asked("observations?series_id=NFCI")) == 3


def test_an_answer_that_differs_only_in_its_day_is_unchanged(publisher: Publisher, api: Api, tmp_path: Path) -> None:
    home = Installation(publisher, tmp_path, FRED_API_KEY=API_KEY)
    home.load("fred")
    documents = home.archive.documents()
    api.today += dt.timedelta(days=1)
    summary = home.load("fred")
    assert home.archive.documents() == documents
    assert summary.counts["unchanged"] == sum(summary.counts.values()) > 0
    api.days.append(dt.date(2026, 9, 30))
    api.today += dt.timedelta(days=1)
    home.load("fred")
    assert home.archive.documents() == documents, "the open window begins where it did"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"value": "0.5"}, {"value": "0.5"}, True),
        ({"value": "0.5"}, {"value": "0.6"}, False),
        ({"date": "2026-01-02"}, {"date": "2026-01-03"}, False),
    ],
)
def test_the_day_of_an_answer_is_not_part_of_its_content(
    one: dict[str, str], other: dict[str, str], is_same: bool
) -> None:
    def answer(day: str, row: dict[str, str]) -> bytes:
        days = {"realtime_start": day, "realtime_end": day}
        return json.dumps({**days, "count": 1, "observations": [days | row]}).encode()

    assert (fred.essence(answer("2026-10-01", one)) == fred.essence(answer("2026-10-02", other))) is is_same


def test_the_days_of_vintages_are_part_of_the_content() -> None:
    def answer(end: str) -> bytes:
        row = {"realtime_start": "2026-01-01", "realtime_end": end, "date": "2025-12-26", "value": "0.5"}
        window = {"realtime_start": "2026-01-01", "realtime_end": "9999-12-31"}
        return json.dumps({**window, "observations": [row]}).encode()

    assert fred.essence(answer("9999-12-31")) != fred.essence(answer("2026-03-01"))
    for body in (b"", b"[]", b"not JSON", b'{"observations":[]}', b"\xff"):
        assert fred.essence(body) == body
