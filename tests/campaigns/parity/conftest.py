"""Runs dbt on Spark. `make parity` installs what that takes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.warehouse.dbt_process import DBT, DBT_PROJECT
from tests.campaigns.spark_cluster import Cluster, cluster
from tests.campaigns.spark_environment import PROGRAMS, why_not
from tests.installation import HANGS, Installation


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where all marts are built: in one process, or on a cluster."""
    parser.addoption("--workers", type=int, default=0, help="workers of a cluster for all marts; 0: no cluster")


@dataclass(frozen=True)
class Engine:
    """One of the two targets of the profile, with a folder of its own.

    Attributes:
        target: `duckdb` or `spark`.
        folder: of its tables and dbt's artifacts.
    """

    target: str
    folder: Path

    def start(self, *arguments: str, raw: Path | None = None, **variables: str) -> subprocess.Popen[str]:
        """Start a dbt command on this engine; Spark reads the tables of raw from a folder."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
        environment |= {
            "TIDEMARK_WORKING_FILE": str(self.folder / "tidemark.duckdb"),
            "TIDEMARK_RAW_EXPORT": str(raw),
            "TIDEMARK_SPARK_WAREHOUSE": str(self.folder),
            "TIDEMARK_SPARK_MASTER": os.environ.get("TIDEMARK_SPARK_MASTER", "local[*]"),
            # Tables are small and plans are many: Java's second compiler costs more than it saves.
            "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
        folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        paths = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "log")]
        dbt = PROGRAMS / "dbt" if self.target == "spark" else DBT
        return subprocess.Popen(
            [dbt, *arguments, "--target", self.target, *folders, *paths],
            cwd=self.folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def dbt(self, *arguments: str, raw: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a dbt command on this engine, and wait for it."""
        process = self.start(*arguments, raw=raw, **variables)
        stdout, stderr = process.communicate(timeout=3 * HANGS)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


@pytest.fixture(scope="session")
def engine_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Engine]:
    """Makes an engine in a fresh folder, or skips where Spark cannot run."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    return lambda target: Engine(target, tmp_path_factory.mktemp(target))


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster | None]:
    """The cluster that `--workers` asks for."""
    workers = request.config.getoption("--workers")
    if not workers:
        yield None
        return
    with cluster(tmp_path_factory.mktemp("cluster"), workers) as started:
        yield started


@pytest.fixture(scope="session")
def installation(installation_of: Callable[[str], Installation]) -> Installation:
    """A home of its own."""
    return installation_of("parity")
