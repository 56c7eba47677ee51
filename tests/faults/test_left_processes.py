"""Processes that a load started do not outlive it, or hold its home until they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.home import Home, HomeError
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt import Dbt


def test_a_dbt_that_is_not_needed_is_ended(tmp_path: Path) -> None:
    before = _children()
    dbt = Dbt(tmp_path)
    assert len(_children() - before) == 1
    dbt.dismiss()
    assert _children() - before == set()
    dbt.dismiss()


def test_a_dbt_whose_load_was_killed_ends_by_itself(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from orchestration.warehouse.dbt import Dbt; "
        "dbt = Dbt(Path(sys.argv[1])); print(dbt._process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, check=True, timeout=60
    )
    process = Path(f"/proc/{int(done.stdout)}")
    deadline = time.monotonic() + 60
    while process.exists() and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _children() -> set[str]:
    return set(Path("/proc/thread-self/children").read_text().split())


HOLDER = """
import os, signal, subprocess, sys
from pathlib import Path
from orchestration.home import Home, held_homes
with Home(Path(sys.argv[1])).exclusive():
    child = subprocess.Popen(["sleep", "60"], pass_fds=held_homes(), stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""Holds a home, starts a child that works in it, and is killed alone."""


def test_a_child_that_outlives_a_killed_load_holds_the_home_until_it_ends(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    killed = subprocess.run(
        [sys.executable, "-c", HOLDER, home.root], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    child = int(killed.stdout)
    with pytest.raises(HomeError, match="Another load"), home.exclusive():
        pass
    os.kill(child, signal.SIGKILL)
    with home.exclusive(patience=10):
        assert list(home.work.iterdir()) == []
