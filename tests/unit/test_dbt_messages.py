"""Messages about a failed dbt process."""

from __future__ import annotations

import subprocess

import pytest

from orchestration.warehouse.dbt_process import output_of

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
def test_only_the_error_of_a_traceback_is_reported(out: str, err: str, said: str) -> None:
    assert output_of(subprocess.CompletedProcess([], 2, out, err)) == said
