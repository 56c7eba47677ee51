"""Publishing swaps a whole, checked file in; readers never see anything else."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home, HomeError
from orchestration.warehouse.publish import PublishError, publish
from orchestration.warehouse.working import connect, start, working_file
from tests.small_warehouse import age_releases, build


def _read(home: Home) -> int:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        row = connection.execute("select mark from marts.fct").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_a_new_release_is_seen_by_new_readers_and_old_readers_keep_the_old_one(home: Home) -> None:
    build(home, 1)
    publish(home, None, ["fct"], keep=3)
    old_reader = duckdb.connect(str(home.published), read_only=True)
    build(home, 2)
    publish(home, None, ["fct"], keep=3)
    assert _read(home) == 2, "a new connection in a process that has the old release open sees the new one"
    assert old_reader.execute("select mark from marts.fct").fetchone() == (1,)
    old_reader.close()


def test_a_snapshot_has_only_marts_raw_and_quarantine(home: Home) -> None:
    build(home, 1)
    publish(home, None, ["fct"], keep=3)
    with duckdb.connect(str(home.published), read_only=True) as connection:
        schemas = connection.execute(
            "select distinct table_schema from information_schema.tables order by 1"
        ).fetchall()
        name = connection.execute("select current_database()").fetchone()
    assert schemas == [("marts",), ("quarantine",), ("raw",)]
    assert name == ("tidemark",)


def test_a_missing_mart_publishes_nothing(home: Home) -> None:
    build(home, 1)
    publish(home, None, ["fct"], keep=3)
    before = home.published.resolve().read_bytes()
    build(home, 2)
    with pytest.raises(PublishError, match=r"marts\.fct_other is missing"):
        publish(home, None, ["fct", "fct_other"], keep=3)
    assert home.published.resolve().read_bytes() == before


def test_snapshots_are_named_by_day_and_the_oldest_are_removed(home: Home) -> None:
    for value in range(4):
        build(home, value)
        publish(home, None, ["fct"], keep=2)
        age_releases(home, 60)
    build(home, 9)
    release = publish(home, dt.date(2026, 1, 20), ["fct"], keep=2)
    assert release.parent.name == "2026-01-20-1"
    assert sorted(folder.name for folder in home.snapshots.iterdir()) == ["2026-01-20-1", "2026-06-18-4"]
    assert _read(home) == 9


def test_a_release_stays_for_the_seconds_in_which_a_reader_may_be_about_to_open_it(home: Home) -> None:
    for value in range(3):
        build(home, value)
        publish(home, None, ["fct"], keep=1)
    assert len(list(home.snapshots.iterdir())) == 3
    age_releases(home, 60)
    build(home, 3)
    publish(home, None, ["fct"], keep=1)
    names = sorted(folder.name for folder in home.snapshots.iterdir())
    assert names == ["2026-06-18-3", "2026-06-18-4"], "the one that was replaced just now, and the new one"


def test_the_published_release_stays_even_if_it_looks_like_the_oldest(home: Home) -> None:
    """As after the clock was set back."""
    for value in range(3):
        build(home, value)
        publish(home, None, ["fct"], keep=1)
        age_releases(home, -3600)
    assert _read(home) == 2


def test_the_next_working_file_starts_from_the_published_one(home: Home) -> None:
    build(home, 7)
    publish(home, None, ["fct"], keep=3)
    start(home, None)
    with connect(home) as connection:
        assert connection.execute("select count(*) from raw.documents").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"", b"not a database", b"DUCK" * 1000])
def test_an_unreadable_published_file_is_rebuilt(home: Home, content: bytes) -> None:
    home.published.write_bytes(content)
    start(home, None)
    with connect(home) as connection:
        assert connection.execute("select count(*) from raw.documents").fetchone() == (0,)


def test_one_load_at_a_time_and_leftovers_are_removed(home: Home) -> None:
    (home.work / "leftover").mkdir()
    (home.work / "tidemark.duckdb").write_bytes(b"half a file")
    with home.exclusive():
        assert list(home.work.iterdir()) == []
        said: list[str] = []
        with pytest.raises(HomeError, match="Another load"), Home(home.root).exclusive(0.7, said.append):
            pass
        (once,) = said
        assert f"Another load (process {os.getpid()}) is running in {home.root}. Waiting up to" in once
        working_file(home).write_bytes(b"")
    with home.exclusive():
        assert list(home.work.iterdir()) == []
