"""Runs the load as a user does, in a process of its own, and reads what it published."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Installation:
    """A home, and the command that loads it."""

    home: Path

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.home / "tidemark.duckdb"

    def load(self, *arguments: str, source: str | Path = "sample", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m orchestration load`; settings are environment variables without their prefix."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
        environment |= {f"TIDEMARK_{name.upper()}": value for name, value in settings.items()}
        environment |= {"TIDEMARK_HOME": str(self.home), "TIDEMARK_SOURCE": str(source)}
        return subprocess.run(
            [sys.executable, "-m", "orchestration", "load", *arguments],
            cwd=PROJECT_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
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


@pytest.fixture(scope="session")
def installation_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes installations in fresh folders."""

    def make(name: str) -> Installation:
        return Installation(tmp_path_factory.mktemp(name) / "home")

    return make
