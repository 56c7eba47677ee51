"""A home, the load as a user runs it, in a process of its own, and queries on what it published."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT

REAL_FILES = PROJECT_ROOT.parent / "shared" / "data"
"""Real publisher files; they are not distributed."""
HANGS = 1200
"""Seconds after which a process is taken to hang: far more than a slow machine needs for a load."""
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
            timeout=HANGS,
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
    screen = [line for line in result.stderr.splitlines() if not re.match(r" *[0-9]+\.[0-9] s  ", line)]
    assert len(screen) < 20, "one screen, below the steps"
    for text in expected:
        assert text in result.stderr, result.stderr
