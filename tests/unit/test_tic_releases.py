"""The release day of a document: our list, then the publisher's calendar, then an estimate."""

from __future__ import annotations

import datetime as dt
import re

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.sources import tic
from orchestration.tables.seeds import read_seed

MONTH = dt.date(2027, 3, 31)
ESTIMATED, ANNOUNCED = dt.date(2027, 5, 18), dt.date(2027, 5, 20)


def _calendar(retrieved: str, day: str) -> object:
    page = f"<table><tr><td>2027</td></tr><tr><td>May</td><td>{day}</td></tr></table>"
    return tic.parse("release_calendar", page.encode(), dt.datetime.fromisoformat(retrieved).replace(tzinfo=dt.UTC))


def test_the_list_only_estimates_this_month() -> None:
    listed = read_seed("tic_release_calendar").set_index("data_month_end").loc[MONTH.isoformat()]
    assert (listed["basis"], listed["released_on"]) == ("estimated", ESTIMATED.isoformat())


@pytest.mark.parametrize(
    ("announced", "day"),
    [
        ({}, ESTIMATED),
        ({MONTH: ANNOUNCED}, ANNOUNCED),
        ({dt.date(2026, 4, 30): dt.date(2026, 6, 1)}, ESTIMATED),
    ],
)
def test_the_publishers_calendar_replaces_an_estimate(announced: dict[dt.date, dt.date], day: dt.date) -> None:
    found = tic.release_day("slt_table3", MONTH, dt.date(2027, 5, 21), dt.date(2027, 4, 20), announced)
    assert found == day


def test_the_list_takes_precedence_over_the_calendar() -> None:
    announced = {dt.date(2025, 8, 31): dt.date(2025, 10, 17)}
    found = tic.release_day("slt_table3", dt.date(2025, 8, 31), dt.date(2025, 11, 20), dt.date(2025, 9, 20), announced)
    assert found == dt.date(2025, 11, 18)


def test_the_latest_calendar_and_actual_days_take_precedence() -> None:
    first, moved = _calendar("2027-01-02", "18"), _calendar("2027-05-19", "20")
    after = _calendar("2027-06-01", "21")
    assert tic.announced_days([first])[MONTH] == dt.date(2027, 5, 18)
    assert tic.announced_days([first, moved])[MONTH] == ANNOUNCED
    assert tic.announced_days([first, moved, after])[MONTH] == dt.date(2027, 5, 21)


def test_the_model_uses_the_list_then_the_calendar_then_an_estimate() -> None:
    # dbt's unit tests cannot give rows to a seed and a source of the same name.
    (path,) = (PROJECT_ROOT / "dbt_project" / "models" / "staging").rglob("stg_tic__release_days.sql")
    model = path.read_text(encoding="utf-8")
    model = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"listed_\1", model)
    model = re.sub(r"\{\{ source\('raw', '(\w+)'\) \}\}", r"raw_\1", model)
    connection = duckdb.connect()
    connection.execute(
        """
        create table listed_tic_release_calendar as
        select * from (values
            (date '2026-10-31', date '2026-12-15', date '2026-12-14', 'scheduled'),
            (date '2026-11-30', date '2027-01-19', null, 'estimated'),
            (date '2026-12-31', date '2027-02-18', null, 'estimated'),
            (date '2027-01-31', date '2027-03-18', null, 'estimated')
        ) as listed (data_month_end, released_on, scheduled_on, basis);
        create table raw_tic_release_calendar as
        select * from (values
            ('scheduled', date '2026-10-31', date '2026-12-16', timestamp '2026-09-01'),
            ('scheduled', date '2026-11-30', date '2027-01-15', timestamp '2026-09-01'),
            ('scheduled', date '2026-11-30', date '2027-01-20', timestamp '2027-01-14'),
            ('published', date '2026-12-31', date '2027-02-17', timestamp '2027-02-18'),
            ('scheduled', date '2026-12-31', date '2027-02-16', timestamp '2027-02-19'),
            ('scheduled', date '2027-01-31', null, timestamp '2027-02-19')
        ) as announced (kind, data_month_end, announced_on, retrieved_at)
        """
    )
    rows = connection.execute(f"select * from ({model.rstrip()}) order by 1").fetchall()
    assert [tuple(map(str, row)) for row in rows] == [
        ("2026-10-31", "2026-12-15", "2026-12-14", "True"),
        ("2026-11-30", "2027-01-20", "None", "True"),
        ("2026-12-31", "2027-02-17", "None", "True"),
        ("2027-01-31", "2027-03-18", "None", "False"),
    ]
