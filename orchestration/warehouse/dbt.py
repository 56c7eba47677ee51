"""Builds the models: staging, intermediate, marts and their tests on the working file, in one dbt invocation.

Belongs here: running the build, reading dbt's results, dbt's own documentation. Does not belong here: the process
(`dbt_process.py`), the parsed project (`parsed_project.py`), and SQL: that is `dbt_project/`.

dbt's artifacts stay in the home, so that the next load parses only what has changed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import CATALOG, Home
from orchestration.interrupts import on_interrupt
from orchestration.warehouse.dbt_process import Dbt, failure_of, output_of, run_dbt
from orchestration.warehouse.parsed_project import PARSED, manifest
from orchestration.warehouse.working import let_go, working_file

ROWS_SHOWN = 5
"""How many of the rows that a failing test returned are shown."""


class TransformError(Exception):
    """dbt could not run, or was killed; the message says why."""


@dataclass(frozen=True)
class NodeResult:
    """dbt's result for one model, seed or test.

    Attributes:
        unique_id: as in the manifest.
        status: `success`, `pass`, `warn`, `fail`, `error` or `skipped`.
        message: dbt's message; empty if the node succeeded.
        failures: rows that a test returned.
        seconds: execution time.
        rows: the first of the rows that a failing test returned, each as `column = value, ...` without nulls.
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


def describe(home: Home, page: Path) -> None:
    """Write dbt's own documentation (models, columns, lineage, SQL) of the published warehouse, as one page.

    Raises:
        TransformError: nothing is published, or dbt failed.
        OSError: the page cannot be written.
    """
    if not home.published.exists():
        raise TransformError(f"Nothing is published in {home.root} yet. Run a load first.")
    with tempfile.TemporaryDirectory() as folder, on_interrupt(lambda: shutil.rmtree(folder)):
        # dbt opens the file for writing and names its database after it, so it gets a copy of the same name.
        copy, target = Path(folder) / f"{CATALOG}.duckdb", Path(folder) / "target"
        shutil.copyfile(home.published.resolve(), copy)
        process = run_dbt(["docs", "generate", "--static"], target, copy.parent)
        if process.returncode < 0:
            raise TransformError(failure_of(process, home.memory_limit))
        if process.returncode != 0:
            raise TransformError(f"dbt wrote no documentation:\n{output_of(process)}")
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target / "static_index.html", page)


def build_models(home: Home, dbt: Dbt, selected: Sequence[str] = (), only: Sequence[str] = ()) -> list[NodeResult]:
    """Build and test models on the working file.

    Args:
        home: the installation.
        dbt: a process that was started in the folder of the working file.
        selected: names of models and seeds; all if empty. Their parents are built, too: a working file begins with raw
            and the previous marts, and may have nothing in between.
        only: models and tests as `a.b.c` (the `fqn` of the manifest). They alone are built, in a working file that has
            what they read; all if empty.

    Returns:
        A result for each node, in the order of execution.

    Raises:
        TransformError: dbt left no results.
    """
    results = home.dbt / "run_results.json"
    results.unlink(missing_ok=True)
    parsed = manifest().with_name(PARSED)
    if parsed.exists() and not (home.dbt / PARSED).exists():
        shutil.copyfile(parsed, home.dbt / PARSED)
    # Cautious: a test runs if all that it reads is built, or if it is named itself.
    names = [*(f"+{name}" for name in selected), *(f"fqn:{name}" for name in only)]
    selection = ["--indirect-selection", "cautious", "--select", *names] if names else []
    # Unit tests run the SQL on invented rows: they belong to the test suite, not to a load.
    let_go(home)
    process = dbt.run(["build", "--exclude-resource-type", "unit_test", *selection], home.dbt)
    (home.reports / "dbt.log").write_text(process.stdout + process.stderr, encoding="utf-8")
    if not results.exists():
        raise TransformError(failure_of(process, home.memory_limit))
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


def _failing_rows(home: Home, test: str) -> tuple[str, ...]:
    """Run a test's query again for its first rows: cheaper than letting dbt store the rows of every test."""
    with duckdb.connect(str(working_file(home)), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"select * from (\n{test}\n) order by all limit {ROWS_SHOWN}")
        names = [column[0] for column in connection.description or ()]
        return tuple(
            ", ".join(f"{name} = {value}" for name, value in zip(names, row, strict=True) if value is not None)
            for row in connection.fetchall()
        )
