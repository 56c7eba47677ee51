"""What lies where in `TIDEMARK_HOME`, and the one lock that lets a single load work there at a time.

Belongs here: paths, the lock, sweeping up what a killed load left. Does not belong here: what is in the files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

CATALOG = "tidemark"
"""DuckDB names a database after its file; table macros name the database. So the file is called this everywhere."""


class HomeError(Exception):
    """The home cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder of one installation."""

    root: Path

    @property
    def archive(self) -> Path:
        """The bytes, never changed."""
        return self.root / "archive"

    @property
    def releases(self) -> Path:
        """A folder a release, each with one `tidemark.duckdb`."""
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """What readers open: a link to the newest release's file."""
        return self.root / f"{CATALOG}.duckdb"

    @property
    def work(self) -> Path:
        """Where a load builds aside; nothing in it outlives the load."""
        return self.root / "work"

    @property
    def reports(self) -> Path:
        """What a load says of itself, for people and programs."""
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage."""
        return self.root / "dagster"

    @property
    def refusals(self) -> Path:
        """Which documents broke a blocking rule, and why."""
        return self.root / "refusals.json"

    @property
    def dbt(self) -> Path:
        """What dbt left of its last build."""
        return self.root / "dbt"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            HomeError: the disk refused.
        """
        try:
            for folder in (self.archive, self.releases, self.work, self.reports, self.dagster, self.dbt):
                folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.root, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise HomeError(
                f"TIDEMARK_HOME={self.root} cannot be written: {error.strerror}. "
                "Give a folder on a local disk that this user may write to."
            ) from None

    @contextmanager
    def exclusive(self, patience: float = 0, say: Callable[[str], object] = str) -> Iterator[None]:
        """Hold the home for one load; what an earlier, killed load left in `work` is swept away first.

        Args:
            patience: seconds to wait for another load to end.
            say: is told once, if there is one to wait for.

        Raises:
            HomeError: another load holds it. A killed process holds nothing: the operating system lets go.
        """
        self.prepare()
        with (self.root / ".lock").open("a+", encoding="utf-8") as lock:
            deadline = time.monotonic() + patience
            while not _try_to_hold(lock):
                lock.seek(0)
                holder = f"Another load ({lock.read().strip() or 'another process'}) is at work in {self.root}"
                if time.monotonic() >= deadline:
                    raise HomeError(
                        f"{holder}. Wait until it has ended and run this again; readers of the published file are "
                        "not affected."
                    )
                say(f"{holder}; this one waits up to {patience:.0f} seconds for it to end.")
                say = str
                time.sleep(0.2)
            lock.truncate(0)
            lock.write(f"process {os.getpid()}")
            lock.flush()
            try:
                self._sweep()
                yield
            finally:
                self._sweep()
                lock.truncate(0)

    def _sweep(self) -> None:
        for leftover in self.work.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


def _try_to_hold(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
