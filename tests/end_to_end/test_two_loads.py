"""Two loads of one home at once: the second waits, or leaves with a sentence; neither hurts the other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.end_to_end.conftest import Installation, assert_refused, sample_before


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


def _wait_until_held(installation: Installation, load: subprocess.Popen[str]) -> None:
    lock = installation.home / ".lock"
    while not (lock.exists() and lock.read_text(encoding="utf-8")):
        assert load.poll() is None, load.communicate()[0]
        time.sleep(0.01)


def test_two_first_loads_a_third_without_patience_and_dagsters_own_all_at_once(
    installation: Installation, embedded: Installation, tmp_path: Path
) -> None:
    first = installation.start_load(source=sample_before(tmp_path / "earlier"))
    _wait_until_held(installation, first)
    second = installation.start_load()
    from_dagster = _job_from_dagster(installation)
    impatient = installation.load(wait_seconds="0")
    assert_refused(impatient, "Another load (process ", "Wait until it has ended", "readers of the published file")
    said = [load.communicate(timeout=600)[0] for load in (first, second, from_dagster)]
    assert [load.returncode for load in (first, second, from_dagster)] == [0, 0, 0], said
    assert "waits up to 900 seconds" in said[1]
    assert "waits up to 900 seconds" in said[2]
    assert installation.fingerprint() == embedded.fingerprint()
    assert not list((installation.home / "work").iterdir())
    assert len(list((installation.home / "releases").iterdir())) == 2, "the third found nothing new"


def test_a_lock_that_a_killed_process_left_holds_nobody_up(installation: Installation) -> None:
    (installation.home / ".lock").write_text(f"process {os.getpid()}", encoding="utf-8")
    installation.load_well(wait_seconds="0")
