"""What a failed dbt process reports, what it can see, and when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt_process import Dbt, failure_of, output_of

FRAMES = 'Traceback (most recent call last):\n  File "requires.py", line 187, in wrapper\n    write(path)\n'


@pytest.mark.parametrize(
    ("out", "err", "said"),
    [
        (
            f"10:00:00  Running with dbt\n10:00:01  Encountered an error:\nDisk full\n10:00:02  {FRAMES}E\n",
            f"--- Logging error ---\n{FRAMES}E\nMessage: 'x'\nArguments: ()\n",
            "10:00:00  Running with dbt\n10:00:01  Encountered an error:\nDisk full",
        ),
        ("", f"{FRAMES}ModuleNotFoundError: No module named 'dbt'\n", "ModuleNotFoundError: No module named 'dbt'"),
        ("Could not find profile\n", "a warning\n", "Could not find profile"),
        ("", "", "(no output)"),
    ],
)
def test_only_the_error_of_a_traceback_is_shown(out: str, err: str, said: str) -> None:
    program = f"import sys; sys.stdout.write({out!r}); sys.stderr.write({err!r}); sys.exit(2)"
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert output_of(process) == said


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
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, check=True, timeout=60
    )
    process = Path(f"/proc/{int(done.stdout)}")
    deadline = time.monotonic() + 60
    while process.exists() and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _killed_while_it_runs(folder: Path, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    dbt = Dbt(folder)
    (process,) = _children()
    os.kill(int(process), number)
    return dbt.run(["--version"], folder)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_dbt_process_killed_for_its_memory_says_so(tmp_path: Path, number: signal.Signals) -> None:
    failure = failure_of(_killed_while_it_runs(tmp_path, number), "2GB")
    assert failure.startswith(f"dbt was killed by {number.name}.")
    assert "memory" in failure
    assert "TIDEMARK_MEMORY_LIMIT (now 2GB)" in failure
    assert len(failure.splitlines()) == 1


def test_a_dbt_process_that_somebody_ended_says_by_which_signal(tmp_path: Path) -> None:
    failure = failure_of(_killed_while_it_runs(tmp_path, signal.SIGTERM), "2GB")
    assert failure.startswith("dbt was killed by SIGTERM.")
    assert "memory" not in failure


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
    dbt = Dbt(tmp_path)
    (process,) = _children()
    seen = Path(f"/proc/{process}/environ").read_text(encoding="utf-8").split("\0")
    names = {entry.partition("=")[0] for entry in seen}
    assert names.isdisjoint(SHELL)
    assert {"PATH", "TIDEMARK_MEMORY_LIMIT"} <= names
    options = dbt.run(["--version"], tmp_path).args
    assert options[options.index("--target") + 1] == "duckdb"
    assert options[options.index("--profile") + 1] == "tidemark"


def _children() -> set[str]:
    return set(Path("/proc/thread-self/children").read_text().split())
