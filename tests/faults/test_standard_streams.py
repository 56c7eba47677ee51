"""Commands whose standard streams are closed, full, or a pipe without a reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT

SOON = 60.0


def _start(home: Path, command: str, redirections: str) -> subprocess.Popen[str]:
    shell = f'exec "{sys.executable}" -m orchestration {command} {redirections}'
    return subprocess.Popen(
        ["sh", "-c", shell],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TIDEMARK_HOME": str(home), "TIDEMARK_WAIT_SECONDS": "60"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(home: Path, command: str, redirections: str) -> tuple[int, str, str]:
    process = _start(home, command, redirections)
    out, err = process.communicate(timeout=SOON)
    return process.returncode, out, err


FULL = "Standard output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(
    ("redirections", "err"),
    [
        (">/dev/full", FULL),
        (">/dev/full 2>&1", ""),
        (">&-", ""),
        ("2>&-", ""),
        (">&- 2>&-", ""),
        ("<&- >&- 2>&-", ""),
        ("| true", ""),
    ],
)
def test_output_that_cannot_be_written_is_no_error(tmp_path: Path, redirections: str, err: str) -> None:
    code, out, said = _run(tmp_path / "home", "status", redirections)
    assert (code, said) == (0, err)
    assert out.startswith("home: ") == (redirections == "2>&-")


def test_a_pipe_without_a_reader_is_no_error(tmp_path: Path) -> None:
    with _start(tmp_path / "home", "status", "") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


@pytest.mark.parametrize("redirections", ["2>/dev/full", "2>&-"])
def test_a_warning_that_cannot_be_written_is_no_error(tmp_path: Path, redirections: str) -> None:
    assert _run(tmp_path / "home", "archive ls", redirections) == (0, "", "")


def test_no_file_of_the_home_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.exclusive():
        (lock,) = home.locks.iterdir()
        before = lock.read_text(encoding="utf-8")
        with _start(home.root, "archive set-aside-future", "<&- >&- 2>&-") as process:
            _wait_until_open(process, lock)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=SOON) == 128 + signal.SIGTERM
        assert lock.read_text(encoding="utf-8") == before


def _wait_until_open(process: subprocess.Popen[str], file: Path) -> None:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        for opened in Path(f"/proc/{process.pid}/fd").iterdir():
            with suppress(OSError):  # closed since it was listed
                if opened.samefile(file):
                    return
        time.sleep(0.05)
    raise AssertionError(f"{file} was not opened")
