"""Past releases from the Treasury's archives: the page, the days, the ZIP files, and what the archive makes of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.archive import Archive
from orchestration.archive.backfill import chosen
from orchestration.cli import cli
from orchestration.home import Home
from orchestration.sources import tic
from orchestration.sources.base import DeadFileError, FormatError
from orchestration.sources.tic.release_archives import parse_index
from orchestration.sources.tic.releases import past_release_days
from tests.publisher import API_KEY, Answer, Publisher, Request
from tests.unit.release_archives import FOLDER, INDEX, LISTED, packed, page, serve
from tests.unit.tic_documents import DOCUMENTS

BASE = "https://www.treasury.gov"
RELEASES = {
    "ticrel_20230417.zip": dt.date(2023, 4, 17),
    "ticrel_20230315.zip": dt.date(2023, 3, 15),
}
TABLES = {
    DOCUMENTS_NAME: DOCUMENTS[dataset].encode()
    for dataset, DOCUMENTS_NAME in (
        ("slt_table1", "slt_table1.txt"),
        ("slt_table3", "slt_table3.txt"),
        ("slt_table5", "slt_table5.txt"),
    )
}
ROWS = (
    ("05/15/2023", "TIC Data for March 2023", "ticrel_20230515.zip"),
    ("04/17/2023", "TIC Data for February 2023", "ticrel_20230417.zip"),
    ("03/15/2023", "TIC Data for January 2023", "ticrel_20230315.zip"),
)


def major_holders() -> bytes:
    """mfh.txt: three months of two holders, in its columns."""
    months = [("Jan", 2023), ("Dec", 2022), ("Nov", 2022)]
    rows = [
        ("Japan", (1104.4, 1076.3, 1082.3)),
        ("China, Mainland", (859.4, 867.1, 870.2)),
        ("All Other", (5438.7, 5375.3, 5316.1)),
        ("Grand Total", (7402.5, 7318.7, 7268.6)),
        (" For. Official", (3713.9, 3678.1, 3670.8)),
        ("  Treasury Bills", (249.6, 238.7, 217.2)),
        ("  T-Bonds & Notes", (3464.3, 3439.4, 3453.6)),
    ]
    lines = [
        "",
        f"{'MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES':>70}",
        f"{'(in billions of dollars)':>60}",
        "",
        f"{'':32}{'  '.join(f'{name:>6}' for name, _ in months)}",
        f"{'Country':32}{'  '.join(f'{year:>6}' for _, year in months)}",
        f"{'':32}{'  '.join('------' for _ in months)}",
        "",
        *(f"{name:32}{'  '.join(f'{value:6.1f}' for value in values)}" for name, values in rows),
        "",
        "Department of the Treasury/Federal Reserve Board",
        "March 15, 2023",
        "",
    ]
    return "\r\n".join(lines).encode()


# ---------------------------------------------------------------- the page


def test_names_are_read_and_days_are_those_of_the_release() -> None:
    found = parse_index(page().encode(), BASE, past_release_days())
    assert [(archive.name, str(archive.public_on)) for archive in found] == [
        ("ticrel_20180919.zip", "2018-09-18"),
        ("ticrel_20220222.zip", "2022-02-15"),
        ("ticrel_20230315.zip", "2023-03-15"),
        ("ticrel_20230417.zip", "2023-04-17"),
        ("ticrel_20240119.zip", "2024-01-19"),
        ("ticrel_20251017.zip", "2025-11-18"),
        ("ticrel_20251118.zip", "2025-11-18"),
    ]
    assert {archive.address for archive in found} == {f"{BASE}{FOLDER}{file}" for _, _, file in LISTED}
    assert [archive.size for archive in found if archive.name == "ticrel_20230417.zip"] == [2_621_440]


def test_a_link_without_words_has_the_day_of_its_name_or_of_the_release_near_it() -> None:
    links = " ".join(f'<a href="{FOLDER}{file}"><img src="zip.png"></a>' for _, _, file in LISTED)
    found = {a.name: str(a.public_on) for a in parse_index(links.encode(), BASE, past_release_days())}
    assert found["ticrel_20180919.zip"] == "2018-09-18"
    assert found["ticrel_20220222.zip"] == "2022-02-15"
    assert found["ticrel_20251017.zip"] == "2025-11-18", "delayed by the shutdown"
    assert found["ticrel_20230417.zip"] == "2023-04-17"


def test_two_archives_of_one_day_are_one_release() -> None:
    found = parse_index(page().encode(), BASE, past_release_days())
    kept = chosen(found, dt.date(2025, 1, 1), None)
    assert [archive.name for archive in kept] == ["ticrel_20251118.zip"]


@pytest.mark.parametrize("host", ["https://example.org", "https://www.treasury.gov.example.org", "//example.org"])
def test_links_to_other_hosts_are_not_followed(host: str) -> None:
    with pytest.raises(FormatError, match=r"called 'Archives of TIC Monthly Data Releases' has no link"):
        parse_index(page(host=host).encode(), BASE, past_release_days())


def test_a_maintenance_page_is_not_an_empty_list() -> None:
    with pytest.raises(FormatError, match=r"called 'Maintenance' has no link to a file ticrel_YYYYMMDD\.zip"):
        parse_index(b"<html><title>Maintenance</title></html>", BASE, past_release_days())


# ---------------------------------------------------------------- mfh.txt


def test_mfh_is_read_while_it_was_updated() -> None:
    rows = tic.parse("mfh", major_holders(), dt.datetime(2023, 3, 15, 23, 59, 59, tzinfo=dt.UTC))
    japan = rows[(rows["country_code"] == "42609") & (rows["month_end"] == "2022-12-31")]
    assert (list(japan["holdings"]), list(japan["unit"]), list(japan["series"])) == ([1076.3], ["usd_bn"], ["mfh"])
    bills = rows[(rows["country_code"] == "99990") & (rows["instrument"] == "bills")]
    assert list(bills["holdings"]) == [217.2, 238.7, 249.6]
    with pytest.raises(DeadFileError):
        tic.parse("mfh", major_holders(), dt.datetime(2023, 4, 17, 23, 59, 59, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(in billions", "(in millions", "unit"),
        ("   Dec ", "   Oct ", "without a gap"),
        ("  2022  ", "  22    ", "months above|expected years"),
        ("1076.3", "1076,3", "expected a number"),
        ("  867.1", " 867.1", "figures below the dashes"),
        ("Japan   ", "Nippon  ", "unknown country name"),
        ("Grand Total", "All Other  ", "second figure|Grand Total"),
        ("Department of the Treasury/Federal Reserve Board\r\nMarch 15, 2023\r\n", "", "the publisher's name"),
        ("------", "      ", "rule|months"),
        ("MAJOR", "MINOR", "title"),
    ],
)
def test_another_layout_of_mfh_is_refused(old: str, new: str, said: str) -> None:
    text = major_holders().decode()
    assert old in text
    with pytest.raises(FormatError, match=said):
        tic.parse("mfh", text.replace(old, new).encode(), dt.datetime(2023, 3, 15, tzinfo=dt.UTC))


# ---------------------------------------------------------------- the command


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        yield server


def run(home: Home, publisher: Publisher, *arguments: str, **settings: str) -> Result:
    environment = {
        "TIDEMARK_HOME": str(home.root),
        "TIDEMARK_HTTP_ATTEMPTS": "1",
        "TIDEMARK_HTTP_REQUESTS_PER_SECOND": "1000",
        "FRED_API_KEY": "",
    }
    environment |= {f"TIDEMARK_{name.upper()}": base for name, base in publisher.addresses.items()}
    return CliRunner().invoke(cli, ["archive", "backfill", *arguments], env=environment | settings)


def stored(home: Home) -> dict[tuple[str, str], dt.datetime]:
    return {(d.dataset, str(d.retrieved_at.date())): d.retrieved_at for d in Archive(home.archive).documents()}


def archives() -> dict[str, bytes]:
    return {
        "ticrel_20230515.zip": packed({f"ticrel/{name}": body for name, body in TABLES.items()}),
        "ticrel_20230417.zip": packed(TABLES | {"arcdatadesc.txt": b"words", "slt_table4.html": b"<html>"}),
        "ticrel_20230315.zip": packed({"mfh.txt": major_holders(), "npr_history.csv": b"1,2"}),
    }


def test_files_become_documents_of_the_day_of_their_release(home: Home, publisher: Publisher) -> None:
    serve(publisher, ROWS, archives())
    result = run(home, publisher, "tic", "--until", "2023-04")
    assert result.exit_code == 0, result.output
    found = stored(home)
    assert set(found) == {
        ("mfh", "2023-03-15"),
        ("ticrel_20230315.zip", "2023-03-15"),
        *((dataset, "2023-04-17") for dataset in ("slt_table1", "slt_table3", "slt_table5", "ticrel_20230417.zip")),
    }
    assert {moment.time() for moment in found.values()} == {dt.time(23, 59, 59)}
    archive = Archive(home.archive)
    (document,) = archive.documents_of("tic", "slt_table3")
    assert archive.read(document) == TABLES["slt_table3.txt"]
    assert document.address.endswith(f"{FOLDER}slt_table3.txt")
    assert "ticrel_20230417.zip" in (document.note or "")
    assert "Files that are not loaded: arcdatadesc.txt, npr_history.csv, slt_table4.html." in result.output
    assert "2 archives asked for" in result.output
    assert not publisher.asked("ticrel_20230515"), "outside of the months"


def test_what_is_held_is_not_fetched_again(home: Home, publisher: Publisher) -> None:
    serve(publisher, ROWS, archives())
    assert run(home, publisher, "tic").exit_code == 0
    before = stored(home)
    publisher.requests.clear()
    result = run(home, publisher, "tic")
    assert (result.exit_code, "All 3 archives are held already." in result.output) == (0, True)
    assert [request.path for request in publisher.requests] == [INDEX]
    assert stored(home) == before
    assert before["slt_table3", "2023-04-17"], "the same bytes in May are no second document"
    assert ("slt_table3", "2023-05-15") not in before


def test_a_dry_run_lists_and_fetches_nothing(home: Home, publisher: Publisher) -> None:
    serve(publisher, ROWS, archives())
    assert run(home, publisher, "tic", "--since", "2023-05").exit_code == 0
    result = run(home, publisher, "tic", "--dry-run")
    assert result.exit_code == 0
    lines = [line for line in result.output.splitlines() if "ticrel_" in line]
    assert [(line[:10], "would be fetched" in line) for line in lines] == [
        ("2023-03-15", True),
        ("2023-04-17", True),
        ("2023-05-15", False),
    ]
    assert len(publisher.asked("ticrel_")) == 2, "one archive, and its redirect"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "short_body"}, "broke off"),
        ({"kind": "cut_with_right_length"}, "damaged or was cut off"),
        ({"kind": "status", "status": 503}, "503"),
        ({"kind": "status", "status": 404}, "404"),
        ({"kind": "html"}, "a web page"),
        ({"kind": "maintenance"}, "damaged or was cut off"),
    ],
    ids=lambda value: "".join(str(word) for word in value.values()) if isinstance(value, dict) else "",
)
def test_a_failed_archive_leaves_nothing_and_the_next_run_heals(
    home: Home, publisher: Publisher, fault: dict[str, str], said: str
) -> None:
    serve(publisher, ROWS, archives())
    publisher.fault("/moved/resource-center/data-chart-center/tic/Documents/ticrel_20230417", **fault)  # type: ignore[arg-type]
    result = run(home, publisher, "tic")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "1 of 3 archives are not complete" in result.output
    assert said in result.output
    assert {day for _, day in stored(home)} == {"2023-03-15", "2023-05-15"}, "the others go on"
    assert not list((home.archive / "incoming").glob("*"))
    publisher.requests.clear()
    assert run(home, publisher, "tic").exit_code == 0
    assert [request.path.rpartition("/")[2] for request in publisher.asked("/moved")] == ["ticrel_20230417.zip"]
    assert ("slt_table3", "2023-04-17") in stored(home)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.txt": b"x"}, "none of its 1 files is a table that Tidemark reads"),
        ({"../slt_table3.txt": b"x"}, "found the name '../slt_table3.txt'"),
        ({"slt_table3.txt": b"0" * 20_000_000}, "bytes packed into"),
        ({"slt_table3.txt": b"We are updating the site.\n"}, "slt_table3.txt"),
    ],
)
def test_wrong_content_is_named_and_nothing_is_stored(
    home: Home, publisher: Publisher, files: dict[str, bytes], said: str
) -> None:
    serve(publisher, ROWS[1:2], {"ticrel_20230417.zip": packed(files)})
    result = run(home, publisher, "tic")
    assert result.exit_code == 1
    assert said in result.output
    assert stored(home) == {}


def test_a_release_with_one_unreadable_table_is_asked_for_again(home: Home, publisher: Publisher) -> None:
    files = TABLES | {"slt_table3.txt": TABLES["slt_table3.txt"][:-200]}
    served = {"ticrel_20230417.zip": packed(files)}
    serve(publisher, ROWS[1:2], served)
    result = run(home, publisher, "tic")
    assert result.exit_code == 1
    assert "not all of its tables can be read" in result.output
    assert set(stored(home)) == {("slt_table1", "2023-04-17"), ("slt_table5", "2023-04-17")}
    served["ticrel_20230417.zip"] = packed(TABLES)
    assert run(home, publisher, "tic").exit_code == 0
    assert ("slt_table3", "2023-04-17") in stored(home)


@pytest.mark.parametrize("month", ["2023", "2023-13", "2023-04-17", "x"])
def test_a_month_that_is_none_is_a_usage_error(home: Home, publisher: Publisher, month: str) -> None:
    result = run(home, publisher, "tic", "--since", month)
    assert (result.exit_code, "must be a month, YYYY-MM" in result.output) == (2, True)
    assert not publisher.requests


# ---------------------------------------------------------------- FRED


def fred_release(request: Request) -> Answer | None:
    """The answers of FRED about a release of two series, each with two vintages."""
    query = request.query
    if query.get("api_key") != API_KEY:
        said = f"Bad Request.  The value for variable api_key ({query.get('api_key')}) is not registered."
        return Answer(json.dumps({"error_code": 400, "error_message": said}).encode(), 400)
    page = {"limit": int(query.get("limit", 1000)), "offset": int(query.get("offset", 0))}
    if request.path == "/fred/release/series":
        ids = ["FORTREASPOS41408", "FORTREASNET41408"]
        shown = ids[page["offset"] : page["offset"] + 1]  # one to a page
        return _json({"count": 2, **page, "seriess": [{"id": one} for one in shown]})
    if request.path == "/fred/series/vintagedates":
        return _json({"count": 2, **page, "vintage_dates": ["2026-07-16", "2026-08-17"]})
    if request.path == "/fred/series/observations":
        rows = [
            {"realtime_start": start, "realtime_end": end, "date": "2026-05-01", "value": value}
            for start, end, value in (("2026-07-16", "2026-08-16", "659000"), ("2026-08-17", "9999-12-31", "659282"))
        ]
        realtime = {name: query[name] for name in ("realtime_start", "realtime_end")}
        return _json(realtime | {"units": "lin", "output_type": 1, "count": 2, **page, "observations": rows})
    day = "2026-08-20"
    words = {"title": "Foreign holdings", "units": "Millions of Dollars", "frequency": "Monthly"}
    described = {"id": query["series_id"], "seasonal_adjustment": "NSA", "last_updated": f"{day} 16:01:02-05", **words}
    return _json({"realtime_start": day, "realtime_end": day, "seriess": [described]})


def _json(content: dict[str, object]) -> Answer:
    return Answer(json.dumps(content).encode(), 200, {"Content-Type": "application/json"})


def test_vintages_of_a_release_are_fetched_with_a_key_that_is_nowhere(home: Home, publisher: Publisher) -> None:
    publisher.route("/fred/", fred_release)
    result = run(home, publisher, "fred", "--release", "3", "--series", "fortreaspos", FRED_API_KEY=API_KEY)
    assert result.exit_code == 0, result.output
    documents = Archive(home.archive).documents()
    assert {document.dataset for document in documents} == {"FORTREASPOS41408", "FORTREASPOS41408/series"}
    assert len(publisher.asked("/fred/release/series")) == 2, "two pages"
    assert API_KEY not in result.output
    for path in home.root.rglob("*"):
        assert not path.is_file() or API_KEY.encode() not in path.read_bytes(), path
    again = run(home, publisher, "fred", "--release", "3", "--series", "FORTREASPOS", FRED_API_KEY=API_KEY)
    assert "0 new documents" in again.output


def test_without_a_key_there_is_one_sentence(home: Home, publisher: Publisher) -> None:
    result = run(home, publisher, "fred", "--release", "3")
    assert result.exit_code == 2
    assert result.output.strip() == "FRED's vintages need a key: set FRED_API_KEY (free, from FRED's site)."
    assert not publisher.requests


def test_a_refused_key_is_not_shown(home: Home, publisher: Publisher) -> None:
    publisher.route("/fred/", fred_release)
    wrong = "f" * 32
    result = run(home, publisher, "fred", "--release", "3", FRED_API_KEY=wrong)
    assert result.exit_code == 1
    assert "variable api_key (***) is not registered" in result.output
    assert wrong not in result.output


def test_a_series_that_fails_does_not_stop_the_others(home: Home, publisher: Publisher) -> None:
    publisher.route("/fred/", fred_release)
    publisher.fault("series_id=FORTREASNET41408", "status", times=None, status=500)
    result = run(home, publisher, "fred", "--release", "3", FRED_API_KEY=API_KEY)
    assert result.exit_code == 1
    assert "1 requests failed" in result.output
    assert {d.dataset for d in Archive(home.archive).documents()} == {"FORTREASPOS41408", "FORTREASPOS41408/series"}
