"""The folders of `TIDEMARK_HOME`, and the lock that lets one load at a time work there.

Belongs here: paths, the lock, sweeping what a killed load left, advice on disk errors. Does not belong here: what is in
the files.
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

from orchestration.interrupts import on_interrupt

CATALOG = "tidemark"
"""DuckDB names a database after its file, and table macros name the database. So the file always has this name."""

ROOM_BYTES = 128 * 2**20
"""Disk space that a load may need on top of twice the published file: parsed rows, logs, ..."""

_FULL = re.compile(r"no space left|quota exceeded|disk is full|disk I/O error", re.IGNORECASE)
_READ_ONLY = re.compile(r"read-only file system|readonly database|permission denied", re.IGNORECASE)
_TOO_LARGE = re.compile(r"file too large", re.IGNORECASE)
_PATH = re.compile(r"""(["'])(/.+?)\1""")


class HomeError(Exception):
    """The home cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder of one installation.

    Attributes:
        root: its path.
        memory_limit: of DuckDB, for loads in this home.
    """

    root: Path
    memory_limit: str = "2GB"

    @property
    def archive(self) -> Path:
        """Publishers' documents: append-only."""
        return self.root / "archive"

    @property
    def snapshots(self) -> Path:
        """One folder for each snapshot, with a `tidemark.duckdb` and perhaps exports."""
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """What readers open: a link to the file of the newest snapshot."""
        return self.root / f"{CATALOG}.duckdb"

    def snapshot_files(self) -> list[Path]:
        """The published file and those of the other snapshots, the newest first; none if nothing is published."""
        if not self.published.exists() and not self.published.is_symlink():
            return []
        published = self.published.resolve()
        others = [file for file in self.snapshots.glob(f"*/{CATALOG}.duckdb") if file.resolve() != published]
        return [self.published, *sorted(others, key=lambda file: file.parent.stat().st_mtime, reverse=True)]

    @property
    def exports(self) -> Path:
        """A link to the folder with the exports of the published snapshot; missing where there are none."""
        return self.root / "exports"

    @property
    def candles(self) -> Path:
        """Candles shorter than an hour, one Parquet file for each document: `<venue>/<symbol>/<interval>/`."""
        return self.root / "candles"

    @property
    def work(self) -> Path:
        """Where a load builds; emptied when the load ends."""
        return self.root / "work"

    @property
    def reports(self) -> Path:
        """Reports of the last load, for people and programs."""
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        """Dagster's storage."""
        return self.root / "dagster"

    @property
    def dbt(self) -> Path:
        """Dbt's artifacts: the parsed project, and the results of the last build."""
        return self.root / "dbt"

    @property
    def locks(self) -> Path:
        """Lock files."""
        return self.root / "locks"

    @property
    def _lock(self) -> Path:
        return self.locks / "load"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            HomeError: a folder cannot be written, or the disk has too little room for a load.
        """
        folders = (self.archive, self.snapshots, self.work, self.reports, self.dagster, self.dbt, self.locks)
        for folder in (self.root, *folders):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                # Write something: permission bits do not show that a disk is mounted read-only.
                tempfile.TemporaryFile(dir=folder).close()
            except OSError as error:
                raise HomeError(
                    f"TIDEMARK_HOME={self.root}: {folder} cannot be written: {error.strerror}. "
                    "Choose a folder on a local disk with free space that this user may write to."
                ) from None
        room = shutil.disk_usage(self.work).free
        needed = ROOM_BYTES + (2 * self.published.stat().st_size if self.published.exists() else 0)
        if room < needed:
            raise HomeError(
                f"The disk of TIDEMARK_HOME={self.root} has {room / 2**20:.0f} MB left, and a load may need "
                f"{needed / 2**20:.0f} MB. Free some space and run this again."
            )

    @contextmanager
    def exclusive(self, patience: float = 0, say: Callable[[str], object] = str) -> Iterator[None]:
        """Hold the home for one load, after sweeping what a killed load left in `work`.

        Args:
            patience: seconds to wait for another load to end.
            say: gets one message, if another load is running.

        Raises:
            HomeError: another load holds the home. A killed process holds nothing: the operating system releases it.
        """
        self.prepare()
        with self._open_lock() as lock:
            deadline = time.monotonic() + patience
            while not _try_to_hold(lock):
                lock.seek(0)
                holder = f"Another load ({lock.read().strip() or 'another process'}) is running in {self.root}"
                if time.monotonic() >= deadline:
                    raise HomeError(
                        f"{holder}. Run this again when it has ended. Readers of the published file are not affected."
                    )
                say(f"{holder}. Waiting up to {patience:.0f} seconds for it to end.")
                say = str
                time.sleep(0.2)
            lock.truncate(0)
            # The lock holds even if the disk is full.
            with suppress(OSError):
                os.write(lock.fileno(), f"process {os.getpid()}".encode())
            _held.add(lock.fileno())
            try:
                self._sweep()
                with on_interrupt(lambda: self._release(lock)):
                    yield
            finally:
                _held.discard(lock.fileno())
                self._release(lock)

    def holder(self) -> str | None:
        """The process that holds the home for a load now; None if there is none."""
        try:
            with self._lock.open(encoding="utf-8") as lock:
                # A load that ended has emptied the file; one that was killed has not, but holds no lock.
                name = lock.read().strip()
                # Shared: NFS asks for write permission otherwise.
                return name if name and not _try_to_hold(lock, fcntl.LOCK_SH) else None
        except FileNotFoundError:
            return None

    def what_readers_have(self, *, published: bool) -> str:
        """A sentence about the published warehouse after a load that did not succeed.

        Args:
            published: whether this load published.
        """
        if published:
            return f"The new warehouse is published: {self.published}"
        if self.published.exists():
            return f"Nothing was published. Readers still have the previous warehouse: {self.published}"
        return "Nothing was published."

    def disk_advice(self, message: str) -> str | None:
        """What to do about a disk error; None if the message is about something else.

        Args:
            message: an error of the operating system, DuckDB, SQLite or dbt.
        """
        if _FULL.search(message):
            room = shutil.disk_usage(self.root).free
            return (
                f"The disk of {self.root} is full ({room / 2**20:.0f} MB are free now). "
                "Free some space and run this again. Nothing else is needed."
            )
        if _TOO_LARGE.search(message):
            return (
                "This process may not write files as large as a load needs. Raise the limit (`ulimit -f`, or "
                "LimitFSIZE in a systemd unit) and run this again."
            )
        if not _READ_ONLY.search(message):
            return None
        named = [Path(path) for _, path in _PATH.findall(message)]
        outside = [path for path in named if not path.is_relative_to(self.root)]
        where = f"{outside[0]} (outside the home)" if outside else f"the home, {self.root}"
        return f"This user may not write to {where}. Change its owner or permissions and run this again."

    def _open_lock(self) -> TextIO:
        try:
            return self._lock.open("a+", encoding="utf-8")
        except OSError as error:
            raise HomeError(
                f"{self._lock} cannot be written: {error.strerror}. Change its owner or permissions."
            ) from None

    def _release(self, lock: TextIO) -> None:
        self._sweep()
        lock.truncate(0)

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
                "Change its owner or permissions, or remove it by hand, and run this again."
            ) from None


_held: set[int] = set()


def held_homes() -> tuple[int, ...]:
    """File descriptors to pass to a child process that works in a home (`pass_fds`).

    The home then stays held until the child has ended, too. If only this process is killed, the next load waits for
    the child, and the two never write to the same files.
    """
    return tuple(_held)


def _try_to_hold(lock: TextIO, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
