"""What is asked of the live publisher of TIC, and whose an address is; over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import tic
from orchestration.sources.base import Failed, Fetched
from orchestration.sources.http import HttpClient
from tests.publisher import Answer, Publisher, Request
from tests.unit.cslt_documents import cslt
from tests.unit.tic_documents import DOCUMENTS

FOLDER = "/resource-center/data-chart-center/tic/Documents/"
CALENDAR_PATH = "/data/treasury-international-capital-tic-system/release-dates-of-tic-data"
FILES = {
    "slt_table3": "slt_table3.txt",
    "slt_table5": "slt_table5.txt",
    "slt_table1": "slt_table1.txt",
    "mfhhis01": "mfhhis01.txt",
    "slt3d_globl": "slt3d_globl.csv",
    "s1_globl": "s1_globl.txt",
    "shlhistdat": "shlhistdat.txt",
    "cslt": "cslt.zip",
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def keep(archive: Archive, answers: dict[str, Fetched | Failed], datasets: set[str]) -> None:
    """Put what was fetched of some datasets into the archive."""
    for dataset in datasets:
        answer = answers[dataset]
        assert isinstance(answer, Fetched)
        assert archive.add(tic.NAME, dataset, answer.response) is not None


def serve(request: Request) -> Answer | None:
    dataset = tic.dataset_of(request.path)
    if dataset is None or dataset not in {*DOCUMENTS, "cslt"}:
        return None
    if request.headers.get("if-none-match") == '"v1"':
        return Answer(b"", 304)
    if dataset == "cslt":
        return Answer(cslt(), 200, {"ETag": '"v1"', "Content-Type": "application/zip"})
    body = "<html><table><tr><td>x</td></tr></table></html>" if dataset == "release_calendar" else DOCUMENTS[dataset]
    return Answer(body.encode(), 200, {"ETag": '"v1"', "Content-Type": "text/plain"})


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        server.route("/", serve)
        yield server


def ask(publisher: Publisher, archive: Archive) -> dict[str, Fetched | Failed]:
    settings = Settings(
        base_urls={"tic": publisher.base, "treasury": publisher.base},
        http_attempts=1,
        http_max_wait_seconds=0,
        http_requests_per_second=1000,
    )
    with HttpClient(settings) as client:
        answers = list(tic.fetch(client, settings, archive))
    assert len({answer.dataset for answer in answers}) == len(answers)
    return {answer.dataset: answer for answer in answers}


def test_each_dataset_is_requested_once_and_the_dead_file_never(publisher: Publisher, archive: Archive) -> None:
    answers = ask(publisher, archive)
    assert [request.path for request in publisher.requests] == [
        *(FOLDER + file for file in FILES.values()),
        CALENDAR_PATH,
    ]
    assert all(isinstance(answer, Fetched) for answer in answers.values())
    assert set(answers) == {*FILES, "release_calendar"}
    assert not publisher.asked("mfh.txt")


def test_fetched_documents_can_be_parsed(publisher: Publisher, archive: Archive) -> None:
    for dataset, answer in ask(publisher, archive).items():
        assert isinstance(answer, Fetched)
        if dataset != "release_calendar":
            assert len(tic.parse(dataset, answer.response.body, answer.response.retrieved_at)) > 0


def test_known_documents_are_requested_conditionally(publisher: Publisher, archive: Archive) -> None:
    keep(archive, ask(publisher, archive), {"slt_table3", "s1_globl"})
    answers = ask(publisher, archive)
    unchanged = {
        dataset for dataset, answer in answers.items() if isinstance(answer, Fetched) and answer.response.not_modified
    }
    assert unchanged == {"slt_table3", "s1_globl"}


@pytest.mark.parametrize("kind", ["status", "html"])
def test_a_failure_is_reported_and_the_rest_continues(publisher: Publisher, archive: Archive, kind: str) -> None:
    publisher.fault("slt_table5", kind, times=None, **({"status": 404} if kind == "status" else {}))
    answers = ask(publisher, archive)
    failed = answers.pop("slt_table5")
    assert isinstance(failed, Failed)
    assert failed.required
    assert failed.address == f"{publisher.base}{FOLDER}slt_table5.txt"
    assert failed.reason
    assert all(isinstance(answer, Fetched) for answer in answers.values())


def required_failures(publisher: Publisher, archive: Archive) -> set[str]:
    publisher.fault("/", "status", times=None, status=404)
    answers = ask(publisher, archive)
    publisher.heal()
    assert all(isinstance(answer, Failed) for answer in answers.values())
    return {dataset for dataset, answer in answers.items() if isinstance(answer, Failed) and answer.required}


def test_frozen_files_are_required_until_we_have_them(publisher: Publisher, archive: Archive) -> None:
    assert required_failures(publisher, archive) == set(FILES) - {"cslt"}
    keep(archive, ask(publisher, archive), {"slt3d_globl", "s1_globl", "shlhistdat", "slt_table3"})
    assert required_failures(publisher, archive) == {"slt_table3", "slt_table5", "slt_table1", "mfhhis01"}


def test_full_history_is_required_once_the_archive_has_it(publisher: Publisher, archive: Archive) -> None:
    keep(archive, ask(publisher, archive), {"cslt"})
    assert "cslt" in required_failures(publisher, archive)


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        (f"https://ticdata.treasury.gov{FOLDER}slt_table3.txt", "slt_table3"),
        (f"https://www.treasury.gov{FOLDER}slt_table1.txt?x=1", "slt_table1"),
        ("https://ticdata.treasury.gov/Publish/slt_table5.txt", "slt_table5"),
        ("https://ticdata.treasury.gov/Publish/mfhhis01.csv", "mfhhis01"),
        ("https://ticdata.treasury.gov/Publish/slt3d_globl.csv", "slt3d_globl"),
        ("https://ticdata.treasury.gov/Publish/s1_globl.txt", "s1_globl"),
        ("https://ticdata.treasury.gov/Publish/shlhistdat.txt", "shlhistdat"),
        ("https://ticdata.treasury.gov/Publish/mfh.txt", "mfh"),
        (f"https://home.treasury.gov{CALENDAR_PATH}", "release_calendar"),
        (f"http://127.0.0.1:8000{CALENDAR_PATH}/", "release_calendar"),
        (f"https://ticdata.treasury.gov{FOLDER}slt_table2.txt", None),
        (f"https://ticdata.treasury.gov{FOLDER}ticrel_20260115.zip", None),
        (f"https://ticdata.treasury.gov{FOLDER}slt_table3.html", None),
        ("https://ticdata.treasury.gov/old_slt_table3.txt", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=slt_table3.txt", None),
        ("folder:tic/country_codes.csv", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_an_address_is_identified_by_its_file_at_any_host(address: str, dataset: str | None) -> None:
    assert tic.dataset_of(address) == dataset


def test_every_dataset_has_a_raw_table() -> None:
    assert {tic.raw_table(dataset) for dataset in [*FILES, "mfh"] if dataset != "cslt"} == {"tic_holdings"}
    assert tic.raw_table("cslt") == "tic_cslt"
    with pytest.raises(KeyError):
        tic.raw_table("slt_table2")
