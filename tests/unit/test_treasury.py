"""The Treasury's par yield curve: parsing its CSV, refusing wrong ones, and the requests."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import treasury
from orchestration.sources.base import Failed, Fetched, FormatError
from orchestration.sources.http import HttpClient
from tests.publisher import Answer, Publisher, Request

NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
YEAR = "daily_treasury_yield_curve/2026"
TENORS = ["1 Mo", "1.5 Month", "3 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr", "30 Yr"]
HEADER = "Date," + ",".join(f'"{tenor}"' for tenor in TENORS)
NEW, OLD = "01/05/2026,3.71,,3.62,3.60,3.51,3.48,3.53,3.70,3.91,4.16,4.82", "01/02/2026," + ",".join(["4.00"] * 11)
CSV = "\n".join([HEADER, NEW, OLD]).encode()


def read(body: bytes, dataset: str = YEAR, now: dt.datetime = NOW) -> pd.DataFrame:
    return treasury.parse(dataset, body, now)


def refused(body: bytes, dataset: str = YEAR, now: dt.datetime = NOW) -> str:
    with pytest.raises(FormatError) as caught:
        read(body, dataset, now)
    return str(caught.value)


REAL = "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/2025/all"


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        (f"{REAL}?type=daily_treasury_yield_curve&field_tdr_date_value=2025&page&_format=csv", "2025"),
        (f"{REAL}?_format=csv&type=daily_treasury_yield_curve", "2025"),
        (f"{REAL.removesuffix('/all')}?type=daily_treasury_yield_curve", "2025"),
        (f"{REAL}?type=daily_treasury_real_yield_curve&field_tdr_date_value=2025&page&_format=csv", None),
        (f"{REAL}?type=daily_treasury_yield_curve&field_tdr_date_value_month=202501&page&_format=csv", None),
        (f"{REAL}?type=daily_treasury_yield_curve&field_tdr_date_value=2024&page&_format=csv", None),
        (REAL, None),
        (f"{REAL}?type=daily_treasury_yield_curve&page=1", None),
        (f"{REAL}?type=daily_treasury_yield_curve&tenor=10", None),
        (f"{REAL}/more?type=daily_treasury_yield_curve", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_dataset_of_an_address(address: str, dataset: str | None) -> None:
    expected = f"daily_treasury_yield_curve/{dataset}" if dataset else None
    assert treasury.dataset_of(address) == expected


def test_the_requested_address_is_the_real_one() -> None:
    address = treasury.address_of(Settings(), 2025)
    assert address == f"{REAL}?type=daily_treasury_yield_curve&field_tdr_date_value=2025&page&_format=csv"
    assert treasury.raw_table(treasury.dataset_of(address) or "") == "treasury_par_yields"


@pytest.mark.parametrize(
    "body",
    [
        CSV,
        CSV + b"\n",
        CSV.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + CSV,
        CSV.replace(b'"', b""),
        CSV.replace(b"\n0", b"\n 0").replace(b"3.62", b" 3.62 "),
        CSV.replace(b",3.62", b",3.6200"),
        "\n".join([f"{HEADER},Note", f"{NEW},x", f"{OLD},y", ""]).encode(),
    ],
    ids=["as served", "line end", "CRLF", "BOM", "no quotes", "padding", "digits", "added column"],
)
def test_every_form_gives_the_same_rows(body: bytes) -> None:
    frame = read(body)
    assert list(frame.columns) == ["date", "tenor", "value", "line_number"]
    assert [str(kind) for kind in frame.dtypes] == ["datetime64[us]", "str", "float64", "int64"]
    assert frame["tenor"].drop_duplicates().tolist() == TENORS
    rows = frame[frame["tenor"] == "3 Mo"].values.tolist()  # noqa: PD011 - a list of rows, for the comparison
    assert rows == [[pd.Timestamp(2026, 1, 5), "3 Mo", 3.62, 2], [pd.Timestamp(2026, 1, 2), "3 Mo", 4.0, 3]]
    young = frame.loc[frame["tenor"] == "1.5 Month", "value"]
    assert young.isna().tolist() == [True, False]


def test_rows_may_come_oldest_first() -> None:
    frame = read("\n".join([HEADER, OLD, NEW, ""]).encode())
    assert frame["date"].iloc[:2].is_monotonic_increasing


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"10 Yr"', b'"10 Year"', "10 Yr is missing or repeated"),
        (b'"10 Yr"', b'"7 Yr"', "7 Yr is missing or repeated"),
        (b'"1 Mo"', b'"1.5 Month"', "expected `Date` and each tenor once"),
        (b"Date", b"NEW_DATE", "expected `Date` and each tenor once"),
        (b",4.16", b"", "expected 12 cells on line 2, found 11"),
        (b"4.16", b"4,16", "expected 12 cells on line 2, found 13"),
        (b"4.16", b"n.a.", "expected a yield as 10 Yr on line 2, found 'n.a.'"),
        (b"4.16", b"4.16%", "on line 2, found '4.16%'"),
        (b"01/05/2026", b"2026-01-05", "expected a date like 12/31/2025 on line 2, found '2026-01-05'"),
        (b"01/05/2026", b"02/30/2026", "on line 2, found '02/30/2026'"),
        (b"01/05/2026", b"01/02/2026", "found 2026-01-02 twice on line 3"),
        (b"01/05/2026", b"01/05/2025", "found 2025-01-05 on line 2: another year's file"),
        (b"01/05/2026", b"06/05/2026", "found 2026-06-05 on line 2"),
        (b"4.16", b'"4.16', "is not CSV"),
        (b"4.16", b"\xff", "the byte 0xff on line 2"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(old: bytes, new: bytes, words: str) -> None:
    assert words in refused(CSV.replace(old, new))


@pytest.mark.parametrize("end", range(len(CSV)))
def test_a_document_cut_off_inside_a_line_is_refused(end: int) -> None:
    whole_lines = CSV[:end].endswith(b"\n") or end == CSV.rindex(b"\n")
    if whole_lines and CSV[:end].count(b"01/05/2026"):
        assert len(read(CSV[:end])) == len(TENORS)
    else:
        refused(CSV[:end])


def test_other_decimals_do_not_refuse_a_year_that_ends_without_a_line_end() -> None:
    """A last cell of more decimals is whole; one that may be cut among cells of any length costs its line only."""
    more = CSV.replace(OLD.encode(), OLD.encode() + b"25")
    assert read(more)["value"].iloc[-1] == float(f"{OLD.rpartition(',')[2]}25")
    assert "the document is cut off" in refused(CSV[:-1])
    newest = NEW.replace("01/05", "01/06").removesuffix("2")
    varied = CSV.replace(NEW.encode(), f"{newest}\n{NEW}".encode())[:-1]
    assert read(varied)["line_number"].unique().tolist() == [2, 3]
    assert read(varied + b"\n")["line_number"].unique().tolist() == [2, 3, 4]


def test_a_blank_last_cell_is_valid_only_below_another() -> None:
    blank = [line.rpartition(",")[0] + "," for line in (NEW, OLD)]
    assert read("\n".join([HEADER, *blank]).encode())["value"].iloc[-2:].isna().all()
    assert "the document is cut off" in refused("\n".join([HEADER, NEW, blank[1]]).encode())


def test_a_year_cut_off_before_its_first_day_is_refused() -> None:
    late = NEW.replace("01/05", "01/09")
    assert "none before 2026-01-09" in refused("\n".join([HEADER, late]).encode())


def test_a_year_without_days_is_valid_only_at_its_start() -> None:
    body = HEADER.encode()
    frame = read(body, now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert frame.empty
    assert frame.dtypes.equals(read(CSV).dtypes)
    assert "found none" in refused(body)


def test_another_years_file_is_refused() -> None:
    assert "another year's file" in refused(CSV, "daily_treasury_yield_curve/2025")


@pytest.mark.parametrize("dataset", ["x", "daily_treasury_yield_curve/1989", "daily_treasury_yield_curve/20260"])
def test_an_unknown_dataset_is_refused(dataset: str) -> None:
    assert "is not a dataset" in refused(CSV, dataset)


def test_a_document_that_is_not_data_is_named() -> None:
    assert "web page (HTML)" in refused(b"<!DOCTYPE html>\n<html></html>")
    assert "is empty" in refused(b"\n")
    assert "found 5,000,000" in refused(b"1" * 5_000_000)


@given(st.binary(max_size=300), st.integers(0, len(CSV)), st.integers(0, 40))
def test_garbage_and_damage_raise_one_kind_of_error(garbage: bytes, start: int, length: int) -> None:
    for body in (garbage, CSV[:start] + garbage[:8] + CSV[start + length :]):
        with suppress(FormatError):
            frame = read(body)
            assert not frame.duplicated(["date", "tenor"]).any()


def settings(publisher: Publisher) -> Settings:
    quick: dict[str, Any] = {"http_attempts": 2, "http_max_wait_seconds": 0.01, "http_requests_per_second": 10_000}
    return Settings(**publisher.addresses, **quick)


def load(publisher: Publisher, archive: Archive) -> list[Fetched | Failed]:
    chosen = settings(publisher)
    with HttpClient(chosen) as client:
        items = list(treasury.fetch(client, chosen, archive))
    for item in items:
        if isinstance(item, Fetched):
            archive.add("treasury", item.dataset, item.response)
    return items


def test_two_years_are_fetched_and_neither_is_required(tmp_path: Path) -> None:
    this_year = dt.datetime.now(dt.UTC).year

    def handler(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"1"':
            return Answer(b"", 304)
        return Answer(CSV, 200, {"ETag": '"1"'})

    archive = Archive(tmp_path)
    with Publisher() as publisher:
        publisher.route("/resource-center/", handler)
        publisher.fault(f"csv/{this_year - 1}/", "html")
        first, second = load(publisher, archive)
        assert isinstance(first, Failed)
        assert not first.required
        assert "web page" in first.reason
        assert first.address == treasury.address_of(settings(publisher), this_year - 1)
        assert isinstance(second, Fetched)
        assert second.dataset == treasury.dataset_of(second.response.address)
        assert second.dataset == f"daily_treasury_yield_curve/{this_year}"
        first, second = load(publisher, archive)
        assert isinstance(first, Fetched)
        assert isinstance(second, Fetched)
        assert (first.response.not_modified, second.response.not_modified) == (False, True)
        assert publisher.requests[-1].query["page"] == ""
