"""A dbt process: starting it early, running one command in it, reporting how it ended.

Belongs here: the process, its environment and its options. Does not belong here: which models are built (`dbt.py`), and
SQL: that is `dbt_project/`.

dbt runs as a process of its own, because in ours it would keep the DuckDB file locked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.environment import for_dbt
from orchestration.home import held_homes
from orchestration.interrupts import checkpoint, register, unregister
from orchestration.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
DBT = str(Path(sys.prefix) / "bin" / "dbt")
READY_DBT = Path(__file__).with_name("ready_dbt.py")
# Given here, because dbt would otherwise take them from DBT_TARGET and DBT_PROFILE or from ~/.dbt.
_FOLDERS = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))
_CHOICES = (*_FOLDERS, "--profile", "tidemark", "--target", "duckdb")
_SHOWN_CHARACTERS = 3000


class Dbt:
    """A dbt process that imports its modules while others work, and then runs one command on our project."""

    def __init__(self, folder: Path, seeds: Path | None = None) -> None:
        """Start it.

        Args:
            folder: where the DuckDB file to work on will be. The profile has a relative path, because dbt parses the
                whole project again when the path changes.
            seeds: where the seeds are; None for the project's own.
        """
        environment = for_dbt(os.environ) | ({"TIDEMARK_SEEDS": str(seeds)} if seeds else {})
        self._process = subprocess.Popen(
            # -P: modules next to the program must not hide modules of the same name.
            [sys.executable, "-P", str(READY_DBT)],
            cwd=folder,
            env=environment,
            pass_fds=held_homes(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        register(self._process.kill)

    def run(self, arguments: Sequence[str], target: Path) -> subprocess.CompletedProcess[str]:
        """Run a command, and wait for it to end.

        Args:
            arguments: the command and its options.
            target: the folder for dbt's artifacts.
        """
        # dbt's screen output is kept in memory; a log file of every event would cost a twentieth of its time.
        logs = ["--log-path", str(target), "--log-level-file", "none"]
        command = [*arguments, *_CHOICES, "--target-path", str(target), *logs]
        stdout, stderr = self._process.communicate(json.dumps(command) + "\n")
        checkpoint()
        unregister(self._process.kill)
        return subprocess.CompletedProcess(command, self._process.returncode, stdout, stderr)

    def stop(self) -> None:
        """End the process if it was not needed."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        unregister(self._process.kill)


def run_dbt(arguments: Sequence[str], target: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a dbt command on our project, on the file in a folder; see `Dbt`."""
    return Dbt(folder).run(arguments, target)


def failure_of(process: subprocess.CompletedProcess[str], memory_limit: str | None) -> str:
    """Why a dbt process that left no results failed.

    Args:
        process: as it ended.
        memory_limit: DuckDB's, for the advice; None if it did not use DuckDB.
    """
    if process.returncode >= 0:
        return f"dbt did not start:\n{output_of(process)}"
    name = signal.Signals(-process.returncode).name
    if name in ("SIGKILL", "SIGABRT", "SIGBUS"):
        lower = f", or lower TIDEMARK_MEMORY_LIMIT (now {memory_limit})," if memory_limit else ""
        return (
            f"dbt was killed by {name}. The usual cause is that the machine, its container or a ulimit ran out of "
            f"memory. Give it more{lower} and run this again."
        )
    return f"dbt was killed by {name}. Another program or a person ended it. Run this again."


def output_of(process: subprocess.CompletedProcess[str]) -> str:
    """What a failed dbt printed, without the frames of a traceback: dbt's log has those."""
    printed, traceback, _ = process.stdout.partition("Traceback (most recent call last):")
    if traceback:
        printed = printed[: printed.rfind("\n") + 1]
    # Python prints the error last; what its loggers add after a full disk repeats dbt's own message.
    elif not printed.strip():
        printed = (process.stderr.strip().splitlines() or ["(no output)"])[-1]
    return printed.strip()[-_SHOWN_CHARACTERS:]
