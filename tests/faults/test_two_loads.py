"""Loads of one home at once: the later one waits, or stops with a message; neither disturbs the other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation, assert_refused
from tests.sample_homes import SampleHomes


@pytest.fixture(scope="module")
def installation(installation_of: Callable[[str], Installation]) -> Installation:
    return installation_of("shared")


def _job_from_dagster(installation: Installation) -> subprocess.Popen[str]:
    """Start the job as Dagster's UI does: by Dagster's own command, in a process of its own."""
    return subprocess.Popen(
        [
            str(Path(sys.executable).parent / "dagster"),
            *("job", "execute", "-m", "orchestration.definitions", "-j", "monthly_load"),
        ],
        cwd=PROJECT_ROOT,
        env=installation.environment() | {"DAGSTER_HOME": str(installation.home / "dagster")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _read_until_it_waits(load: subprocess.Popen[str]) -> None:
    assert load.stdout is not None
    said = []
    for line in load.stdout:
        said.append(line)
        if "up to 900 seconds" in line:
            return
    pytest.fail(f"it did not wait: {''.join(said)}")


def test_three_loads_at_once_and_one_does_not_wait(installation: Installation, sample: SampleHomes) -> None:
    prepare = [sys.executable, "-m", "orchestration", "prepare"]
    subprocess.run(prepare, cwd=PROJECT_ROOT, env=installation.environment(), check=True, timeout=HANGS)
    with ExitStack() as at_the_end:
        with Home(installation.home).exclusive():  # as another load does
            loads = [installation.start_load(), _job_from_dagster(installation)]
            for load in loads:
                at_the_end.enter_context(load)
                at_the_end.callback(load.kill)
            for load in loads:
                _read_until_it_waits(load)
            impatient = installation.load(wait_seconds="0")
            assert_refused(impatient, "Another load (process ", "Run this again when it has ended")
            assert "All checks of this load" not in impatient.stderr, "no check ran"
            assert not installation.published.exists()
        # Both at once: a full pipe would stop the load that holds the lock.
        with ThreadPoolExecutor() as pool:
            said = list(pool.map(lambda load: load.communicate(timeout=HANGS)[0], loads))
    assert [load.returncode for load in loads] == [0, 0], said
    assert installation.fingerprint() == sample.latest.fingerprint()
    assert not list((installation.home / "work").iterdir())
    assert len(list((installation.home / "releases").iterdir())) == 1, "the later found nothing new"


def test_a_lock_of_a_killed_process_blocks_no_load(installation: Installation) -> None:
    (installation.home / "locks" / "load").write_text(f"process {os.getpid()}", encoding="utf-8")
    installation.load_well(wait_seconds="0")


def test_processes_that_create_dagsters_files_at_once_can_all_open_them(tmp_path: Path) -> None:
    environment = Installation(tmp_path / "home").environment()
    prepare = [sys.executable, "-m", "orchestration", "prepare"]
    both = [
        subprocess.Popen(prepare, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [(process.communicate(timeout=HANGS)[1], process.returncode) for process in both] == [("", 0)] * 4
    subprocess.run(prepare, cwd=PROJECT_ROOT, env=environment, check=True, timeout=HANGS)
