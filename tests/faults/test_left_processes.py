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
from orchestration.warehouse.dbt_process import Dbt, failure_of
from tests.installation import HANGS


def test_an_unused_dbt_process_is_ended(tmp_path: Path) -> None:
    before = _children()
    dbt = Dbt(tmp_path)
    assert len(_children() - before) == 1
    dbt.stop()
    assert _children() - before == set()
    dbt.stop()


def test_the_dbt_process_of_a_killed_load_ends_by_itself(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from orchestration.warehouse.dbt_process import Dbt; "
        "dbt = Dbt(Path(sys.argv[1])); print(dbt._process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=HANGS,
    )
    process = Path(f"/proc/{int(done.stdout)}")
    deadline = time.monotonic() + 60
    while process.exists() and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _killed_while_it_runs(folder: Path, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    before = _children()
    dbt = Dbt(folder)
    (process,) = _children() - before
    os.kill(int(process), number)
    return dbt.run(["--version"], folder)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_dbt_process_killed_for_its_memory_is_reported(tmp_path: Path, number: signal.Signals) -> None:
    failure = failure_of(_killed_while_it_runs(tmp_path, number), "2GB")
    assert failure.startswith(f"dbt was killed by {number.name}.")
    assert "memory" in failure
    assert "TIDEMARK_MEMORY_LIMIT (now 2GB)" in failure
    assert len(failure.splitlines()) == 1


def test_a_terminated_dbt_process_is_reported_with_its_signal(tmp_path: Path) -> None:
    failure = failure_of(_killed_while_it_runs(tmp_path, signal.SIGTERM), "2GB")
    assert failure.startswith("dbt was killed by SIGTERM.")
    assert "memory" not in failure


PARSE = """
import threading, time
from pathlib import Path
from orchestration.warehouse.parsed_project import ProjectError, manifest

def kill():
    import os
    while not (children := Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()):
        time.sleep(0.01)
    os.kill(int(children[0]), 9)

threading.Thread(target=kill).start()
try:
    manifest()
except ProjectError as error:
    print(error)
"""


def test_a_killed_dbt_that_parses_the_project_is_reported_with_its_signal(tmp_path: Path) -> None:
    environment = os.environ | {"TIDEMARK_HOME": str(tmp_path / "none"), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PARSE],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=True,
    )
    assert done.stdout.startswith("dbt was killed by SIGKILL.")
    assert "memory" in done.stdout
    assert "TIDEMARK_MEMORY_LIMIT" not in done.stdout


SHELL = {
    "DBT_TARGET": "prod",
    "DBT_PROFILE": "other",
    "DBT_EMPTY": "true",
    "DBT_WARN_ERROR": "true",
    "PYTHONPATH": "/nowhere",
    "PYTHONWARNINGS": "error",
    "PYTHONSTARTUP": "/nowhere",
    "FRED_API_KEY": "0" * 32,
    "TIDEMARK_SMTP_URL": "smtp://user:password@127.0.0.1",
    "TIDEMARK_DAGSTER_POSTGRES": "postgresql://user:password@127.0.0.1/x",
    "TIDEMARK_ALERT_WEBHOOK_URL": "https://hooks.example/secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "TIDEMARK_WORKING_FILE": "/elsewhere.duckdb",
}
"""What a user's shell may set for other programs, and the secrets of a load."""


def test_the_shell_does_not_reach_dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SHELL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TIDEMARK_MEMORY_LIMIT", "1GB")
    before = _children()
    dbt = Dbt(tmp_path)
    (process,) = _children() - before
    seen = Path(f"/proc/{process}/environ").read_text(encoding="utf-8").split("\0")
    names = {entry.partition("=")[0] for entry in seen}
    assert names.isdisjoint(SHELL)
    assert {"PATH", "TIDEMARK_MEMORY_LIMIT"} <= names
    options = dbt.run(["--version"], tmp_path).args
    assert options[options.index("--target") + 1] == "duckdb"
    assert options[options.index("--profile") + 1] == "tidemark"


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


def test_a_child_of_a_killed_load_keeps_the_home_locked_until_it_ends(tmp_path: Path) -> None:
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
