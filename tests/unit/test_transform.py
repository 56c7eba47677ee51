"""What a dbt that failed says to a person; a dbt that waits does not outlive its load."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt import Dbt, said_by

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
        ("", "", "(nothing)"),
    ],
)
def test_of_a_traceback_only_the_error_is_told(out: str, err: str, said: str) -> None:
    program = f"import sys; sys.stdout.write({out!r}); sys.stderr.write({err!r}); sys.exit(2)"
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert said_by(process) == said


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
