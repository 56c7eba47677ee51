"""Runs the load as a user does, in a process of its own, and reads what it published."""

from __future__ import annotations

import csv
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT

LOAD = (sys.executable, "-m", "orchestration", "load")


@dataclass(frozen=True)
class Installation:
    """A home, and the command that loads it."""

    home: Path

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.home / "tidemark.duckdb"

    def environment(self, source: str | Path = "sample", **settings: str) -> dict[str, str]:
        """The environment of a load; settings are environment variables without their prefix."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
        environment |= {f"TIDEMARK_{name.upper()}": value for name, value in settings.items()}
        return environment | {"TIDEMARK_HOME": str(self.home), "TIDEMARK_SOURCE": str(source)}

    def load(self, *arguments: str, source: str | Path = "sample", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m orchestration load`; settings are environment variables without their prefix."""
        return subprocess.run(
            [*LOAD, *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment(source, **settings),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start_load(self, source: str | Path = "sample", **settings: str) -> subprocess.Popen[str]:
        """Start a load and do not wait for it; it leads a process group, so that it can be killed with its children."""
        return subprocess.Popen(
            LOAD,
            cwd=PROJECT_ROOT,
            env=self.environment(source, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def load_well(self, *arguments: str, source: str | Path = "sample", **settings: str) -> str:
        """Run a load that must succeed; returns what it printed."""
        result = self.load(*arguments, source=source, **settings)
        assert result.returncode == 0, result.stderr[-4000:]
        return result.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the published file."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The first value that a query gives."""
        return self.query(sql)[0][0]

    def copy(self, folder: Path) -> Installation:
        """The same installation elsewhere: its link to the published file is relative, so it moves along."""
        shutil.copytree(self.home, folder, symlinks=True)
        return Installation(folder)

    def fingerprint(self) -> dict[str, tuple[int, int]]:
        """Rows and a hash of what they say, by table: the same for the same content in any order of rows."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables order by 1"
            ).fetchall()
            return {
                table: connection.execute(
                    f"select count(*), coalesce(sum(hash(row)::hugeint), 0) from {table} as row"
                ).fetchall()[0]
                for (table,) in tables
            }

    def export_marts(self, folder: Path) -> dict[str, bytes]:
        """All marts as sorted CSV, by name."""
        folder.mkdir()
        with duckdb.connect(str(self.published), read_only=True) as connection:
            names = [
                name
                for (name,) in connection.execute(
                    "select table_name from information_schema.tables where table_schema = 'marts'"
                ).fetchall()
            ]
            for name in names:
                connection.execute(f"copy (from marts.{name} order by all) to '{folder / name}.csv'")
        return {name: (folder / f"{name}.csv").read_bytes() for name in names}


def sample_before(folder: Path, day: str = "2026-06-18") -> Path:
    """A copy of the sample as it was before its last day."""
    shutil.copytree(SAMPLE_FOLDER, folder)
    manifest = folder / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with manifest.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["as_of"] < day)
    return folder


def assert_refused(result: subprocess.CompletedProcess[str], *expected: str) -> None:
    """The load left with one screen that says these things, and no traceback."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr, result.stderr[-4000:]
    assert len(result.stderr.splitlines()) < 60, "one screen"
    for text in expected:
        assert text in result.stderr, result.stderr


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The embedded sample, loaded once for all tests that only read it; what changes a home works on a copy."""
    folder = tmp_path_factory.getbasetemp()
    # The workers of pytest-xdist have a folder each, below one of all.
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    installation, told = Installation(folder / "demo"), folder / "demo.txt"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(installation.load_well(export="all", export_format="both"), encoding="utf-8")
    assert f"As files:      {installation.home / 'exports'}" in told.read_text(encoding="utf-8")
    return installation


@pytest.fixture(scope="session")
def installation_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes installations in fresh folders."""

    def make(name: str) -> Installation:
        return Installation(tmp_path_factory.mktemp(name) / "home")

    return make


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one run of the tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _made_once(folder: Path, make: Callable[[Installation], None]) -> Installation:
    """A home that the first to need it makes; the others wait for it. Whoever loads into it takes a copy."""
    home = Installation(folder / "home")
    with FileLock(f"{folder}.lock"):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(home)
            (folder / "made").touch()
    return home


def _load_sample(home: Installation) -> None:
    home.load_well()


@pytest.fixture(scope="session")
def embedded(shared_folder: Path) -> Installation:
    """A home with the embedded sample, loaded once; not to be changed."""
    return _made_once(shared_folder / "embedded", _load_sample)


@pytest.fixture(scope="session")
def earlier(shared_folder: Path) -> Installation:
    """A home with the embedded sample as it was before its last day; not to be changed."""

    def make(home: Installation) -> None:
        home.load_well(source=sample_before(home.home.with_name("files")))

    return _made_once(shared_folder / "earlier", make)


@dataclass(frozen=True)
class NextLoad:
    """What comes of the load that follows on `earlier`.

    Attributes:
        after: content of the published file when it has ended.
        seconds: how long it takes.
    """

    after: dict[str, tuple[int, int]]
    seconds: float


@pytest.fixture(scope="session")
def next_load(shared_folder: Path, earlier: Installation) -> NextLoad:
    """The load of the sample's last day into a copy of `earlier`."""

    def make(home: Installation) -> None:
        earlier.copy(home.home)
        started = time.monotonic()
        home.load_well()
        home.home.with_name("seconds").write_text(str(time.monotonic() - started), encoding="ascii")

    home = _made_once(shared_folder / "later", make)
    return NextLoad(home.fingerprint(), float(home.home.with_name("seconds").read_text(encoding="ascii")))
