"""The OFR's Financial Stress Index: parsing its CSV, refusing wrong ones, and the request."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import ofr
from orchestration.sources.base import Failed, Fetched, FormatError
from orchestration.sources.http import HttpClient
from tests.publisher import Answer, Publisher, Request
from tests.unit.ofr_documents import HEADER, document, figures

NOW = dt.datetime(2000, 2, 1, 12, tzinfo=dt.UTC)
REAL = "https://www.financialresearch.gov/financial-stress-index/data/fsi.csv"
OLD = "2000-01-03,2.14,0.54,-0.05,0.74,0.51,0.4,1.9,0.2,0.04"
NEW = "2000-01-04,-2.421,0.62,,0.75,0.6,0.451,2,0.3,0.121"
CSV = "\n".join([HEADER, OLD, NEW, ""]).encode()


def read(body: bytes) -> pd.DataFrame:
    return ofr.parse("fsi", body, NOW)


def refused(body: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read(body)
    return str(caught.value)


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        (REAL, "fsi"),
        (f"{REAL}?v=2", "fsi"),
        ("http://127.0.0.1:1/financial-stress-index/data/fsi.csv", "fsi"),
        ("https://www.financialresearch.gov/financial-stress-index/", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_dataset_of_an_address(address: str, dataset: str | None) -> None:
    assert ofr.dataset_of(address) == dataset


def test_the_requested_address_is_the_real_one() -> None:
    assert ofr.address_of(Settings()) == REAL


@pytest.mark.parametrize(
    "body",
    [
        CSV,
        CSV.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + CSV,
        CSV + b"\n",
        CSV.replace(b",0.54", b", 0.540"),
        CSV.replace(b"Date", b'"Date"'),
        "\n".join([f"{HEADER},Note", f"{OLD},x", f"{NEW},y", ""]).encode(),
        CSV + b"2000-01-05,1.2",
    ],
    ids=["as served", "CRLF", "BOM", "blank line", "padding", "quotes", "added column", "cut off below"],
)
def test_every_form_gives_the_same_rows(body: bytes) -> None:
    frame = read(body)
    assert [str(kind) for kind in frame.dtypes] == ["datetime64[us]", "str", "float64", "int64"]
    assert len(frame) == 18
    index = frame[frame["component"] == "OFR FSI"].values.tolist()  # noqa: PD011 - a list of rows, for the comparison
    assert index == [
        [pd.Timestamp(2000, 1, 3), "OFR FSI", 2.14, 2],
        [pd.Timestamp(2000, 1, 4), "OFR FSI", -2.421, 3],
    ]
    assert frame.loc[frame["component"] == "Equity valuation", "value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"Credit", b"Loans", "Credit is missing or repeated"),
        (b"Funding", b"Credit", "Credit is missing or repeated"),
        (b"Date", b"Day", "expected `Date`"),
        (b"2000-01-04", b"01/04/2000", "expected a date like 2000-01-03 on line 3, found '01/04/2000'"),
        (b"2000-01-04", b"2000-01-03", "found 2000-01-03 on line 3"),
        (b"2000-01-04", b"2000-02-30", "on line 3, found '2000-02-30'"),
        (b"2000-01-04", b"2000-03-04", "up to the retrieval, found 2000-03-04 on line 3"),
        (b"2000-01-03", b"1999-13-03", "on line 2"),
        (b"2.14", b"2.14%", "expected a number as OFR FSI on line 2, found '2.14%'"),
        (b"2.14", b"2,14", "expected 10 cells on line 2"),
        (b"2.14", b"nan", "expected a number as OFR FSI"),
        (b"2.14", b"\xff", "the byte 0xff on line 2"),
        (b"2.14", b'"2.14', "is not CSV"),
    ],
)
def test_a_document_that_is_not_the_index_is_refused_with_its_line(old: bytes, new: bytes, words: str) -> None:
    assert words in refused(CSV.replace(old, new, 1))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>", "is a web page (HTML)"),
        (HEADER.encode(), "found none"),
        (document(figures("2000-03-31").iloc[30:]), "expected the history since January 2000, found none before"),
        (b"x" * (8 * 2**20 + 1), "expected some 600,000 bytes"),
    ],
)
def test_an_incomplete_document_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(FormatError, match="OFR fsi") as caught:
        ofr.parse("fsi", body, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert words in str(caught.value)


def test_it_is_requested_conditionally_and_not_required(tmp_path: Path) -> None:
    def handler(request: Request) -> Answer:
        return Answer(b"", 304) if request.headers.get("if-none-match") == '"1"' else Answer(CSV, 200, {"ETag": '"1"'})

    archive = Archive(tmp_path)
    with Publisher() as publisher:
        publisher.route("/financial-stress-index/", handler)
        settings = Settings(**publisher.addresses, http_attempts=2, http_max_wait_seconds=0.01)
        with HttpClient(settings) as client:
            (first,) = ofr.fetch(client, settings, archive)
            assert isinstance(first, Fetched)
            assert ofr.dataset_of(first.response.address) == first.dataset == "fsi"
            archive.add(ofr.PUBLISHER.name, first.dataset, first.response)
            (second,) = ofr.fetch(client, settings, archive)
            assert isinstance(second, Fetched)
            assert second.response.not_modified
            publisher.fault("fsi.csv", "html", times=None)
            (third,) = ofr.fetch(client, settings, archive)
    assert isinstance(third, Failed)
    assert not third.required
