"""TreasuryDirect's auction results: parsing a year's JSON, refusing wrong ones, and the requests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import treasurydirect
from orchestration.sources.base import Failed, Fetched, FormatError
from orchestration.sources.http import HttpClient
from tests.publisher import Answer, Publisher, Request
from tests.unit.auction_documents import RESULTS, document, result, results_of

NOW = dt.datetime(2026, 10, 9, 12, tzinfo=dt.UTC)
ADDRESS = (
    "https://www.treasurydirect.gov/TA_WS/securities/search?format=json&type={}&dateFieldName=auctionDate"
    "&startDate=01/01/{}&endDate=12/31/{}"
)
NOTES = document(results_of("Note", 2026))


def read(body: bytes, dataset: str = "Note/2026") -> pd.DataFrame:
    return treasurydirect.parse(dataset, body, NOW)


def refused(body: bytes, dataset: str = "Note/2026") -> str:
    with pytest.raises(FormatError) as caught:
        read(body, dataset)
    return str(caught.value)


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        (ADDRESS.format("Note", 2026, 2026), "Note/2026"),
        (ADDRESS.format("TIPS", 2025, 2025).replace("01/01/", "01%2F01%2F"), "TIPS/2025"),
        (ADDRESS.format("Note", 1979, 2026), None),
        (ADDRESS.format("Note", 2026, 2026).replace("01/01", "02/01"), None),
        (ADDRESS.format("Savings", 2026, 2026), None),
        (ADDRESS.format("Note", 2026, 2026) + "&reopening=Yes", None),
        (ADDRESS.format("Note", 2026, 2026) + "&cusip=", None),
        (ADDRESS.format("Bond", 2026, 2026) + "&type=Note", None),
        (ADDRESS.format("Note", 2026, 2026).replace("auctionDate", "issueDate"), None),
        (ADDRESS.format("Note", 2026, 2026).replace("search", "auctioned"), None),
        ("http://[", None),
        ("", None),
    ],
)
def test_whose_an_address_is(address: str, dataset: str | None) -> None:
    assert treasurydirect.dataset_of(address) == dataset
    assert dataset is None or treasurydirect.explain(address) is None


def test_address_of_a_year_is_the_publishers() -> None:
    assert treasurydirect.address_of(Settings(), "Bill", 2024) == ADDRESS.format("Bill", 2024, 2024)


def test_every_known_result_is_read_as_it_was_published() -> None:
    """Awards add up to the dollar, also with the accounts of foreign officials and the Federal Reserve's add-on."""
    datasets = sorted({f"{one['type']}/{one['auctionDate'][:4]}" for one in RESULTS})
    frame = pd.concat([read(document(results_of(*_split(dataset))), dataset) for dataset in datasets])
    assert len(frame) == len(RESULTS) == 17
    whole = frame[frame["competitive_accepted"].notna()]
    assert len(whole) == 14
    bidders = whole[["primary_dealer_accepted", "direct_bidder_accepted", "indirect_bidder_accepted"]].sum(axis=1)
    assert (bidders == whole["competitive_accepted"]).all()
    others = whole[["noncompetitive_accepted", "fima_noncompetitive_accepted", "soma_accepted"]].sum(axis=1)
    assert (bidders + others == whole["total_accepted"]).all()


def _split(dataset: str) -> tuple[str, int]:
    kind, year = dataset.split("/")
    return kind, int(year)


def test_known_bond_result_and_what_is_not_applicable() -> None:
    frame = read(document(results_of("Bond", 2026)), "Bond/2026")
    row = frame.set_index("auction_date").loc["2026-10-08"]
    assert row["cusip"] == "912810UW6"
    assert (row["security_term"], row["original_security_term"], row["reopening"]) == (
        "29-Year 10-Month",
        "30-Year",
        "Yes",
    )
    assert (row["high_yield"], row["bid_to_cover_ratio"]) == (5.618, 2.54)
    assert row["primary_dealer_accepted"] == 1_490_500_000
    assert row["indirect_bidder_accepted"] == 15_866_059_500
    assert row["total_accepted"] == 22_522_535_300
    assert row[["high_discount_rate", "high_discount_margin", "soma_accepted", "issue_date"]].isna().all()
    assert frame["line_number"].tolist() == [1, 2, 3]


def test_zero_is_a_figure_and_blank_is_none() -> None:
    frame = read(document(results_of("FRN", 2026)), "FRN/2026")
    assert frame["soma_accepted"].tolist() == [0]
    assert frame["high_yield"].isna().all()
    assert frame["high_discount_margin"].tolist() == [0.055]


def test_announced_auction_is_left_out_until_it_has_a_result() -> None:
    keep = {"type", "cusip", "securityType", "securityTerm", "originalSecurityTerm", "reopening", "offeringAmount"}
    held = result("91282CRJ2")
    announced = {name: text if name in keep or name.endswith("Date") else "" for name, text in held.items()}
    announced |= {"cusip": "91282CRZ6", "auctionDate": "2026-10-14T00:00:00", "maturityDate": ""}
    frame = read(document([announced, held]))
    assert frame["cusip"].tolist() == ["91282CRJ2"]
    assert frame["line_number"].tolist() == [2]


@pytest.mark.parametrize("dataset", ["Bond/2002", "Bond/2005", "TIPS/1997", "Note/1979", "CMB/2025", "Bill/2027"])
def test_year_without_auctions_may_be_right(dataset: str) -> None:
    """From November 2001 to February 2006 no bond was sold; a year that has just begun has no auction yet."""
    early = dt.datetime(2027, 1, 3, tzinfo=dt.UTC)
    assert treasurydirect.parse(dataset, b"[]", early).empty


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"2026-07-08T00', b'"2025-07-08T00', "a day of 2026 up to the retrieval, found 91282CQQ7 and 2025-07-08"),
        (b'"2026-07-08T00', b'"2026-12-08T00', "up to the retrieval"),
        (
            b'"2026-07-08T00:00:00',
            b'"07/08/2026',
            "expected a date like 2026-01-15T00:00:00 as auctionDate of auction 4",
        ),
        (b'"2026-07-08T00:00:00', b'"2026-02-30T00:00:00', "as auctionDate of auction 4, found '2026-02-30"),
        (b'"2026-07-08T00:00:00', b'"', "as auctionDate of auction 4, found ''"),
        (b'"38923847700"', b'"38,923,847,700"', "expected whole dollars as competitiveAccepted of auction 4"),
        (b'"38923847700"', b'"38923847.7"', "expected whole dollars as competitiveAccepted"),
        (b'"38923847700"', b'"-1"', "expected whole dollars as competitiveAccepted"),
        (b'"38923847700"', b'"1e15"', "expected whole dollars as competitiveAccepted"),
        (b'"38923847700"', b"38923847700", "expected a text in ASCII as competitiveAccepted of auction 4, found '3"),
        (b'"38923847700"', b"null", "expected a text in ASCII as competitiveAccepted of auction 4, found 'None'"),
        (b'"38923847700"', b'"\xc3\xa9"', "expected a text in ASCII"),
        (b'"38923847700"', b'"\\ud800"', "expected a text in ASCII"),
        (b'"4.5800"', b'"4.58%"', "expected a number below 10^3 as highYield of auction 4, found '4.58%'"),
        (b'"4.5800"', b'"4580"', "expected a number below 10^3 as highYield"),
        (b'"highYield"', b'"high_yield"', "expected a text in ASCII as highYield of auction 1, it is missing"),
        (b'"cusip":"91282CQQ7"', b'"cusip":""', "expected a CUSIP"),
        (b'"type":"Note"', b'"type":"Bond"', "expected auctions of type Note, found 'Bond'"),
        (b'"tips":"No"', b'"tips":"Yes"', "expected auctions of type Note, found 'TIPS'"),
        (b"}]", b"}", "not JSON, or cut off"),
        (b"}]", b"},7]", "expected an object for auction 6, found '7'"),
        (b"4.5800", b"\xff", "the byte 0xff"),
    ],
)
def test_what_is_no_result_is_refused_with_its_place(old: bytes, new: bytes, words: str) -> None:
    assert words in refused(NOTES.replace(old, new, 1))


@pytest.mark.parametrize(
    ("body", "dataset", "words"),
    [
        (b"", "Note/2026", "not JSON, or cut off"),
        (b"[]", "Note/2026", "expected auctions, found none"),
        *(
            (b"[]", year, "expected auctions, found none")
            for year in ("Bill/1980", "Bond/2001", "TIPS/2015", "FRN/2015")
        ),
        (b"<!DOCTYPE html><html>", "Note/2026", "is a web page (HTML)"),
        (b'{"error":"busy"}', "Note/2026", "expected a JSON array, found"),
        (b"[" * 100_000, "Note/2026", "not JSON, or cut off"),
        (b"[]" + b" " * 2**24, "Note/2026", "found 16,777,218"),
        (b"[]", "Note/1978", "is not a dataset"),
        (b"[]", "Savings/2026", "is not a dataset"),
    ],
)
def test_an_incomplete_document_is_refused(body: bytes, dataset: str, words: str) -> None:
    assert words in refused(body, dataset)


def test_history_is_asked_for_once_and_the_current_year_again(tmp_path: Path) -> None:
    asked: list[str] = []
    this_year = dt.datetime.now(dt.UTC).year

    def handler(request: Request) -> Answer:
        year = request.query["startDate"][-4:]
        asked.append(f"{request.query['type']}/{year}")
        if request.headers.get("if-none-match") == '"1"':
            return Answer(b"", 304)
        return Answer(b"[]", 200, {"ETag": '"1"'})

    archive = Archive(tmp_path)
    with Publisher() as publisher:
        publisher.route("/TA_WS/", handler)
        settings = Settings(
            **publisher.addresses, http_attempts=2, http_max_wait_seconds=0.01, http_requests_per_second=1000
        )
        with HttpClient(settings) as client:
            first = list(treasurydirect.fetch(client, settings, archive))
            assert all(isinstance(outcome, Fetched) for outcome in first)
            expected = {
                f"{kind}/{year}"
                for kind, start in treasurydirect.FIRST_YEARS.items()
                for year in range(start, this_year + 1)
            }
            assert set(asked) == expected
            assert len(asked) == len(expected)
            for outcome in first:
                assert isinstance(outcome, Fetched)
                assert treasurydirect.dataset_of(outcome.response.address) == outcome.dataset
                archive.add(treasurydirect.PUBLISHER.name, outcome.dataset, outcome.response)
            asked.clear()
            again = list(treasurydirect.fetch(client, settings, archive))
            current = {one for one in expected if one.endswith(str(this_year))}
            assert current <= set(asked) <= current | {one for one in expected if one.endswith(str(this_year - 1))}
            assert all(isinstance(outcome, Fetched) for outcome in again)
            publisher.fault("type=Bill", "html", times=None)
            failed = [one for one in treasurydirect.fetch(client, settings, archive) if isinstance(one, Failed)]
    assert [(one.dataset, one.required) for one in failed] == [(f"Bill/{this_year}", False)]
    assert parse_qs(urlsplit(failed[0].address).query)["endDate"] == [f"12/31/{this_year}"]
