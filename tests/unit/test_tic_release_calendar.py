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


def test_a_wrong_year_of_the_publisher_is_mended_with_a_note() -> None:
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
def test_what_is_no_calendar_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert said in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\n \r\n", b"\xef\xbb\xbf\r\n"])
def test_nothing_but_blanks_is_refused(body: bytes) -> None:
    with pytest.raises(FormatError):
        tic.parse("release_calendar", body, NOW)
