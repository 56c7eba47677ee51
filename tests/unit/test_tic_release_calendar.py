"""The release calendar: a table of past releases, a page, and what contradicts itself."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from orchestration.sources import tic
from orchestration.sources.base import FormatError
from tests.unit.tic_documents import CALENDAR, NOW

HEADER = "release_date,data_month_text,next_data_month,next_release_scheduled\n"
PAGE = """<!DOCTYPE html><html><head><title>Release Dates</title></head><body>
<p>Releases are at 4 pm. Last change: October 1, 2024.</p>
<table><tr><th>Release date</th><th>Data for</th></tr>
<tr><td>September 18, 2024</td><td>July&nbsp;2024 <b>monthly</b></td></tr>
<tr>
  <td>10/17/2024</td><td>Data for August</td></tr>
<TR class="x"><td>Nov. 18, 2024</td><td>September 2024</td>
<tr><td>2025-01-17</td><td>November 2024</td></tr>
<tr><td>February 27, 2025</td><td>Survey of holdings</td></tr>
</table></body></html>
"""


SCHEDULE = """<html><body><h1>Release Dates of TIC Data</h1>
<p>NOTICE on DATES: when offices are closed on a release date, that date will be revised.</p>
<table class="calendar"><thead><tr><th>Date</th><th colspan="5">Monthly TIC Data Releases (4 PM)</th>
<th colspan="2">Annual TIC Data</th><th>Other (10 AM in December)</th></tr>
<tr><th>&nbsp;</th><th>Press Release (monthly)</th><th>derivatives (quarterly)</th><th>claims (quarterly)</th>
<th>nonfinancial (quarterly)</th><th>holdings (monthly)</th><th>end-June</th><th>end-December</th><th>debt</th></tr>
<tbody><tr><td colspan="9"><strong>2026</strong></td></tr>
<tr><td>Jan</td><td>15</td><td>&nbsp;</td><td></td><td></td><td>15</td><td></td><td></td><td>16 tentative</td></tr>
<tr><td>Feb</td><td>18</td><td></td><td></td><td></td><td>18</td><td>27 &ndash; prelim.</td><td></td><td></td></tr>
<tr><td>Mar</td><td><p>18</p></td><td>18</td><td>18</td><td>18</td><td>18</td><td></td><td></td><td>31</td></tr>
<tr><td>June</td><td>18</td><td>18</td><td>18</td><td>18</td><td>18</td><td></td><td></td><td>30</td></tr>
<tr><td>Sept</td><td>16</td><td>16</td><td>16</td><td>16</td><td>16</td><td></td><td></td><td>30</td></tr>
<tr><td colspan="9">2025</td></tr>
<tr><td>Oct</td><td>Nov 18</td><td></td><td></td><td></td><td>Nov 18</td><td></td><td>Nov 26</td><td></td></tr>
<tr><td>Nov</td><td>18</td><td></td><td></td><td></td><td>18</td><td></td><td></td><td></td></tr>
<tr><td>Dec</td><td>18</td><td></td><td></td><td></td><td>18</td><td></td><td></td><td>2026-01-16 tentative</td></tr>
</tbody></table><p>* Data are posted in random groups. Last revised 9-12-2024.</p>
<p>Revisions: the January, April, July and October 2025 releases reflect revised data, as of 2026-01-16. In September
16, 2014 the time became 4 PM; before, data for October came out on December 15, 2011.</p></body></html>
"""
"""The layout of the publisher's own page: no cell of a monthly release has a whole date, and no data month is named."""


def read(text: str, at: dt.datetime = NOW) -> pd.DataFrame:
    return tic.parse("release_calendar", text.encode(), at)


def facts(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    months, days = frame["data_month_end"].dt.strftime("%Y-%m-%d"), frame["announced_on"].dt.strftime("%Y-%m-%d")
    return list(zip(months, days, frame["kind"], strict=True))


def test_a_row_gives_its_release_and_the_next_announced() -> None:
    frame = read(CALENDAR)
    assert list(frame.columns) == ["data_month_end", "announced_on", "kind", "note", "line_number"]
    assert facts(frame) == [
        ("2024-05-31", "2024-07-18", "published"),
        ("2024-06-30", "2024-08-15", "published"),
        ("2024-06-30", "2024-08-15", "scheduled"),
        ("2024-07-31", "2024-09-18", "published"),
        ("2024-07-31", "2024-09-18", "scheduled"),
        ("2024-08-31", "2024-10-17", "scheduled"),
    ]
    assert frame["note"].isna().all()
    assert frame["line_number"].tolist() == [2, 3, 2, 4, 3, 4]
    assert tic.raw_table("release_calendar") == "tic_release_calendar"


def test_two_months_may_come_out_on_one_day() -> None:
    row = '2025-11-18,August (delayed by the shutdown) and September 2025,October 2025,"December 18, 2025"\n'
    assert facts(read(HEADER + row, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))) == [
        ("2025-08-31", "2025-11-18", "published"),
        ("2025-09-30", "2025-11-18", "published"),
        ("2025-10-31", "2025-12-18", "scheduled"),
    ]


def test_dates_of_later_edits_are_dropped() -> None:
    rows = '2018-06-25,December 2016,January 2017,"March 15, 2017"\n2008-08-16,July 2008,,\n2006-10-20,,,\n'
    assert facts(read(HEADER + rows)) == [("2017-01-31", "2017-03-15", "scheduled")]


def test_of_two_days_the_usual_one_stays_and_the_other_is_noted() -> None:
    frame = read(HEADER + "2004-12-15,October,,\n2005-01-18,October,,\n2004-12-15,October,,\n")
    assert facts(frame) == [("2004-10-31", "2004-12-15", "published")]
    assert frame["note"].tolist() == ["also given: 2005-01-18"]


def test_a_wrong_year_of_the_publisher_is_corrected_with_a_note() -> None:
    frame = read(HEADER + "2023-03-15,January 2022,,\n")
    assert facts(frame) == [("2023-01-31", "2023-03-15", "published")]
    assert frame["note"].tolist() == ["printed as January 2022"]


def test_a_december_belongs_to_the_year_before() -> None:
    assert facts(read(HEADER + "2007-02-15,December,,\n")) == [("2006-12-31", "2007-02-15", "published")]


@pytest.mark.parametrize("page", [PAGE, PAGE[PAGE.index("<table>") :]])
def test_a_page_gives_the_rows_of_its_table(page: str) -> None:
    frame = read(page)
    assert facts(frame) == [
        ("2024-07-31", "2024-09-18", "published"),
        ("2024-08-31", "2024-10-17", "scheduled"),
        ("2024-09-30", "2024-11-18", "scheduled"),
        ("2024-11-30", "2025-01-17", "scheduled"),
    ]
    assert page.split("\n")[frame["line_number"].iloc[2] - 1].startswith("<TR class")


PUBLISHERS_DAYS = [
    ("2025-08-31", "2025-11-18", "published"),
    ("2025-09-30", "2025-11-18", "published"),
    ("2025-10-31", "2025-12-18", "published"),
    ("2025-11-30", "2026-01-15", "published"),
    ("2025-12-31", "2026-02-18", "published"),
    ("2026-01-31", "2026-03-18", "published"),
    ("2026-04-30", "2026-06-18", "scheduled"),
    ("2026-07-31", "2026-09-16", "scheduled"),
]


@pytest.mark.parametrize(
    "page",
    [
        SCHEDULE,
        SCHEDULE.replace("</td>", "").replace("</tr>", ""),
        SCHEDULE.replace(
            '<tr><td colspan="9"><strong>2026</strong></td></tr>\n<tr><td>Jan', "<tr><td>2026</td><td>Jan"
        ),
        SCHEDULE.replace("<td>Jan<", "<td>January<").replace("<td>Sept<", "<td>Sep.<"),
        SCHEDULE.replace(">2026<", ">2026 (dates may change)<"),
        SCHEDULE.replace("\n", "\r\n").upper().replace("&NBSP;", "&nbsp;").replace("&NDASH;", "&ndash;"),
    ],
    ids=["as served", "unclosed cells", "year beside January", "long names", "year with a note", "upper case"],
)
def test_the_publishers_schedule_gives_the_day_of_each_months_release(page: str) -> None:
    assert facts(read(page, dt.datetime(2026, 4, 1, tzinfo=dt.UTC))) == PUBLISHERS_DAYS


def test_a_moved_release_is_noted_and_its_line_is_that_of_its_row() -> None:
    frame = read(SCHEDULE, dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert frame["note"].dropna().tolist() == ["printed as Nov 18 in the row Oct 2025"]
    assert SCHEDULE.split("\n")[frame["line_number"].iloc[0] - 1].startswith("<tr><td>Oct")


def test_a_december_release_that_moves_into_january_is_of_the_next_year() -> None:
    page = "<table><tr><td>2027</td></tr><tr><td>Dec</td><td>Jan 6</td></tr><tr><td>Nov</td><td></td></tr></table>"
    assert facts(read(page, dt.datetime(2027, 12, 1, tzinfo=dt.UTC))) == [("2027-10-31", "2028-01-06", "scheduled")]


def test_the_smallest_schedule_is_read_and_notes_are_not() -> None:
    page = "<table><tr><td>2026</td></tr><tr><td>Jan</td><td>15</td></tr>"
    for notes in ("", "</table><p>October data: 2026-01-16 tentative</p>", "</tr></table>Data for May: July 18, 2026"):
        assert facts(read(page + notes, dt.datetime(2026, 2, 1, tzinfo=dt.UTC))) == [
            ("2025-11-30", "2026-01-15", "published")
        ]


@pytest.mark.parametrize("row", ["<tr><td>Feb</td><td>30</td>", "<tr><td>Feb</td><td>prelim.</td>", "<tr><td>18</td>"])
def test_a_row_without_a_day_is_skipped(row: str) -> None:
    page = f"<table><tr><td>2026</td></tr><tr><td>Jan</td><td>15</td></tr>{row}</tr></table>"
    assert len(read(page)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("release_date,month\n2024-01-01,May\n", "expected the columns data_month_text"),
        ("no table\nat all\n", "expected the columns"),
        (HEADER, "expected rows"),
        (HEADER + "18 July,May 2024,,\n", "line 2: expected a release date, found '18 July'"),
        (HEADER + "2024-02-31,May 2024,,\n", "line 2: expected a release date"),
        ("<html><body><p>Moved</p></body></html>", "expected the columns"),
        ("<html><table><tr><td>Contact</td></tr></table>", "found none in the page"),
    ],
)
def test_a_document_that_is_not_a_calendar_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert said in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\n \r\n", b"\xef\xbb\xbf\r\n"])
def test_a_blank_document_is_refused(body: bytes) -> None:
    with pytest.raises(FormatError):
        tic.parse("release_calendar", body, NOW)
