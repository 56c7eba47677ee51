"""Runs dbt: staging, intermediate, marts and their tests on the working file in one invocation; what it knows of them.

Belongs here: starting dbt and reading its verdict. Does not belong here: SQL; that is `dbt_project/`.

dbt runs as a process of its own, since in ours it would keep the DuckDB file locked. Its artifacts stay in the home, so
that the next load parses only what has changed; a new home begins with what was parsed of the project elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import CATALOG, Home, held_homes
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.working import working_file

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
DBT = str(Path(sys.prefix) / "bin" / "dbt")
READY_DBT = Path(__file__).with_name("ready_dbt.py")
PARSED = "partial_parse.msgpack"
"""What dbt keeps of the files that it has parsed."""
_GENERATED = {"target", "logs", "dbt_packages"}
_OURS = {"TIDEMARK_WORKING_FILE", "TIDEMARK_SEEDS"}
"""Variables that the project reads; in a load, only we set them."""
ROWS_SHOWN = 5
"""How many of the rows that a failing test returned are shown."""


class TransformError(Exception):
    """dbt could not run at all; the message is dbt's."""


@dataclass(frozen=True)
class NodeResult:
    """dbt's verdict on one model, seed or test.

    Attributes:
        unique_id: as in the manifest.
        status: `success`, `pass`, `warn`, `fail`, `error` or `skipped`.
        message: dbt's words; empty where all is well.
        failures: rows that a test returned.
        seconds: execution time.
        rows: the first of the rows that a failing test returned, each as `column = value, ...`; nulls are left out.
    """

    unique_id: str
    status: str
    message: str
    failures: int
    seconds: float
    rows: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        """The node stops the load."""
        return self.status in ("fail", "error")


class Dbt:
    """A process of dbt that gets ready while others work, and then runs one command on our project."""

    def __init__(self, folder: Path, seeds: Path | None = None) -> None:
        """Start it.

        Args:
            folder: where the DuckDB file to work on will be. The profile names it by a relative path, since dbt parses
                everything again when the path is another one.
            seeds: where the seeds are; None for the project's own.
        """
        environment = {name: value for name, value in os.environ.items() if name not in _OURS}
        environment |= {"TIDEMARK_SEEDS": str(seeds)} if seeds else {}
        self._process = subprocess.Popen(
            # Without -P, what lies beside the program would hide modules of the same name.
            [sys.executable, "-P", str(READY_DBT)],
            cwd=folder,
            env=environment,
            pass_fds=held_homes(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments: Sequence[str], target: Path) -> subprocess.CompletedProcess[str]:
        """Run a command, and wait for its end.

        Args:
            arguments: the command and its options.
            target: where dbt's artifacts go.
        """
        folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        # What it says on the screen is kept; the file of each thought of it would cost a twentieth of its time.
        logs = ["--log-path", str(target), "--log-level-file", "none"]
        command = [*arguments, *folders, "--target-path", str(target), *logs]
        stdout, stderr = self._process.communicate(json.dumps(command) + "\n")
        return subprocess.CompletedProcess(command, self._process.returncode, stdout, stderr)

    def dismiss(self) -> None:
        """End it, if it was not needed."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def run_dbt(arguments: Sequence[str], target: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a dbt command on our project, on the file in a folder; see `Dbt`."""
    return Dbt(folder).run(arguments, target)


def manifest() -> Path:
    """The path of a manifest that is not older than the project; it is parsed anew when a file of the project is newer.

    Raises:
        RuntimeError: the project does not parse; the message is dbt's.
    """
    path = DBT_PROJECT / "target" / "manifest.json"
    newest = max(
        file.stat().st_mtime_ns
        for part in DBT_PROJECT.iterdir()
        if part.name not in _GENERATED
        for file in (part, *part.rglob("*"))
    )
    if not path.exists() or path.stat().st_mtime_ns < newest:
        path.parent.mkdir(exist_ok=True)
        # Aside and then in place: two processes may find the manifest old at the same moment.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            result = run_dbt(["--quiet", "parse"], Path(folder), Path(folder))
            if result.returncode != 0:
                raise RuntimeError(f"The dbt project does not parse:\n{result.stdout}{result.stderr}")
            for artifact in (PARSED, path.name):
                (Path(folder) / artifact).replace(path.with_name(artifact))
    return path


def describe(home: Home, page: Path) -> None:
    """Write dbt's own documentation (models, columns, lineage, SQL) of the published warehouse, as one page.

    Raises:
        TransformError: nothing is published, or dbt did not come to an end.
    """
    if not home.published.exists():
        raise TransformError(f"Nothing is published in {home.root} yet: load first.")
    with tempfile.TemporaryDirectory() as folder:
        # dbt opens a file for writing, and names its database after it: so it is given a copy that is called the same.
        copy, target = Path(folder) / f"{CATALOG}.duckdb", Path(folder) / "target"
        shutil.copyfile(home.published.resolve(), copy)
        process = run_dbt(["docs", "generate", "--static"], target, copy.parent)
        if process.returncode != 0:
            raise TransformError(f"dbt wrote no documentation:\n{said_by(process)}")
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target / "static_index.html", page)


def build_models(home: Home, dbt: Dbt, selected: Sequence[str] = ()) -> list[NodeResult]:
    """Build and test models on the working file.

    Args:
        home: the installation.
        dbt: a process that was started where the working file lies.
        selected: names of models and seeds; all if empty. What they are built from is built, too: a working file
            begins with raw and the marts before, and nothing in between.

    Returns:
        A verdict a node, in the order of execution.

    Raises:
        TransformError: dbt did not get as far as the first node.
    """
    results = home.dbt / "run_results.json"
    results.unlink(missing_ok=True)
    parsed = manifest().with_name(PARSED)
    if parsed.exists() and not (home.dbt / PARSED).exists():
        shutil.copyfile(parsed, home.dbt / PARSED)
    selection = ["--indirect-selection", "cautious", "--select", *(f"+{name}" for name in selected)] if selected else []
    # Unit tests hold the SQL against made-up rows: a matter of the test suite, not of a load.
    process = dbt.run(["build", "--exclude-resource-type", "unit_test", *selection], home.dbt)
    (home.reports / "dbt.log").write_text(process.stdout + process.stderr, encoding="utf-8")
    if not results.exists():
        raise TransformError(f"dbt did not start:\n{said_by(process)}")
    return [
        NodeResult(
            unique_id=result["unique_id"],
            status=result["status"],
            message=result["message"] or "",
            failures=result["failures"] or 0,
            seconds=result["execution_time"],
            rows=_failing_rows(home, result["compiled_code"]) if result["status"] == "fail" else (),
        )
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
    ]


def said_by(process: subprocess.CompletedProcess[str]) -> str:
    """What a dbt that failed says to a person: without the frames of a traceback, which dbt's log has."""
    told, traceback, _ = process.stdout.partition("Traceback (most recent call last):")
    if traceback:
        told = told[: told.rfind("\n") + 1]
    # Python itself ends with the error; what its loggers add after a full disk says nothing that dbt has not said.
    elif not told.strip():
        told = (process.stderr.strip().splitlines() or ["(nothing)"])[-1]
    return told.strip()[-3000:]


def _failing_rows(home: Home, test: str) -> tuple[str, ...]:
    """Ask a test's query again for its first rows: cheaper than to have dbt store what every test returns."""
    with duckdb.connect(str(working_file(home)), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"select * from (\n{test}\n) order by all limit {ROWS_SHOWN}")
        names = [column[0] for column in connection.description or ()]
        return tuple(
            ", ".join(f"{name} = {value}" for name, value in zip(names, row, strict=True) if value is not None)
            for row in connection.fetchall()
        )
