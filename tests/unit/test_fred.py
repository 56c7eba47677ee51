"""FRED: parsing its documents, refusing wrong ones, and joining the windows of its API into one table."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import fred
from orchestration.sources.base import Failed, Fetched, FormatError
from orchestration.sources.http import HttpClient
from orchestration.tables.seeds import read_seed
from tests.fred_vintages import joined
from tests.publisher import API_KEY, Publisher, windows

NOW = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
CSV = b"observation_date,DGS10\n2026-01-01,\n2026-01-02,4.19\n2026-01-05,4.6700000000\n"
few = hypothesis_settings(max_examples=hypothesis_settings().max_examples // 4)
"""For tests whose single example is slow."""


def read(body: bytes, dataset: str = "DGS10") -> pd.DataFrame:
    return fred.parse(dataset, body, NOW)


def refused(body: bytes, dataset: str = "DGS10") -> str:
    with pytest.raises(FormatError) as caught:
        read(body, dataset)
    return str(caught.value)


def said(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows as plain values; None for missing."""
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]


# ---------------------------------------------------------------- addresses


BUTTON = (
    "bgcolor=%23ebf3fb&chart_type=line&drp=0&fo=open%20sans&graph_bgcolor=%23ffffff&height=450&mode=fred"
    "&recession_bars=on&txtcolor=%23444444&ts=12&tts=12&width=1320&nt=0&thu=0&trc=0&show_legend=yes"
    "&show_axis_titles=yes&show_tooltip=yes&id=DGS10&scale=left&cosd=2020-06-15&coed=2026-06-15&line_color=%230073e6"
    "&link_values=false&line_style=solid&mark_type=none&mw=3&lw=3&ost=-99999&oet=99999&mma=0&fml=a&fq=Daily&fam=avg"
    "&fgst=lin&fgsnd=2020-02-01&line_index=1&transformation=lin&vintage_date=2026-06-17&revision_date=2026-06-17"
    "&nd=1962-01-02"
)
"""What the site's own download button asks for, with its defaults."""


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10", "DGS10"),
        ("http://127.0.0.1:80/graph/fredgraph.csv?id=dgs10&cosd=2005-01-03&coed=2026-01-01", "DGS10"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10,WALCL", "DGS10,WALCL"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=NOT_IN_THE_CATALOGUE", "NOT_IN_THE_CATALOGUE"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&transformation=lin", "DGS10"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&transformation=pc1", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=../x", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=A&id=B", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.png?id=DGS10", None),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&file_type=json&offset=0", "NFCI"),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&units=lin", "NFCI"),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&units=pc1", None),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&frequency=m", None),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&output_type=2", None),
        ("https://api.stlouisfed.org/fred/series?series_id=NFCI", "NFCI/series"),
        ("https://api.stlouisfed.org/fred/series/vintagedates?series_id=NFCI", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&fq=Weekly%2C+Ending+Friday&fam=avg", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&fq=Monthly&fam=avg", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=FDHBFIN&fq=Annual", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=FDHBFIN&fq=Quarterly%2C+End+of+Period", "FDHBFIN"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=WALCL&fq=Weekly%2C+Ending+Friday", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=WALCL&fq=Weekly%2C+As+of+Wednesday&fam=eop", "WALCL"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=IORB&fq=Daily%2C+7-Day", "IORB"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=UNHEARD&fq=Daily", "UNHEARD"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=UNHEARD&fq=Monthly", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10,DGS2&fq=Daily,Daily", "DGS10,DGS2"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=STLFSI4&fml=a%2A2", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&fml=a%2A100", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&units=pc1", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&fgst=pc1", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&mma=5", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&transformation=", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&unheard_of=1", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&vintage_date=2026-06-17", "DGS10"),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&vintage_date=yesterday", None),
        ("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&vintage_date=2026-06-17,2026-06-10", None),
        (f"https://fred.stlouisfed.org/graph/fredgraph.csv?{BUTTON}", "DGS10"),
        (f"https://fred.stlouisfed.org/graph/fredgraph.csv?{BUTTON.replace('fq=Daily', 'fq=Monthly')}", None),
        (f"https://fred.stlouisfed.org/graph/fredgraph.csv?{BUTTON.replace('fgst=lin', 'fgst=pch')}", None),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&vintage_dates=2026-06-17", "NFCI"),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&aggregation_method=avg", "NFCI"),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&limit=60&sort_order=desc", "NFCI"),
        ("https://api.stlouisfed.org/fred/series/observations?series_id=NFCI&units=", None),
        ("https://www.newyorkfed.org/medialibrary/media/research/data_indicators/ACMTermPremium.xls", None),
        ("https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/mfh.txt", None),
        ("folder:tic/country_codes.csv", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_dataset_of_an_address(address: str, dataset: str | None) -> None:
    assert fred.dataset_of(address) == dataset


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("graph/fredgraph.csv?id=NFCI", None),
        ("graph/fredgraph.csv?id=NFCI&vintage_date=2026-06-17", dt.date(2026, 6, 17)),
        (f"graph/fredgraph.csv?{BUTTON}", dt.date(2026, 6, 17)),
        ("graph/fredgraph.csv?id=NFCI&vintage_date=2026-06-20", None),
        (
            "fred/series/observations?series_id=NFCI&realtime_start=2026-06-17&realtime_end=2026-06-17",
            dt.date(2026, 6, 17),
        ),
        ("fred/series/observations?series_id=NFCI&vintage_dates=2026-06-17", dt.date(2026, 6, 17)),
        ("fred/series/observations?series_id=NFCI&vintage_dates=2026-06-10,2026-06-17", None),
        ("fred/series/observations?series_id=NFCI&realtime_start=2026-06-10&realtime_end=2026-06-17", None),
        ("fred/series/observations?series_id=NFCI", None),
    ],
)
def test_an_answer_about_one_day_is_known_since_that_day(query: str, day: dt.date | None) -> None:
    address = f"https://fred.test/{query}"
    assert fred.dataset_of(address) is not None
    assert fred.vintage_day(address, dt.date(2026, 6, 20)) == day


def test_an_unread_address_is_explained_with_the_one_that_is_read() -> None:
    weekly = "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10&fq=Weekly%2C+Ending+Friday&fam=avg"
    reported = fred.explain(weekly)
    assert reported is not None
    assert "fq=Weekly, Ending Friday" in reported
    assert "fredgraph.csv?id=DGS10" in reported
    assert fred.explain("https://fred.stlouisfed.org/graph/fredgraph.xls?id=DGS10") is not None
    assert fred.explain("https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10") is None
    assert fred.explain("https://elsewhere.test/table.csv") is None


def test_descriptions_and_observations_go_to_their_own_tables() -> None:
    assert fred.raw_table("DGS10") == "fred_observations"
    assert fred.raw_table("DGS10/series") == "fred_series"


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize(
    "body",
    [
        CSV,
        CSV.replace(b"observation_date", b"DATE").replace(b"01-01,\n", b"01-01,.\n"),
        CSV.replace(b"observation_date,DGS10", b"DATE,VALUE"),
        CSV.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + CSV,
        CSV.replace(b",", b" , "),
        CSV + b"\n\n",
        CSV.replace(b"DGS10", b'"DGS10"').replace(b"4.19", b'"4.19"'),
        CSV.replace(b"4.19", b"4.190").replace(b"4.6700000000", b"4.67e0"),
        CSV.replace(b"\n", b",junk\n"),
    ],
    ids=["new", "old", "oldest", "CRLF", "BOM", "padding", "blank lines", "quotes", "other digits", "added column"],
)
def test_every_form_of_the_csv_gives_the_same_rows(body: bytes) -> None:
    frame = read(body)
    assert list(frame.columns) == ["series_id", "date", "value", "realtime_start", "realtime_end", "line_number"]
    assert said(frame) == [
        ("DGS10", pd.Timestamp(2026, 1, 1), None, None, None, 2),
        ("DGS10", pd.Timestamp(2026, 1, 2), 4.19, None, None, 3),
        ("DGS10", pd.Timestamp(2026, 1, 5), 4.67, None, None, 4),
    ]
    assert [str(kind) for kind in frame.dtypes] == [
        *("str", "datetime64[us]", "float64", "datetime64[us]", "datetime64[us]", "int64")
    ]


def test_rows_may_come_newest_first() -> None:
    lines = CSV.splitlines(keepends=True)
    frame = read(b"".join([lines[0], *reversed(lines[1:])]))
    assert frame["date"].is_monotonic_decreasing
    assert frame["line_number"].tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"DGS10", b"DGS2", "FRED served another series under this name"),
        (b"DGS10", b"DGS10,DGS10", "another series"),
        (b"observation_date", b"date", "expected a header that begins `observation_date,`"),
        (b"observation_date,DGS10\n", b"", "expected a header that begins"),
        (b"4.19", b"4,19", "expected 2 cells on line 3, found 3"),
        (b"4.19", b"n.a.", "expected a number, `.` or nothing on line 3, found 'n.a.'"),
        (b"4.19", b"4.", "on line 3, found '4.'"),
        (b"4.19", b"nan", "on line 3, found 'nan'"),
        (b"4.19", b"inf", "on line 3, found 'inf'"),
        (b"4.19", b"1e999", "on line 3, found '1e999'"),
        (b"4.19", b"1_000", "on line 3"),
        (b"4.19", "٤".encode(), "on line 3"),
        (b"4.19", b"4.19*", "on line 3"),
        (b"4.19", b"$4.19", "on line 3"),
        (b"2026-01-02", b"2026-02-30", "expected a date like 2026-01-31 on line 3, found '2026-02-30'"),
        (b"2026-01-02", b"01/02/2026", "on line 3, found '01/02/2026'"),
        (b"2026-01-02", b"2026-01-01", "found 2026-01-01 twice on line 3"),
        (b"2026-01-02", b"2026-01-09", "found 2026-01-05 out of order on line 4"),
        (b"4.6700000000\n", b"4.6", "expected a line end after the last line, found none on line 4"),
        (b"4.19", b'"4.19', "is not CSV"),
        (b"4.19", b"\xff", "the byte 0xff on line 3"),
        (b"4.19", b"\x00", "FRED DGS10"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(old: bytes, new: bytes, words: str) -> None:
    assert words in refused(CSV.replace(old, new))


def test_a_document_without_observations_is_refused() -> None:
    assert "found none" in refused(b"observation_date,DGS10\n")
    assert "is empty" in refused(b"")
    assert "is empty" in refused(b" \r\n")


def test_a_document_that_is_not_data_is_named() -> None:
    assert "web page" in refused(b"\n<!DOCTYPE html><html><body>Bad Gateway</body></html>\n")
    key = b'<?xml version="1.0"?><error code="400" message="Bad Request.  Variable api_key has not been set."/>'
    assert "Variable api_key has not been set." in refused(key)


def test_an_oversized_document_is_refused_at_once() -> None:
    assert "67,108,865 bytes" in refused(b"1" * (fred.LARGEST_DOCUMENT + 1))


@pytest.mark.parametrize("end", range(len(CSV)))
def test_a_document_cut_off_inside_a_line_is_refused(end: int) -> None:
    cut = CSV[:end]
    if cut.count(b"\n") > 1 and cut.endswith(b"\n"):  # missing lines cannot be detected
        assert said(read(cut)) == said(read(CSV))[: cut.count(b"\n") - 1]
    else:
        refused(cut)


def test_several_columns_are_several_series() -> None:
    frame = read(b"observation_date,DGS10,DGS2\n2026-01-02,4.19,3.47\n2026-01-05,,3.45\n", "DGS2,DGS10")
    assert [row[:3] for row in said(frame)] == [
        ("DGS2", pd.Timestamp(2026, 1, 2), 3.47),
        ("DGS2", pd.Timestamp(2026, 1, 5), 3.45),
        ("DGS10", pd.Timestamp(2026, 1, 2), 4.19),
        ("DGS10", pd.Timestamp(2026, 1, 5), None),
    ]
    assert "expected one column WALCL" in refused(CSV, "DGS10,WALCL")


# ---------------------------------------------------------------- ZIP


DAILY = CSV
WEEKLY = b"observation_date,WALCL\n2026-01-07,6573604.0\n2026-01-14,6581697\n"


def packed(members: Mapping[str, bytes], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_mixed_frequencies_come_as_a_zip() -> None:
    frame = read(packed({"daily.csv": DAILY, "weekly.csv": WEEKLY, "README.txt": b"Hello"}), "DGS10,WALCL")
    assert frame["series_id"].tolist() == ["DGS10"] * 3 + ["WALCL"] * 2
    assert frame["value"].tolist()[3:] == [6573604.0, 6581697.0]
    assert frame["line_number"].tolist() == [2, 3, 4, 2, 3]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (packed({"daily.csv": DAILY}), "expected WALCL once in the ZIP, found it 0 times"),
        (packed({"a.csv": DAILY, "b.csv": DAILY, "c.csv": WEEKLY}), "expected DGS10 once in the ZIP, found it 2 times"),
        (packed({"../daily.csv": DAILY, "weekly.csv": WEEKLY}), "found the name '../daily.csv'"),
        (packed({"/etc/daily.csv": DAILY}), "found the name '/etc/daily.csv'"),
        (packed({"..\\daily.csv": DAILY}), "expected a ZIP with CSV files"),
        (packed({"daily.csv/": b""}), "expected a ZIP with CSV files"),
        (packed({"daily.exe": DAILY}), "found the name 'daily.exe'"),
        (packed({f"{number}.csv": DAILY for number in range(21)}), "found 21 files"),
        (packed({}), "FRED DGS10,WALCL"),
        (packed({"daily.csv": b"<html>", "weekly.csv": WEEKLY}), "daily.csv: the document is a web page"),
        (packed({"daily.csv": DAILY[:-3], "weekly.csv": WEEKLY}), "daily.csv of the ZIP: expected a line end"),
        (packed({"daily.csv": DAILY, "weekly.csv": WEEKLY})[:-30], "damaged or was cut off"),
        (packed({"daily.csv": DAILY, "weekly.csv": WEEKLY}).replace(b"\x08\x00", b"\x63\x00"), "packed in another way"),
    ],
)
def test_a_wrong_zip_is_refused(body: bytes, words: str) -> None:
    assert words in refused(body, "DGS10,WALCL")


def test_a_zip_bomb_does_not_unpack() -> None:
    body = packed({"daily.csv": bytes(fred.LARGEST_DOCUMENT + 1)})
    assert len(body) < 100_000
    assert "67,108,865 bytes packed into" in refused(body)


def test_an_encrypted_member_is_refused() -> None:
    body = bytearray(packed({"daily.csv": DAILY}))
    body[6] |= 1
    directory = body.rindex(b"PK\x01\x02")
    body[directory + 8] |= 1
    assert "is encrypted" in refused(bytes(body))


# ---------------------------------------------------------------- JSON


def answer(observations: list[dict[str, Any]], **changes: Any) -> bytes:
    content = {
        "realtime_start": "1776-07-04",
        "realtime_end": "9999-12-31",
        "units": "lin",
        "output_type": 1,
        "count": len(observations),
        "offset": 0,
        "limit": 100000,
        "observations": observations,
    }
    return json.dumps(content | changes).encode()


def observation(date: str, value: str, start: str = "2026-03-27", end: str = "9999-12-31") -> dict[str, Any]:
    return {"realtime_start": start, "realtime_end": end, "date": date, "value": value}


def test_the_api_gives_vintages() -> None:
    body = answer(
        [
            observation("2026-03-20", "-0.42", "2026-03-25", "2026-08-18"),
            observation("2026-03-20", "-0.430", "2026-08-19"),
            observation("2026-03-27", ".", "2026-04-01"),
        ]
    )
    day = pd.Timestamp
    assert said(read(body, "NFCI")) == [
        ("NFCI", day("2026-03-20"), -0.42, day("2026-03-25"), day("2026-08-18"), 1),
        ("NFCI", day("2026-03-20"), -0.43, day("2026-08-19"), day("9999-12-31"), 2),
        ("NFCI", day("2026-03-27"), None, day("2026-04-01"), day("9999-12-31"), 3),
    ]


def test_an_answer_about_one_day_has_no_vintages() -> None:
    today = {"realtime_start": "2026-09-15", "realtime_end": "2026-09-15"}
    body = answer([observation("2026-09-11", "4.67", "2026-09-15", "2026-09-15")], **today)
    assert said(read(body)) == [("DGS10", pd.Timestamp(2026, 9, 11), 4.67, None, None, 1)]


def test_a_window_without_observations_is_empty() -> None:
    frame = read(answer([]))
    assert frame.empty
    assert frame.dtypes.equals(read(CSV).dtypes)
    assert len(read(answer([], count=7, offset=7))) == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'{"error_code":400,"error_message":"Bad Request.  The series does not exist."}',
            "The series does not exist.",
        ),
        (answer([observation("2026-01-01", "1")])[:-5], "cut off"),
        (answer([observation("2026-01-01", "1")], count=2), "expected 2 rows"),
        (answer([observation("2026-01-01", "1")], count=True), "as `count`, found 'True'"),
        (answer([observation("2026-01-01", "1")], count="1"), "as `count`"),
        (answer([observation("2026-01-01", "1")], limit=-1), "as `limit`"),
        (answer([observation("2026-01-01", "1")], units="pc1"), "transformed figures"),
        (answer([observation("2026-01-01", "1")], output_type=2), "transformed figures"),
        (answer([observation("2026-01-01", "1"), observation("2026-01-01", "2")]), "found 2026-01-01 again in row 2"),
        (answer([observation("2026-01-01", "1", "2026-05-01", "2026-04-01")]), "before its realtime_start"),
        (answer([observation("2026-01-01", "one")]), "found 'one'"),
        (answer([observation("2026-13-01", "1")]), "found '2026-13-01'"),
        (answer([observation("2026-01-01", "1", "then")]), "expected a realtime_start like"),
        (answer([{"date": "2026-01-01"}]), "expected text as value in row 1, found 'None'"),
        (answer([observation("2026-01-01", 4.67)]), "expected text as value in row 1"),  # type: ignore[arg-type]
        (answer([observation("2026-01-01", "\ud800")]), "invalid characters"),
        (answer([7]), "expected an observation in row 1"),  # type: ignore[list-item]
        (answer("x"), "expected a list `observations`"),  # type: ignore[arg-type]
        (b"{}", "expected a list `observations`"),
        (b'{"a":' * 100_000, "expected JSON"),
        (b'{"count": ' + b"9" * 5000 + b"}", "expected JSON"),
    ],
)
def test_a_wrong_answer_of_the_api_is_refused(body: bytes, words: str) -> None:
    assert words in refused(body)


def test_json_holds_one_series() -> None:
    assert "JSON, which has one" in refused(answer([observation("2026-01-01", "1")]), "A,B")


def description(**changes: Any) -> bytes:
    entry = {
        "id": "WALCL",
        "title": "Total Assets",
        "units": "Millions of U.S. Dollars",
        "frequency": "Weekly, As of Wednesday",
        "seasonal_adjustment": "Not Seasonally Adjusted",
        "last_updated": "2024-10-30 23:54:01-05",
        "popularity": 90,
    }
    return json.dumps({"seriess": [entry | changes]}).encode()


def test_the_description_of_a_series_is_read() -> None:
    frame = read(description(), "WALCL/series")
    assert said(frame) == [
        (
            "WALCL",
            "Total Assets",
            "Millions of U.S. Dollars",
            "Weekly, As of Wednesday",
            "Not Seasonally Adjusted",
            pd.Timestamp(2024, 10, 31, 4, 54, 1),
            1,
        )
    ]
    assert str(frame["last_updated"].dtype) == "datetime64[us]"
    assert str(frame["units"].dtype) == "str"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (description(id="WRESBAL"), "found that of 'WRESBAL'"),
        (description(units=None), "expected text as `units`"),
        (description(units=""), "expected text as `units`"),
        (description(units="\ud800"), "expected text as `units`"),
        (description(last_updated="yesterday"), "expected a time as `last_updated`"),
        (description(last_updated="2024-13-30 07:54:01-05"), "expected a time"),
        (description(last_updated="0001-01-01 00:00:00+05"), "expected a time"),
        (b'{"seriess": []}', "expected the description of one series"),
        (b'{"seriess": [1]}', "expected the description of one series"),
        (CSV, "expected JSON"),
        (b"[]", "expected a JSON object"),
    ],
)
def test_a_wrong_description_is_refused(body: bytes, words: str) -> None:
    assert words in refused(body, "WALCL/series")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Millions of U.S. Dollars", "Millions of US Dollars", True),
        ("Billions of Dollars", "Billions of U.S. Dollars", True),
        ("Percent", "percent", True),
        ("Index", "Index Jan 2006=100", True),
        ("Millions of U.S. Dollars", "Billions of U.S. Dollars", False),
        ("Index Jan 2006=100", "Index Jan 2020=100", False),
        ("Percent", "Basis Points", False),
        ("Index", "Percent", False),
        ("U.S. Dollars", "Index", False),
    ],
)
def test_when_units_are_the_same(one: str, other: str, same: bool) -> None:
    assert fred.same_units(one, other) is same
    assert fred.same_units(other, one) is same


# ---------------------------------------------------------------- garbage


DOCUMENTS = [
    ("DGS10", CSV),
    ("DGS10", CSV.replace(b"observation_date,DGS10", b"DATE,VALUE")),
    ("DGS10,WALCL", packed({"daily.csv": DAILY, "weekly.csv": WEEKLY})),
    ("NFCI", answer([observation("2026-03-20", "-0.42"), observation("2026-03-27", ".")])),
    ("WALCL/series", description()),
]


@given(st.sampled_from(["DGS10", "A,B", "DGS10/series"]), st.binary(max_size=400))
@example("DGS10", b"PK\x03\x04")
@example("DGS10", b"\xff\xfeo\x00b\x00")
@example("DGS10", b"{")
@example("DGS10", b"[" * 200_000)
def test_garbage_raises_one_kind_of_error(dataset: str, body: bytes) -> None:
    with suppress(FormatError):
        read(body, dataset)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real form with some bytes changed, taken out, put in, or twice there."""
    dataset, body = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 12)))
        middle = draw(st.one_of(st.binary(max_size=6), st.just(body[start:end] * 2), st.sampled_from(TOKENS)))
        body = body[:start] + middle + body[end:]
    return dataset, body


TOKENS = [b"", b",", b"\n", b"\r\n", b'"', b".", b"9999-99-99", b"PK\x03\x04", b"\x00", b"null", b"{}", b"-0", b"1e308"]


@given(mutated())
def test_a_damaged_document_raises_one_kind_of_error_or_is_read(document: tuple[str, bytes]) -> None:
    dataset, body = document
    try:
        frame = read(body, dataset)
    except FormatError:
        return
    if fred.raw_table(dataset) == "fred_observations":
        assert set(frame["series_id"]) <= set(dataset.split(","))
        assert not frame.duplicated(["series_id", "date", "realtime_start"]).any()


# ---------------------------------------------------------------- windows


days = st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31))


@given(st.lists(days, max_size=60), st.integers(1, 70))
def test_windows_cover_all_time_once_and_few_vintages_each(vintages: list[dt.date], per_request: int) -> None:
    found = fred.vintage_windows(vintages, per_request)
    assert found[0][0] == dt.date(1776, 7, 4)
    assert found[-1][1] == dt.date(9999, 12, 31)
    for (_, end), (start, _) in itertools.pairwise(found):
        assert start == end + dt.timedelta(days=1)
    for start, end in found:
        assert len({day for day in vintages if start <= day <= end}) <= per_request


@given(st.lists(days, min_size=2, max_size=60, unique=True), st.integers(1, 20), st.integers(1, 60))
def test_a_full_window_stays_as_it_is(vintages: list[dt.date], per_request: int, first: int) -> None:
    ordered = sorted(vintages)
    earlier = fred.vintage_windows(ordered[:first], per_request)
    assert fred.vintage_windows(ordered, per_request)[: len(earlier) - 1] == earlier[:-1]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dt.date], pd.DataFrame]:
    """Vintage dates, and what each said of some days: values that stay, change, turn missing, come and go."""
    vintages = sorted(draw(st.lists(days, min_size=1, max_size=9, unique=True)))
    rows: list[tuple[str, str, float, str, str]] = []
    for date in ("2019-01-01", "2019-01-02", "2019-01-03"):
        reported = draw(st.lists(st.sampled_from([1.0, 2.0, float("nan"), None]), min_size=9, max_size=9))
        for number, day in enumerate(vintages):
            value = reported[number]
            if value is None:
                continue
            is_last = number + 1 == len(vintages)
            end = dt.date(9999, 12, 31) if is_last else vintages[number + 1] - dt.timedelta(days=1)
            rows.append(("NFCI", date, value, day.isoformat(), end.isoformat()))
    return vintages, observations(rows)


def observations(rows: list[tuple[str, str, float, str, str]]) -> pd.DataFrame:
    names = ["series_id", "date", "value", "realtime_start", "realtime_end"]
    frame = pd.DataFrame(rows, columns=names).assign(line_number=range(1, len(rows) + 1))
    for name in ("date", "realtime_start", "realtime_end"):
        frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[us]")
    return frame.astype({"series_id": "str", "value": "float64", "line_number": "int64"})


def clipped(frame: pd.DataFrame, start: dt.date, end: dt.date) -> pd.DataFrame:
    """What the API answers about a window, of the truth."""
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    inside = frame[(frame["realtime_start"] <= last) & (frame["realtime_end"] >= first)]
    return inside.assign(
        realtime_start=inside["realtime_start"].clip(lower=first), realtime_end=inside["realtime_end"].clip(upper=last)
    )


@few
@given(histories(), st.integers(1, 10), st.randoms(use_true_random=False))
def test_the_size_of_the_chunks_does_not_change_the_table(
    history: tuple[list[dt.date], pd.DataFrame], per_request: int, order: Any
) -> None:
    vintages, raw = history
    truth = joined(raw).drop(columns="line_number")
    parts = [clipped(raw, *window) for window in fred.vintage_windows(vintages, per_request)]
    order.shuffle(parts)
    merged = joined(pd.concat(parts, ignore_index=True)).drop(columns="line_number")
    pd.testing.assert_frame_equal(merged, truth)


# ---------------------------------------------------------------- asking


FIRST, SECOND, THIRD = "2026-03-01", "2026-06-01", "2026-08-01"
FILES = {
    ("NFCI", FIRST): "2026-01-02,0.1\n2026-01-09,0.2\n",
    ("NFCI", SECOND): "2026-01-02,0.1\n2026-01-09,0.25\n2026-01-16,0.3\n",
    ("NFCI", THIRD): "2026-01-02,0.1\n2026-01-09,0.2\n2026-01-16,.\n2026-01-23,-1\n",
    ("DGS10", SECOND): "2026-01-01,\n2026-01-02,4.19\n2026-01-05,4.1700000000\n",
    ("WALCL", SECOND): "2026-01-07,6573604\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a manifest, in the form of a real one."""
    rows = [["path", "source", "url", "as_of", "form", "bytes", "sha256", "note"]]
    for (series, day), text in FILES.items():
        path = tmp_path / "files" / f"{series}-{day}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"observation_date,{series}\n{text}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        url = f"https://fred.stlouisfed.org/graph/fredgraph.csv?id={series}"
        rows.append([f"files/{path.name}", "fred", url, day, "publisher-bytes", "1", digest, ""])
    with (tmp_path / "manifest.csv").open("w", newline="") as manifest:
        csv.writer(manifest).writerows(rows)
    return tmp_path


@pytest.fixture
def publisher(folder: Path) -> Iterator[Publisher]:
    with Publisher(folder) as server:
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def settings(publisher: Publisher, key: str | None = None) -> Settings:
    return Settings(
        **publisher.addresses,
        FRED_API_KEY=key,
        http_timeout_seconds=2,
        http_attempts=2,
        http_max_wait_seconds=0.01,
        http_requests_per_second=100_000,
    )


def load(publisher: Publisher, archive: Archive, key: str | None = None) -> list[Fetched | Failed]:
    """Fetch, and archive as a load does."""
    chosen = settings(publisher, key)
    items: list[Fetched | Failed] = []
    with HttpClient(chosen) as client:
        for item in fred.fetch(client, chosen, archive):
            items.append(item)
            if isinstance(item, Fetched):
                archive.add("fred", item.dataset, item.response)
    return items


def fetched(items: list[Fetched | Failed]) -> list[str]:
    return [item.dataset for item in items if isinstance(item, Fetched)]


def failed(items: list[Fetched | Failed]) -> dict[str, Failed]:
    return {item.dataset: item for item in items if isinstance(item, Failed)}


def table(archive: Archive, series: str) -> pd.DataFrame:
    """All vintages that the archive has of a series, as one table."""
    documents = archive.documents_of("fred", series)
    frames = [fred.parse(series, archive.read(document), document.retrieved_at) for document in documents]
    return joined(pd.concat(frames, ignore_index=True)).drop(columns="line_number")


def truth(publisher: Publisher, series: str) -> list[tuple[Any, ...]]:
    return [
        (series, pd.Timestamp(date), float(value) if value else None, pd.Timestamp(start), pd.Timestamp(end))
        for date, start, end, value in windows(publisher.vintages(series))
    ]


def wanted() -> list[str]:
    seed = read_seed("fred_series")
    return seed.loc[seed["fetch"] == "true", "series_id"].tolist()


def test_without_a_key_each_series_is_fetched_once_and_a_failure_affects_no_other(
    publisher: Publisher, archive: Archive
) -> None:
    publisher.fault("id=DGS10", "status", times=None, status=502)
    items = load(publisher, archive)
    assert fetched(items) == [series for series in wanted() if series in ("WALCL", "NFCI")]
    assert set(failed(items)) == set(wanted()) - {"WALCL", "NFCI"}
    assert not any(item.required for item in failed(items).values())
    assert "status 502" in failed(items)["DGS10"].reason
    assert failed(items)["DGS10"].address == f"{publisher.base}/graph/fredgraph.csv?id=DGS10"
    assert len(publisher.asked("id=DGS10")) >= 2
    assert all(list(request.query) == ["id"] for request in publisher.requests)
    assert all(request.path == "/graph/fredgraph.csv" for request in publisher.requests)
    assert fred.dataset_of(archive.documents()[0].address) == archive.documents()[0].dataset


def test_a_second_fetch_is_conditional(publisher: Publisher, archive: Archive) -> None:
    load(publisher, archive)
    documents = archive.documents()
    items = [item for item in load(publisher, archive) if isinstance(item, Fetched)]
    assert len(items) == 3
    assert all(item.response.not_modified for item in items)
    assert archive.documents() == documents


def test_rate_limits_of_robots_and_api_override_the_settings(publisher: Publisher, archive: Archive) -> None:
    chosen = settings(publisher)
    with HttpClient(chosen) as client:
        list(fred.fetch(client, chosen, archive))
        pace = client._pace._slowest
        assert pace["fred.stlouisfed.org"] >= 1.0
        assert pace["api.stlouisfed.org"] > 60 / 120


def test_with_a_key_vintages_are_fetched_and_the_key_appears_nowhere(
    publisher: Publisher, archive: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    items = load(publisher, archive, API_KEY)
    names = fetched(items)
    assert sorted(names) == ["DGS10", "DGS10/series", "NFCI", "NFCI/series", "WALCL", "WALCL/series"]
    assert said(table(archive, "NFCI")) == truth(publisher, "NFCI")
    assert [row[1:4] for row in said(table(archive, "DGS10"))] == [
        (pd.Timestamp(2026, 1, 1), None, None),
        (pd.Timestamp(2026, 1, 2), 4.19, None),
        (pd.Timestamp(2026, 1, 5), 4.17, None),
    ]
    assert "does not exist" in failed(items)["SOFR"].reason
    assert API_KEY not in repr(items)
    assert API_KEY not in caplog.text
    kept = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert len(kept) == 12
    assert not any(API_KEY.encode() in path.read_bytes() for path in kept)
    assert all(request.query.get("api_key") == API_KEY for request in publisher.requests)
    for document in archive.documents():
        assert fred.dataset_of(document.address) == document.dataset


@pytest.mark.parametrize(("per_request", "per_page"), [(1, 1), (1, 1000), (2, 2), (3, 1), (100, 1000)])
def test_neither_chunks_nor_pages_change_the_vintages(
    publisher: Publisher, archive: Archive, monkeypatch: pytest.MonkeyPatch, per_request: int, per_page: int
) -> None:
    monkeypatch.setattr(fred, "VINTAGES_PER_REQUEST", per_request)
    monkeypatch.setattr(fred, "OBSERVATIONS_PER_PAGE", per_page)
    monkeypatch.setattr(fred, "VINTAGES_PER_PAGE", per_page)
    publisher.vintage_limit = per_request
    items = load(publisher, archive, API_KEY)
    assert "NFCI" not in failed(items)
    assert said(table(archive, "NFCI")) == truth(publisher, "NFCI")
    assert len(table(archive, "DGS10")) == 3
    assert len(archive.documents_of("fred", "DGS10")) == {1: 3, 2: 2}.get(per_page, 1)


def test_full_windows_are_fetched_once(publisher: Publisher, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fred, "VINTAGES_PER_REQUEST", 1)
    publisher.day = dt.date(2026, 6, 30)
    load(publisher, archive, API_KEY)
    publisher.requests.clear()
    publisher.day = None
    load(publisher, archive, API_KEY)
    asked = [request.query["realtime_start"] for request in publisher.asked("observations?series_id=NFCI")]
    assert asked == [SECOND, THIRD]
    assert said(table(archive, "NFCI")) == truth(publisher, "NFCI")


def test_the_first_page_is_yielded_last(
    publisher: Publisher, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fred, "OBSERVATIONS_PER_PAGE", 1)
    publisher.fault("series_id=DGS10&limit=1&offset=2", "status", times=None, status=500)
    items = load(publisher, archive, API_KEY)
    pages = [item.response.address for item in items if isinstance(item, Fetched) and item.dataset == "DGS10"]
    assert [page for page in pages if "offset=0" in page] == []
    assert "status 500" in failed(items)["DGS10"].reason
    publisher.heal()
    items = load(publisher, archive, API_KEY)
    pages = [item.response.address for item in items if isinstance(item, Fetched) and item.dataset == "DGS10"]
    assert [page.partition("offset=")[2][:1] for page in pages] == ["1", "2", "0"]


def test_a_series_in_other_units_is_not_loaded(publisher: Publisher, archive: Archive) -> None:
    publisher.units["WALCL"] = "Billions of U.S. Dollars"
    publisher.units["DGS10"] = "Percent"
    items = load(publisher, archive, API_KEY)
    assert "WALCL" not in fetched(items)
    reason = failed(items)["WALCL"].reason
    assert "'Millions of U.S. Dollars'" in reason
    assert "'Billions of U.S. Dollars'" in reason
    assert "fred_series.csv" in reason
    assert not failed(items)["WALCL"].required
    assert "DGS10" in fetched(items)
    assert not publisher.asked("observations?series_id=WALCL")


def test_an_invalid_key_is_reported_once_and_the_load_continues_without_it(
    publisher: Publisher, archive: Archive
) -> None:
    wrong = "f" * 32
    items = load(publisher, archive, wrong)
    assert sorted(fetched(items)) == ["DGS10", "NFCI", "WALCL"]
    about_key = [item for item in failed(items).values() if "FRED_API_KEY" in item.reason]
    assert len(about_key) == 1
    assert "is not registered" in about_key[0].reason
    assert wrong not in repr(items)
    assert len(publisher.asked("/fred/")) == 1


@pytest.mark.parametrize("kind", ["html", "cut_with_right_length", "lying_gzip"])
def test_a_broken_answer_of_the_api_affects_only_its_series(publisher: Publisher, archive: Archive, kind: str) -> None:
    publisher.fault("observations?series_id=NFCI", kind, times=None)
    items = load(publisher, archive, API_KEY)
    assert "NFCI" in failed(items)
    assert {"DGS10", "WALCL"} <= set(fetched(items))


# ---------------------------------------------------------------- the catalogue


def test_the_catalogue_is_valid() -> None:
    seed = read_seed("fred_series")
    assert seed["series_id"].is_unique
    assert not seed.drop(columns="longest_still").isna().any().any()
    # An empty cell of `longest_still` is allowed: a value may repeat for ever.
    assert seed["longest_still"].dropna().str.fullmatch("[1-9][0-9]*").all()
    allowed = {
        "frequency": {"D", "D7", "W", "M", "Q"},
        "role": {
            *("yields", "curve", "real_yields", "breakeven", "funding", "central_bank", "custody", "credit"),
            *("volatility", "equities", "dollar", "stress_benchmark", "crypto", "debt"),
        },
        "licence": {"public_domain", "citation_required", "permission_required", "reproduction_prohibited"},
        "is_revised": {"true", "false"},
        "fetch": {"true", "false"},
        "calendar": {"business", "daily", "weekly_wednesday", "weekly_friday", "monthly", "quarterly"},
    }
    for column, values in allowed.items():
        assert set(seed[column]) <= values, column
    assert (seed["lowest"].astype(float) < seed["highest"].astype(float)).all()
    assert seed["publication_lag_days"].astype(int).between(0, 200).all()
    assert (
        seed["series_id"]
        .map(lambda series: fred.dataset_of(f"http://x/graph/fredgraph.csv?id={series}") == series)
        .all()
    )
