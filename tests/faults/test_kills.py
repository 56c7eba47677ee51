"""Killed anywhere: a load that is killed leaves the last good release or the new one, and the next load just works.

`--kills` is the number of kills (`make faults`: 50); after so many in a row as `--kills-in-a-row` says, a load must
complete (`make faults`: after each).
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from orchestration.archive import Archive
from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import up_to_date
from orchestration.warehouse.publish import publish
from tests.faults.kill_at_each_step import MADE_OF, NEW_RESPONSE, publish_and_keep
from tests.installation import HANGS, Installation
from tests.sample_homes import SampleHomes
from tests.small_warehouse import age_releases, build

AIMED = 4
"""Every so-many-th kill is aimed at the moments around the swap; the others are spread over the whole load."""

Fingerprint = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Stage:
    """A home with a last good release whose next load brings something new, and what that load must publish.

    Attributes:
        home: the home; tests work on copies.
        before, after: content of the published file before and after a load that is not killed.
        seconds: how long that load takes.
        kills: how many loads are killed in all.
        seed: of the moments.
    """

    home: Installation
    before: Fingerprint
    after: Fingerprint
    seconds: float
    kills: int
    seed: int


@pytest.fixture(scope="module")
def stage(sample: SampleHomes, pytestconfig: pytest.Config) -> Stage:
    before, after = sample.first.fingerprint(), sample.latest.fingerprint()
    assert before != after, "the load that is killed must bring something new"
    options = pytestconfig.getoption("kills"), pytestconfig.getoption("fault_seed")
    return Stage(sample.first, before, after, sample.seconds, *options)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A row of kills is a test."""
    if "row" in metafunc.fixturenames:
        kills, in_a_row = metafunc.config.getoption("kills"), metafunc.config.getoption("kills_in_a_row")
        rows = [range(first, min(first + in_a_row, kills)) for first in range(0, kills, in_a_row)]
        metafunc.parametrize("row", rows, ids=str)


def test_a_killed_load_leaves_the_old_snapshot_or_the_new_one_and_the_next_load_completes(
    stage: Stage, tmp_path: Path, row: range
) -> None:
    home = stage.home.copy(tmp_path / "home")
    for number in row:
        story = _kill_a_load(home, stage, number, random.Random(stage.seed + number))
        found = home.fingerprint()
        assert found in (stage.before, stage.after), f"killed {story}"
        assert_nothing_partial(home)
        if found == stage.after:  # and so another load would bring nothing new
            _assert_that_the_next_load_completes(home, stage, story)
            home = stage.home.copy(tmp_path / f"home-{number}")
    _assert_that_the_next_load_completes(home, stage, story)


def _assert_that_the_next_load_completes(home: Installation, stage: Stage, story: str) -> None:
    home.load_well()
    assert home.fingerprint() == stage.after, f"killed {story}"
    assert_nothing_partial(home)
    assert_clean(home)


def test_the_next_load_waits_for_a_dbt_process_that_outlives_its_load(stage: Stage, tmp_path: Path) -> None:
    """The system kills single processes, too: dbt then works on, and must not meet the next load's dbt."""
    home = stage.home.copy(tmp_path / "home")
    load = home.start_load()
    (dbt,) = _wait_for(lambda: [child for child in _children_at_work(load.pid) if _is_dbt(child)], load)
    os.kill(dbt, signal.SIGSTOP)  # so that it is still there when the next load comes
    load.kill()
    load.communicate()
    try:
        impatient = home.load(wait_seconds="0")
        assert impatient.returncode != 0
        assert "Another load" in impatient.stderr
        assert "Traceback" not in impatient.stderr
        assert home.fingerprint() == stage.before
    finally:
        os.kill(dbt, signal.SIGCONT)
    home.load_well()
    assert not _is_alive(dbt)
    assert home.fingerprint() == stage.after
    assert_clean(home)


def assert_nothing_partial(home: Installation) -> None:
    """Every release is a whole warehouse, and the published file is the link to one of them."""
    assert home.published.is_symlink()
    assert home.published.resolve().parent.parent == home.home / "releases"
    for release in (home.home / "releases").iterdir():
        assert [path.name for path in release.iterdir()] == ["tidemark.duckdb"], release


def assert_clean(home: Installation) -> None:
    """Nothing of a killed load is left."""
    assert not list((home.home / "work").iterdir())
    assert not list((home.home / "archive" / "incoming").glob("*"))
    strange = {path.name for path in home.home.iterdir() if path.name.startswith(".")}
    assert not strange


def _kill_a_load(home: Installation, stage: Stage, number: int, chance: random.Random) -> str:
    """Start a load and kill it with its children; returns when."""
    releases = {path.name for path in (home.home / "releases").iterdir()}
    load = home.start_load()
    if number % AIMED == AIMED - 1:
        delay = chance.choice([0, 0, 0.0002, 0.001, 0.005, 0.05])
        _wait_for(lambda: _is_placed(home, releases), load)
        story = f"{delay} s after the release was placed"
    else:
        # Spread evenly, with a place of its own for each kill.
        delay = stage.seconds * (number + chance.random()) / stage.kills
        story = f"after {delay:.2f} of {stage.seconds:.2f} s"
    time.sleep(delay)
    os.killpg(load.pid, signal.SIGKILL)
    load.communicate()
    return story


def _is_placed(home: Installation, releases: set[str]) -> bool:
    folder = home.home / "work" / "snapshot"
    return folder.exists() or {path.name for path in (home.home / "releases").iterdir()} != releases


def _wait_for(condition: Callable[[], list[int] | bool], load: subprocess.Popen[str]) -> list[int]:
    while not (found := condition()):
        assert load.poll() is None, load.communicate()[0]
        time.sleep(0.0001)
    return found if isinstance(found, list) else []


def _children_at_work(parent: int) -> list[int]:
    # each thread has children of its own
    paths = list(Path(f"/proc/{parent}/task").glob("*/children"))
    if not paths:
        pytest.skip("this system does not list the children of a process under /proc")
    children = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            children += [int(child) for child in path.read_text().split()]
    return [child for child in children if _is_at_work(child)]


def _is_dbt(process: int) -> bool:
    """Whether a process runs dbt: until it does, a new child is a copy of its parent, with the parent's output."""
    with contextlib.suppress(OSError):
        return b"ready_dbt" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def _is_at_work(process: int) -> bool:
    """Whether a process has a working file open."""
    # It may end between the list and a look at it.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        handles = list(Path(f"/proc/{process}/fd").iterdir())
        return any(str(handle.readlink()).endswith("/work/tidemark.duckdb") for handle in handles)
    return False


def _is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_publishing_killed_before_each_of_its_steps(tmp_path: Path) -> None:
    template = Home(tmp_path / "template")
    template.prepare()
    for _ in range(2):  # of which the first is there to be removed
        build(template, 1)
        publish_and_keep(template)
    age_releases(template, 60)
    build(template, 2)
    copies = _killed_copies("publish", template.root, tmp_path / "killed")
    marks, are_kept = [], []
    for copy in copies:
        home = Home(copy)
        marks.append(_mark(home))
        kept = home.dbt / "last_build.duckdb"
        are_kept.append(up_to_date.last_build_is(home, MADE_OF, kept))
        assert not are_kept[-1] or _mark_in(kept) == marks[-1]
        assert_nothing_partial(Installation(copy))
        with home.exclusive():
            build(home, 3)
            publish(home, None, ["fct"], keep=1)
        assert _mark(home) == 3
        assert_clean(Installation(copy))
    assert marks == sorted(marks), "there is one moment at which the new release takes the place of the old one"
    assert (marks[0], marks[-1]) == (1, 2)
    assert (are_kept[0], all(are_kept), are_kept[-1]) == (True, False, True)


def test_archiving_killed_before_each_of_its_steps(tmp_path: Path) -> None:
    template = tmp_path / "template"
    old = Archive(template).add(
        "tic", "old", replace(NEW_RESPONSE, address="https://publisher.test/old.txt", body=b"old")
    )
    assert old is not None
    kept = []
    for copy in _killed_copies("add", template, tmp_path / "killed"):
        archive = Archive(copy)
        assert archive.read(old) == b"old"
        kept.append([archive.read(document) for document in archive.documents_of("tic", "new")])
        assert not (copy / "incoming").exists(), "what was half-written is swept away"
        archive.add("tic", "new", NEW_RESPONSE)
        assert [archive.read(document) for document in archive.documents_of("tic", "new")] == [NEW_RESPONSE.body]
    assert [documents for documents in kept if documents not in ([], [NEW_RESPONSE.body])] == []
    assert kept[0] == []
    assert kept[-1] == [NEW_RESPONSE.body]


def _killed_copies(action: str, template: Path, folder: Path) -> list[Path]:
    """The copies that `tests.faults.kill_at_each_step` leaves, in the order of steps."""
    subprocess.run(
        [sys.executable, "-m", "tests.faults.kill_at_each_step", action, template, folder],
        cwd=PROJECT_ROOT,
        timeout=HANGS,
        check=True,
    )
    copies = sorted(folder.iterdir(), key=lambda copy: int(copy.name))
    assert len(copies) > 5
    return copies


def _mark(home: Home) -> int:
    return _mark_in(home.published)


def _mark_in(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        return int(connection.execute("select mark from marts.fct").fetchall()[0][0])
