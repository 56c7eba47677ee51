"""What lies where in `TIDEMARK_HOME`, and the one lock that lets a single load work there at a time.

Belongs here: paths, the lock, sweeping up what a killed load left. Does not belong here: what is in the files.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

CATALOG = "tidemark"
"""DuckDB names a database after its file; table macros name the database. So the file is called this everywhere."""

ROOM_BYTES = 128 * 2**20
"""What a load may need of the disk beside a working file twice as large as the published one: offers, logs, ..."""

_FULL = re.compile(r"no space left|quota exceeded|disk is full|disk I/O error", re.IGNORECASE)
_READ_ONLY = re.compile(r"read-only file system|readonly database|permission denied", re.IGNORECASE)


class HomeError(Exception):
    """The home cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder of one installation.

    Attributes:
        root: where it is.
        memory_limit: the most memory that DuckDB takes when it builds there.
    """

    root: Path
    memory_limit: str = "2GB"

    @property
    def archive(self) -> Path:
        """The bytes, never changed."""
        return self.root / "archive"

    @property
    def releases(self) -> Path:
        """A folder a release, each with one `tidemark.duckdb`, and its exports where there are any."""
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """What readers open: a link to the newest release's file."""
        return self.root / f"{CATALOG}.duckdb"

    @property
    def exports(self) -> Path:
        """The files of the published release for other tools, where there are any: a link to a folder."""
        return self.root / "exports"

    @property
    def candles(self) -> Path:
        """Candles shorter than an hour, a Parquet file a document: `<venue>/<symbol>/<interval>/`."""
        return self.root / "candles"

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
    def dbt(self) -> Path:
        """What dbt left of its last build."""
        return self.root / "dbt"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            HomeError: the disk refused, or has not the room for a load.
        """
        for folder in (self.root, self.archive, self.releases, self.work, self.reports, self.dagster, self.dbt):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                # Asked by doing: permission bits tell nothing about a disk that is mounted read-only.
                tempfile.TemporaryFile(dir=folder).close()
            except OSError as error:
                raise HomeError(
                    f"TIDEMARK_HOME={self.root}: {folder} cannot be written: {error.strerror}. "
                    "Give a folder on a local disk that this user may write to, and that has room."
                ) from None
        room = shutil.disk_usage(self.work).free
        needed = ROOM_BYTES + (2 * self.published.stat().st_size if self.published.exists() else 0)
        if room < needed:
            raise HomeError(
                f"The disk of TIDEMARK_HOME={self.root} has {room / 2**20:.0f} MB left, and a load may need "
                f"{needed / 2**20:.0f} MB. Free some of it, and run this again."
            )

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
        with self._open_lock() as lock:
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
            # A disk that is full can be held all the same.
            with suppress(OSError):
                os.write(lock.fileno(), f"process {os.getpid()}".encode())
            _held.add(lock.fileno())
            try:
                self._sweep()
                yield
            finally:
                _held.discard(lock.fileno())
                self._sweep()
                lock.truncate(0)

    def holder(self) -> str | None:
        """Who holds the home for a load now; None if nobody does."""
        try:
            with (self.root / ".lock").open(encoding="utf-8") as lock:
                # Who has let go has left it empty; who was killed has not, and holds nothing.
                name = lock.read().strip()
                # Shared: NFS lets only who may write ask for more.
                return name if name and not _try_to_hold(lock, fcntl.LOCK_SH) else None
        except FileNotFoundError:
            return None

    def disk_trouble(self, said: str) -> str | None:
        """What happened and what to do, where it was the disk's doing; None where it was not.

        Args:
            said: the words of an error: the operating system's, DuckDB's, SQLite's or dbt's.
        """
        if _FULL.search(said):
            room = shutil.disk_usage(self.root).free
            what = f"The disk that holds {self.root} is full ({room / 2**20:.0f} MB are left now). Free some of it"
        elif _READ_ONLY.search(said):
            what = f"The disk that holds {self.root} refuses to be written. Let this user write to it"
        else:
            return None
        return f"{what}, and run this again: nothing else needs to be done."

    def _open_lock(self) -> TextIO:
        path = self.root / ".lock"
        try:
            return path.open("a+", encoding="utf-8")
        except OSError as error:
            raise HomeError(f"{path} cannot be written: {error.strerror}. Give this user the right to.") from None

    def _sweep(self) -> None:
        try:
            for leftover in self.work.iterdir():
                if leftover.is_dir() and not leftover.is_symlink():
                    shutil.rmtree(leftover)
                else:
                    leftover.unlink()
        except OSError as error:
            raise HomeError(
                f"What an earlier load left in {self.work} cannot be removed: {error.strerror}. "
                "Give this user the right to, or remove it by hand, and run this again."
            ) from None


_held: set[int] = set()


def held_homes() -> tuple[int, ...]:
    """Handles to pass to a child process that works in a home (`pass_fds`).

    The home then stays held until the child has ended, too, even if this process is killed and the child is not:
    the next load waits, and the two never write to the same files.
    """
    return tuple(_held)


def _try_to_hold(lock: TextIO, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
