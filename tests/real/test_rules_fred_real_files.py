"""No false alarm: real files of FRED and the Treasury, in the order in which they were served, and as a first load."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest

from orchestration.sources import fred, treasury
from tests.unit.fred_world import Guard, World

SHORTENED = {"history_begins_where_it_did"}
RESTATED = {("SP500", "?no_value_is_restated")}
"""The long history of another vendor differs from FRED's in one value, by 0.01."""


def editions(real_files: Path) -> list[tuple[dt.date, World]]:
    """What each document says, by day of retrieval; blanks of holidays are NaN."""
    found: list[tuple[dt.date, World]] = []
    with (real_files / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest):
            day = dt.date.fromisoformat(row["as_of"])
            at = dt.datetime.combine(day, dt.time(23), tzinfo=dt.UTC)
            body = (real_files / row["path"]).read_bytes()
            for module, key in ((fred, "series_id"), (treasury, "tenor")):
                dataset = module.dataset_of(row["url"])
                if dataset is not None:
                    frame = module.parse(dataset, body, at)
                    series = {str(name): part.set_index("date")["value"] for name, part in frame.groupby(key)}
                    found.append((day, series))
    return sorted(found, key=lambda edition: edition[0])


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard.in_folder(tmp_path)


def alarms(reported: dict[str, set[str]]) -> set[tuple[str, str]]:
    """What was said, less what is true: histories that were cut, and the differences that corrections accept."""
    return {
        (name, rule)
        for name, rules in reported.items()
        for rule in rules
        if rule.removeprefix("?") not in SHORTENED and (name, rule) not in RESTATED and rule != "value_equals_its_parts"
    }


def test_real_editions_raise_no_alarm_in_their_order(guard: Guard, real_files: Path) -> None:
    for day, group in groupby(editions(real_files), key=lambda edition: edition[0]):
        world: World = {}
        for _, series in group:
            world |= series
        assert alarms(guard.load(world, day, keep=True)) == set(), day
        assert guard.held() == set()


def test_the_newest_editions_raise_no_alarm_as_a_first_load(guard: Guard, real_files: Path) -> None:
    world: World = {}
    for _, series in editions(real_files):
        world |= series
    assert alarms(guard.load(world, dt.date(2026, 8, 24))) == set()
    assert guard.held() == set()


def test_a_yield_that_is_wrong_by_a_hundredth_is_found_among_all(guard: Guard, real_files: Path) -> None:
    world: World = {}
    for _, series in editions(real_files):
        world |= series
    day = pd.Timestamp(2025, 7, 15)
    values = world["DGS10"].mask(world["DGS10"].index == day, round(world["DGS10"][day] + 0.01, 2))
    guard.load(world | {"DGS10": values}, dt.date(2026, 8, 24))
    assert guard.held() == {("DGS10", "2025-07-15")}
