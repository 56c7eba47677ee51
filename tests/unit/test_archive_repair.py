"""Repairs of an archive: find lost documents, fetch bad ones again, set aside those with a future date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.archive import Archive, ArchiveError, Document
from orchestration.archive.gather import gather_folder
from orchestration.archive.ledger import LedgerLine, read_ledger
from orchestration.archive.listing import loss
from orchestration.archive.store import sidecar_path
from orchestration.cli import cli
from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.runs.outcome import reasons
from orchestration.sample import SAMPLE_FOLDER
from orchestration.sources.base import Response
from orchestration.warehouse.publish import publish
from orchestration.warehouse.working import connect, start, working_file
from tests.publisher import API_KEY, Answer, Publisher, Request
from tests.small_warehouse import build

FUTURE = dt.datetime(2999, 1, 1, 3, tzinfo=dt.UTC)


def _run(home: Path, *arguments: str, **settings: str) -> Result:
    environment = {"TIDEMARK_HOME": str(home), "TIDEMARK_HTTP_ATTEMPTS": "1", "FRED_API_KEY": ""}
    return CliRunner().invoke(cli, ["archive", *arguments], env=environment | settings)


def _csv(series: str, value: str = "4.1") -> bytes:
    return f"observation_date,{series}\n2026-01-02,{value}\n".encode()


def _keep(home: Home, source: str, dataset: str, address: str, body: bytes, day: int = 1) -> Document:
    at = dt.datetime(2026, 1, day, 3, tzinfo=dt.UTC)
    document = Archive(home.archive).add(source, dataset, Response(address, body, at))
    assert document is not None
    return document


def _publish(home: Home, lines: Sequence[tuple[Document, str, int]]) -> None:
    """Publish a small warehouse whose ledger has these documents, with status and rows."""
    home.prepare()
    build(home, 1)
    with connect(home) as connection:
        template = connection.execute("select * from raw.documents limit 1").df()
        connection.execute("delete from raw.documents")
        for document, status, rows in lines:
            line = template.assign(
                document_id=document.document_id,
                source=document.source,
                dataset=document.dataset,
                address=document.address,
                retrieved_at=document.retrieved_at.replace(tzinfo=None),
                status=status,
                rows_parsed=rows,
            )
            connection.register("line", line)
            connection.execute("insert into raw.documents select * from line")
    publish(home, None, ["fct"], 3)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


# ---------------------------------------------------------------- documents that are lost


def test_verify_names_documents_lost_since_publication(home: Home) -> None:
    documents = [_keep(home, "fred", f"S{n}", f"https://fred.test/{n}", b"x%d" % n, n + 1) for n in range(8)]
    _publish(home, [(document, "loaded", 1) for document in documents])
    intact = _run(home.root, "verify")
    assert intact.exit_code == 0
    assert "8 documents" in intact.stdout
    for document in documents[2:5]:
        sidecar_path(home.archive, document).unlink()
    result = _run(home.root, "verify")
    assert result.exit_code == 1
    for document in documents[2:5]:
        assert f"fred {document.dataset}, retrieved 2026-01-0" in result.stderr
        assert document.address in result.stderr
    assert "3 of the 8 documents of the published warehouse are missing" in result.stderr


def test_a_load_reports_lost_documents_and_what_to_do(home: Home) -> None:
    documents = [_keep(home, "fred", f"S{n}", f"https://fred.test/{n}", b"x%d" % n, n + 1) for n in range(8)]
    _publish(home, [(document, "loaded", 1) for document in documents])
    ledger = read_ledger(home.published)
    assert Archive(home.archive, ledger).missing() == []
    for document in documents[1:]:
        sidecar_path(home.archive, document).unlink()
    missing = Archive(home.archive, ledger).missing()
    assert [line.dataset for line in missing] == [document.dataset for document in documents[1:]]
    said = loss(home.archive, home.published, missing, len(ledger))
    assert "lacks 7 of the 8 documents" in said
    assert said.count("fred S") == 5
    assert "and 2 more" in said
    assert "backup made after 2026-01-08 03:00 UTC" in said
    assert str(home.published) in said
    Archive(home.archive).add("fred", "S1", Response(documents[1].address, b"x1", documents[1].retrieved_at))
    assert len(Archive(home.archive, ledger).missing()) == 6, "a folder that still has it brings it back"


def _of_the_version_before(file: Path) -> None:
    """Give the ledger of a warehouse the columns of an earlier version: a load cannot start from it."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop view if exists staging.stg")
        connection.execute("alter table raw.documents rename column rows_parsed to rows_offered")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
@pytest.mark.parametrize("harm", [str, _of_the_version_before, _cut], ids=["usable", "other version", "damaged"])
def test_no_load_publishes_without_documents_that_were_published(
    home: Home, harm: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [_keep(home, "fred", f"S{n}", f"https://fred.test/{n}", b"x%d" % n, n + 1) for n in range(8)]
    for _ in range(2):  # a damaged file has a snapshot before it
        _publish(home, [(document, "loaded", 1) for document in documents])
    harm(home.published.resolve())
    assert "8 of the published warehouse are there" in _run(home.root, "verify").stdout
    for document in documents[1:]:
        sidecar_path(home.archive, document).unlink()
    assert "7 of the 8 documents of the published warehouse are missing" in _run(home.root, "verify").stderr
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    assert "lacks 7 of the 8 documents" in _failure_of_a_load()


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
@pytest.mark.parametrize("harm", [_of_the_version_before, _cut], ids=["other version", "damaged"])
def test_a_load_of_one_month_does_not_replace_a_warehouse_that_it_cannot_start_from(
    home: Home, harm: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = _keep(home, "fred", "DGS10", "https://fred.test/", b"x")
    _publish(home, [(document, "loaded", 1)])
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    assert "without --months" not in _failure_of_a_load(month="2026-01-01")
    harm(home.published.resolve())
    assert "Run a load without --months first." in _failure_of_a_load(month="2026-01-01")
    assert "without --months" not in _failure_of_a_load()


def _failure_of_a_load(month: str | None = None) -> str:
    """Why a load fails that has only the step of the ledger, and nothing to write into it."""
    job = defs().resolve_job_def("monthly_load")
    with dg.DagsterInstance.ephemeral() as instance:
        run = job.execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(["raw", "documents"])],
            tags={"dagster/partition": month} if month else None,
            raise_on_error=False,
        )
        entries = instance.all_logs(run.run_id)
    return "\n".join(reasons([entry.dagster_event for entry in entries if entry.dagster_event is not None]))


def test_without_a_published_warehouse_nothing_is_missing(home: Home) -> None:
    _keep(home, "fred", "S", "https://fred.test/", b"x")
    assert read_ledger(home.published) == {}
    assert Archive(home.archive, {}).missing() == []
    assert Archive(home.archive).missing() == []
    assert _run(home.root, "verify").exit_code == 0


def test_an_unreadable_warehouse_is_not_treated_as_empty(home: Home) -> None:
    document = _keep(home, "fred", "S", "https://fred.test/", b"x")
    _publish(home, [(document, "loaded", 1)])
    holder = duckdb.connect(str(home.published.resolve()))
    try:
        # Another process would meet DuckDB's lock; within one, another configuration is refused.
        result = _run(home.root, "verify")
    finally:
        holder.close()
    assert result.exit_code == 0
    assert "is not compared" in result.stderr
    assert "all intact." in result.stdout


# ---------------------------------------------------------------- fetching again


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    def answer(request: Request) -> Answer:
        if request.headers.get("if-none-match"):
            return Answer(b"", 304)
        return Answer(_csv(request.query["id"], "4.2"), 200, {"ETag": '"1"', "Content-Type": "text/csv"})

    with Publisher() as server:
        server.route("/graph/fredgraph.csv", answer)
        yield server


def _address(publisher: Publisher, series: str) -> str:
    return f"{publisher.base}/graph/fredgraph.csv?id={series}"


def test_a_dataset_an_address_or_all_bad_documents_are_fetched_again(home: Home, publisher: Publisher) -> None:
    good, bad, empty = (
        _keep(home, "fred", series, _address(publisher, series), _csv(series)) for series in ("DGS10", "DGS2", "DGS1")
    )
    _publish(home, [(good, "loaded", 1), (bad, "refused", 0), (empty, "loaded", 0)])
    for arguments, series in (
        (["DGS10"], ["DGS10"]),
        ([good.address], ["DGS10"]),
        (["--refused"], ["DGS2", "DGS1"]),
    ):
        publisher.requests.clear()
        listed = _run(home.root, "refetch", *arguments, "--dry-run")
        assert listed.exit_code == 0
        assert publisher.requests == []
        assert [line.split()[1] for line in listed.stdout.splitlines()] == series
        result = _run(home.root, "refetch", *arguments)
        assert result.exit_code == 0, result.stderr
        assert [request.query["id"] for request in publisher.requests] == series
        assert not any("if-none-match" in request.headers for request in publisher.requests)
    assert len(Archive(home.archive).documents_of("fred", "DGS2")) == 2
    assert "DGS2: unchanged, 1 rows" in _run(home.root, "refetch", "DGS2").stdout
    assert "No document was refused" in _run(home.root, "refetch", "--refused").stdout, "newer ones wait for a load"


def test_pages_that_lack_candles_are_among_the_bad(home: Home) -> None:
    base = "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400"
    address = f"{base}&start=2024-01-12T00:00:00Z&end=2024-11-06T00:00:00Z"
    page = _keep(home, "coinbase", "BTC-USD/1d", address, b"[]")
    _publish(home, [(page, "loaded", 40)])
    listed = _run(home.root, "refetch", "--refused", "--dry-run").stdout
    assert "(259 periods missing)" in listed
    _publish(home, [(page, "loaded", 299)])
    assert "No document was refused" in _run(home.root, "refetch", "--refused", "--dry-run").stdout


def test_only_the_newest_address_of_a_growing_page_is_fetched(home: Home) -> None:
    base = "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400&start=2024-01-12T00:00:00Z"
    for day in (13, 14, 15):
        _keep(home, "coinbase", "BTC-USD/1d", f"{base}&end=2024-01-{day}T23:59:59Z", b"[]", day)
    listed = _run(home.root, "refetch", "BTC-USD/1d", "--dry-run").stdout.splitlines()
    assert len(listed) == 1
    assert "2024-01-15" in listed[0]


def test_documents_that_still_fail_are_named_and_not_stored(home: Home, publisher: Publisher) -> None:
    _keep(home, "fred", "DGS10", _address(publisher, "DGS10"), _csv("DGS10"))
    publisher.fault("id=DGS10", "status", status=503)
    failed = _run(home.root, "refetch", "DGS10")
    assert failed.exit_code == 1
    assert "503" in failed.stderr
    publisher.route("/", lambda _: Answer(b"Back soon.", 200, {"Content-Type": "text/plain"}))
    publisher._routes.reverse()
    unread = _run(home.root, "refetch", "DGS10")
    assert unread.exit_code == 1
    assert "still cannot be read" in unread.stderr
    assert len(Archive(home.archive).documents()) == 1


def test_the_key_is_sent_and_appears_nowhere(home: Home, publisher: Publisher) -> None:
    address = f"{publisher.base}/fred/series/observations?series_id=DGS10&file_type=json"
    _keep(home, "fred", "DGS10", address, b"{}")
    publisher.fault("/fred/", "status", status=400)
    result = _run(home.root, "refetch", "DGS10", FRED_API_KEY=API_KEY)
    (request,) = publisher.requests
    assert request.query["api_key"] == API_KEY
    assert API_KEY not in result.stdout + result.stderr


def test_an_answer_that_differs_only_in_the_day_of_the_answer_is_unchanged(home: Home, publisher: Publisher) -> None:
    def answered_on(day: str) -> bytes:
        span = {"realtime_start": day, "realtime_end": day}
        row = {**span, "date": "2026-01-02", "value": "4.1"}
        return json.dumps({**span, "count": 1, "offset": 0, "limit": 100000, "observations": [row]}).encode()

    address = f"{publisher.base}/fred/series/observations?series_id=DGS10&file_type=json"
    _keep(home, "fred", "DGS10", address, answered_on("2026-01-05"))
    publisher.route("/fred/", lambda _: Answer(answered_on("2026-01-06"), 200, {"Content-Type": "application/json"}))
    result = _run(home.root, "refetch", "DGS10", FRED_API_KEY=API_KEY)
    assert "DGS10: unchanged, 1 rows" in result.stdout, result.stderr
    assert len(Archive(home.archive).documents()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Give a dataset or an address, or --refused"),
        (["DGS10", "--refused"], "Give a dataset or an address, or --refused"),
        (["NOPE"], "NOPE: the archive has no such dataset or address. Its datasets: DGS10."),
    ],
)
def test_a_failed_refetch_gives_an_error_message(home: Home, arguments: list[str], words: str) -> None:
    _keep(home, "fred", "DGS10", "https://fred.test/graph/fredgraph.csv?id=DGS10", _csv("DGS10"))
    result = _run(home.root, "refetch", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


# ---------------------------------------------------------------- a clock that was wrong


def _of_the_future(home: Home) -> Document:
    """The documents of a load whose clock is ahead."""
    archive = Archive(home.archive, clock=lambda: FUTURE)
    document = archive.add("fred", "DGS10", Response("https://fred.test/future", b"future", FUTURE))
    assert document is not None
    return document


def test_documents_of_the_future_are_listed_and_set_aside_by_one_command(home: Home) -> None:
    past = _keep(home, "fred", "DGS10", "https://fred.test/past", b"past")
    future = _of_the_future(home)
    with pytest.raises(ArchiveError, match="set-aside-future") as error:
        Archive(home.archive).check_clock(dt.datetime.now(dt.UTC))
    assert str(sidecar_path(home.archive, future)) in str(error.value)
    listed = _run(home.root, "set-aside-future", "--dry-run")
    assert listed.exit_code == 0
    assert "2999-01-01 03:00 UTC  fred DGS10" in listed.stdout
    assert len(Archive(home.archive).documents()) == 2
    done = _run(home.root, "set-aside-future")
    assert done.exit_code == 0
    assert "1 documents were set aside" in done.stdout
    archive = Archive(home.archive)
    assert archive.documents() == [past]
    archive.check_clock(dt.datetime.now(dt.UTC))
    (aside,) = (home.archive / "set_aside").rglob("*.json")
    aside.replace(sidecar_path(home.archive, future))
    assert Archive(home.archive).documents() == [past, future], "moving it back undoes it"
    assert _run(home.root, "set-aside-future", "--dry-run").stdout.count("DGS10") == 1


def test_a_folders_documents_that_a_wrong_clock_stored_stay_and_their_time_is_corrected(home: Home) -> None:
    archive = Archive(home.archive, clock=lambda: FUTURE)
    gather_folder(archive, "tic", SAMPLE_FOLDER, None, None)
    before = [document.document_id for document in archive.documents()]
    assert _run(home.root, "set-aside-future").exit_code == 0
    archive = Archive(home.archive)
    archive.check_clock(dt.datetime.now(dt.UTC))
    assert [document.document_id for document in archive.documents()] == before
    assert not (home.archive / "set_aside").exists()


def test_a_folders_documents_of_today_are_not_of_the_future(home: Home) -> None:
    end_of_today = dt.datetime.combine(dt.datetime.now(dt.UTC).date(), dt.time(23, 59, 59), tzinfo=dt.UTC)
    Archive(home.archive).add("fred", "DGS10", Response("https://fred.test/", b"x", end_of_today))
    assert "0 documents" in _run(home.root, "set-aside-future").stdout


def test_a_warehouse_built_from_documents_set_aside_is_not_used(home: Home) -> None:
    past = _keep(home, "fred", "DGS10", "https://fred.test/past", b"past")
    future = _of_the_future(home)
    _publish(home, [(past, "loaded", 1), (future, "loaded", 1)])
    start(home, None, without=())
    assert _documents(home) == 2
    working_file(home).unlink()
    _run(home.root, "set-aside-future")
    assert Archive(home.archive, read_ledger(home.published)).missing() == []
    start(home, None, without={future.document_id})
    assert _documents(home) == 0, "built from the archive"


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
def test_a_warehouse_built_from_figures_of_another_series_is_not_used(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    address = "https://fred.test/graph/fredgraph.csv?id=DGS10"
    daily = _keep(home, "fred", "DGS10", address, _csv("DGS10"))
    weekly = _keep(home, "fred", "DGS10", f"{address}&fq=Monthly", _csv("DGS10", "4.2"), 2)
    for status, lines in (("loaded", 0), ("not_used", 2)):
        _publish(home, [(daily, "loaded", 1), (weekly, status, 1)])
        with dg.build_resources(defs().resources or {}):
            assert _documents(home) == lines


def _documents(home: Home) -> int:
    with connect(home) as connection:
        row = connection.execute("select count(*) from raw.documents").fetchone()
    assert row is not None
    return int(row[0])


def test_the_ledger_is_read_unchanged(home: Home) -> None:
    document = _keep(home, "fred", "DGS10", "https://fred.test/", b"x")
    _publish(home, [(document, "loaded", 7)])
    line = read_ledger(home.published)[document.document_id]
    assert isinstance(line, LedgerLine)
    assert (line.source, line.dataset, line.address) == ("fred", "DGS10", document.address)
    assert (line.retrieved_at, line.status, line.rows) == (document.retrieved_at, "loaded", 7)
    reported = json.loads(_run(home.root, "ls", "--json").stdout)
    assert reported[0]["status"] == "loaded"
