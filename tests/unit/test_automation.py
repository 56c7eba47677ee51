"""Automatic loads: sensor and schedule, evaluated by Dagster against a publisher on loopback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.definitions import defs
from orchestration.defs.schedules import daily_load
from orchestration.runs.release_watch import (
    EARLIEST_BUSINESS_DAY,
    Watch,
    earliest_day,
    next_release,
)
from orchestration.tables.seeds import read_seed
from tests.waiting_home import AUGUST, DUE, FOLDER, TABLES, World, waiting_for_august


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with dg.DagsterInstance.ephemeral() as instance, waiting_for_august(tmp_path, instance) as made:
        monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path))
        monkeypatch.setenv("TIDEMARK_TIC_URL", made.publisher.base)
        monkeypatch.setenv("TIDEMARK_HTTP_REQUESTS_PER_SECOND", "500")
        monkeypatch.delenv("TIDEMARK_SOURCE", raising=False)
        yield made


MINUTES = dt.timedelta(minutes=10)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def test_no_request_is_sent_before_the_release(world: World) -> None:
    world.now = DUE - dt.timedelta(minutes=1)
    words = world.words()
    assert "August 2025" in words
    assert "Friday 2025-10-17, 16:00 in Washington (2025-10-17 20:00 UTC)" in words
    assert not world.publisher.requests


def test_tables_that_have_not_changed_cost_one_conditional_request(world: World) -> None:
    assert "tables are unchanged" in world.words()
    (request,) = world.publisher.requests
    assert request.headers["if-none-match"] == '"July"'
    world.words(dt.timedelta(minutes=5))
    assert len(world.publisher.requests) == 1, "too early to ask again"
    world.words(dt.timedelta(minutes=5))
    assert len(world.publisher.requests) == 2


def test_a_release_starts_one_load(world: World) -> None:
    world.served |= dict.fromkeys(TABLES, "August")
    result = world.look()
    (request,) = result.run_requests or []
    assert request.run_key is not None
    assert request.run_key.startswith("tic-2025-08-")
    assert "was already started" in world.words(MINUTES), "while it runs, or after it failed"
    world.load()
    assert "tables are unchanged" in world.words(MINUTES), "the load failed; the publisher has not mended the table"
    world.served["slt_table1"] = world.served["slt_table3"] = world.served["slt_table5"] = "August, mended"
    (again,) = world.look(MINUTES).run_requests or []
    assert again.run_key != request.run_key
    world.load()
    world.publish(AUGUST)
    assert "September 2025" in world.words(MINUTES)


def test_a_load_waits_until_all_tables_are_posted(world: World) -> None:
    world.served["slt_table3"] = "August"
    assert "New: slt_table3. Waiting for: slt_table1, slt_table5." in world.words()
    world.served["slt_table1"] = "August"
    before = len(world.publisher.requests)
    assert "New: slt_table3, slt_table1. Waiting for: slt_table5." in world.words(MINUTES)
    assert [request.path[-14:] for request in world.publisher.requests[before:]] == ["slt_table1.txt", "slt_table5.txt"]
    world.served["slt_table5"] = "August"
    assert len(world.look(MINUTES).run_requests or []) == 1


def test_the_full_history_is_waited_for_once_the_warehouse_has_it(world: World) -> None:
    world.publish_history(dt.date(2025, 7, 31))
    world.served |= dict.fromkeys(TABLES, "August")
    assert "Waiting for: cslt." in world.words()
    world.served["cslt"] = "August"
    assert len(world.look(MINUTES).run_requests or []) == 1


def test_after_an_hour_a_load_starts_without_the_unchanged_table(world: World) -> None:
    world.served["slt_table3"] = "August"
    for _ in range(6):
        world.words(MINUTES)
    assert len(world.look(MINUTES).run_requests or []) == 1


def test_a_closure_of_the_offices_is_polled_daily_and_reported(world: World) -> None:
    asked = []
    for _ in range(4 * 12):
        words = world.words(6 * HOUR)
        asked.append(len(world.publisher.requests))
    assert asked[10] == 11, "each look of the first days asks"
    assert asked[-1] == 11 + 9, "then one a day"
    assert "due on 2025-10-17, 12 day(s) ago" in words
    assert "2025-11-18" in words, "what else is announced"
    world.now = dt.datetime(2025, 11, 18, 21, tzinfo=dt.UTC)
    world.served |= dict.fromkeys(TABLES, "August and September")
    assert len(world.look(DAY).run_requests or []) == 1


def test_a_new_announced_day_is_watched_closely(world: World) -> None:
    world.announce(AUGUST, dt.date(2025, 11, 6))
    world.now = dt.datetime(2025, 11, 6, 21, tzinfo=dt.UTC)
    world.words()
    world.served |= dict.fromkeys(TABLES, "August")
    assert len(world.look(MINUTES).run_requests or []) == 1


@pytest.mark.parametrize("fault", ["no_answer", "status", "html", "short_body"])
def test_a_failing_publisher_is_reported_and_retried(world: World, fault: str) -> None:
    world.served |= dict.fromkeys(TABLES, "August")
    world.publisher.fault(FOLDER, fault)
    words = world.words()
    assert "slt_table3 could not be fetched" in words
    assert f"{world.publisher.base}{FOLDER}slt_table3.txt" in words
    assert len(world.look(MINUTES).run_requests or []) == 1


@pytest.mark.parametrize("cursor", ["", "no json", "[]", '{"asked_at": "yesterday"}', '{"moved": 3}', '{"later": 1}'])
def test_an_invalid_cursor_is_reset(world: World, cursor: str) -> None:
    assert Watch.from_text(cursor) == Watch()
    world.cursor = cursor
    assert "tables are unchanged" in world.words()


def test_replays_and_folders_are_not_watched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_SOURCE", "sample")
    assert "only live publishers" in world.words()
    monkeypatch.setenv("TIDEMARK_SOURCE", "nowhere")
    assert "no manifest.csv there" in world.words()
    monkeypatch.delenv("TIDEMARK_SOURCE")
    world.home.published.unlink()
    assert "Run monthly_load once" in world.words()
    assert not world.publisher.requests


def _nightly(day: int) -> dg.RunRequest | dg.SkipReason:
    moment = dt.datetime(2026, 10, day, 2, 30, tzinfo=dt.UTC)
    result = daily_load(dg.build_schedule_context(scheduled_execution_time=moment))
    assert isinstance(result, (dg.RunRequest, dg.SkipReason))
    return result


def test_each_night_has_one_load(world: World) -> None:
    assert world.home.holder() is None
    nights = [_nightly(17), _nightly(18), _nightly(18)]
    keys = [night.run_key for night in nights if isinstance(night, dg.RunRequest)]
    assert keys == ["daily-2026-10-17", "daily-2026-10-18", "daily-2026-10-18"], "Dagster starts a key once"


def test_schedule_and_sensor_do_not_clash(world: World) -> None:
    world.served |= dict.fromkeys(TABLES, "August")
    with world.home.exclusive():
        assert "is running in" in world.words()
        night = _nightly(17)
        assert isinstance(night, dg.SkipReason)
        assert "is running in" in (night.skip_message or "")
    assert isinstance(_nightly(17), dg.RunRequest)
    assert len(world.look().run_requests or []) == 1, "it is not lost"


def test_a_killed_process_releases_the_lock(world: World) -> None:
    (world.home.locks / "load").write_text("process 1", encoding="utf-8")
    assert world.home.holder() is None


def test_automation_is_off_by_default() -> None:
    repository = defs().get_repository_def()
    assert [sensor.default_status for sensor in repository.sensor_defs] == [dg.DefaultSensorStatus.STOPPED]
    assert [schedule.default_status for schedule in repository.schedule_defs] == [dg.DefaultScheduleStatus.STOPPED]


def test_the_earliest_day_is_before_nearly_every_release() -> None:
    calendar = read_seed("tic_release_calendar")
    known = calendar[calendar["basis"] != "estimated"]
    pairs = [
        (dt.date.fromisoformat(month), dt.date.fromisoformat(day))
        for month, day in zip(known["data_month_end"], known["released_on"], strict=True)
    ]
    early = [month for month, day in pairs if day < earliest_day(month)]
    assert len(early) <= 5, "of 274; the daily load has these"
    assert EARLIEST_BUSINESS_DAY == 11
    assert earliest_day(dt.date(2026, 9, 30)) == dt.date(2026, 11, 17), "Veterans Day is no business day"


def test_a_month_without_an_announcement_is_expected_from_the_earliest_day() -> None:
    release = next_release(dt.date(2027, 10, 31))
    assert not release.is_announced
    assert release.days == (earliest_day(dt.date(2027, 11, 30)),)
    months = [next_release(month).month_end for month in (dt.date(2025, 12, 31), dt.date(2026, 1, 31))]
    assert all(later > earlier for earlier, later in pairwise(months))
    assert months == [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]


@pytest.mark.parametrize(
    "ledger",
    ["delete from raw.documents", "alter table raw.documents rename column rows_parsed to rows_offered"],
    ids=["the load that fetched them stopped", "an earlier version made the file"],
)
def test_a_table_without_an_accepted_document_is_requested_unconditionally(world: World, ledger: str) -> None:
    with duckdb.connect(str(world.home.published)) as connection:
        connection.execute(ledger)
    world.words()
    assert "if-none-match" not in world.publisher.requests[0].headers
