"""Readers during publishing: processes that open, query and close the published file without pause notice nothing.

With our DuckDB, and with 1.4 and 2.0 in environments of their own, for readers that were not updated when we were, or
before.
`--publishes` is the number of publishes (`make faults`: 200).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.warehouse.publish import publish
from tests.faults.read_without_pause import MARTS
from tests.installation import HANGS
from tests.other_environments import python_with
from tests.small_warehouse import age_releases, build

READERS = 4
ROWS = 5_000
"""Of each mart: more than DuckDB reads at once, so that a mixed file would show."""
READER = Path(__file__).with_name("read_without_pause.py")
KEEPER = """
import sys, duckdb
def say(connection, mart):
    print(connection.execute(f"select count(*), min(mark), max(mark) from marts.{mart}").fetchall()[0], flush=True)
first = duckdb.connect(sys.argv[1], read_only=True)
say(first, "fct_a")
sys.stdin.readline()
say(first, "fct_c")
second = duckdb.connect(sys.argv[1], read_only=True)
say(second, "fct_a")
first.close()
second.close()
say(duckdb.connect(sys.argv[1], read_only=True), "fct_a")
"""
"""Opens the file, waits for a signal, reads on from what it has open, opens the file a second time, and once more when
it has closed it."""


@pytest.fixture(params=["ours", "1.4", "2.0"])
def python(request: pytest.FixtureRequest) -> Path:
    return Path(sys.executable) if request.param == "ours" else python_with(f"duckdb-{request.param}")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    _publish(home, 1)
    return home


def _publish(home: Home, mark: int) -> None:
    with home.exclusive():
        build(home, mark, MARTS, ROWS)
        publish(home, None, MARTS, keep=1)


def test_publishing_does_not_disturb_readers(
    home: Home,
    python: Path,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    publishes = pytestconfig.getoption("publishes")
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen([python, READER, home.published, stop], stdout=subprocess.PIPE, text=True)
        for _ in range(READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
        for mark in range(2, publishes + 2):
            _publish(home, mark)
    finally:
        stop.touch()
    reports = [json.loads(reader.communicate(timeout=HANGS)[0]) for reader in readers]
    assert [report["first_faults"] for report in reports] == [[]] * READERS
    record_property("reports", reports)
    version = duckdb.__version__ if python == Path(sys.executable) else python.parents[1].name.rpartition("-")[2]
    for report in reports:
        assert report["version"].startswith(version)
        # A reader that saw less would have stood still for most of the time.
        assert report["marks"] > publishes / 10, report


def test_a_reader_keeps_the_release_that_it_has_open_and_finds_the_new_one_when_it_opens_the_file_again(
    home: Home, python: Path
) -> None:
    reader = subprocess.Popen(
        [python, "-c", KEEPER, home.published], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == f"({ROWS}, 1, 1)\n"
    for mark in (2, 3):
        _publish(home, mark)
        age_releases(home, 60)
    _publish(home, 4)
    releases = sorted(folder.name for folder in home.snapshots.iterdir())
    assert releases == ["2026-06-18-3", "2026-06-18-4"], "the reader's release is gone"
    said, _ = reader.communicate("go on\n", timeout=HANGS)
    # DuckDB 1.4 shares one open file in a process: the old release, whole, until it is closed.
    second = 1 if "1.4" in python.parents[1].name else 4
    assert said.splitlines() == [f"({ROWS}, {mark}, {mark})" for mark in (1, second, 4)]
