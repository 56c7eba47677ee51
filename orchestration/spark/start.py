"""Starts the jobs of Spark that a load needs, and takes over their results.

Belongs here: when a job is worth its start, the job's process, and the load's side of its files. Does not belong here:
what the job does (`job.py`).

A job is a process in the environment of Spark, because Great Expectations imports pyspark wherever it finds it. Both
sides exchange files in the home's folder `work`, which every machine of the cluster must see under the same path.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.archive.store import ArchiveError, Document, plain
from orchestration.environment import for_dbt
from orchestration.home import Home, held_homes
from orchestration.interrupts import checkpoint, register, unregister
from orchestration.loading.merge import MergeCount
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.base import DeadFileError, FormatError
from orchestration.spark.slices import ADDED, COUNTED, COUNTS, HELD, Reading
from orchestration.tables.raw_table import RawTable
from orchestration.tables.sql import literal

PREFIX = "TIDEMARK_SPARK_"
FROM_ROWS = f"{PREFIX}FROM_ROWS"
"""The variable with the number of new rows from which Spark does a step; fewer take less time than Spark's start."""
ENOUGH_ROWS = 1_000_000
BYTES_OF_A_CANDLE = 40
"""In a publisher's archive: to estimate how many candles some documents have."""
_ERRORS: dict[str, type[FormatError]] = {error.__name__: error for error in (FormatError, DeadFileError)}
_IS_ERROR = re.compile(r"(Caused by: )?[\w.]*(Error|Exception): (?!Exception thrown in awaitResult)").match
"""The first error in what a job prints is the cause; what follows is where Java noticed it."""


class SparkError(Exception):
    """A job of Spark did not do its work; the message says which, why, and what to do."""


def has_enough(rows: int) -> bool:
    """Whether so many new rows are worth the start of Spark."""
    text = os.environ.get(FROM_ROWS, str(ENOUGH_ROWS))
    if not text.isdecimal():
        raise SparkError(f"Invalid setting: {FROM_ROWS}={text}: must be a number of rows.")
    return rows >= int(text)


def read_documents(home: Home, documents: Sequence[Document], candles: Path) -> dict[str, pd.DataFrame | FormatError]:
    """Read documents whose rows go to files of their own.

    Args:
        home: the installation.
        documents: of any number of datasets.
        candles: gets the files, as without Spark.

    Returns:
        By document_id: its days, or why it cannot be read. Nothing if the documents are too few for Spark.

    Raises:
        ArchiveError: bytes are missing or damaged.
        SparkError: the job failed.
    """
    if not documents or not has_enough(sum(document.size for document in documents) // BYTES_OF_A_CANDLE):
        return {}
    folder = _fresh(home, "read")
    job = {"archive": str(home.archive), "documents": [plain(document) for document in documents]}
    _run(home, folder, "read", job, f"{len(documents)} documents of candles could not be read")
    found: dict[str, pd.DataFrame | FormatError] = {}
    for reading in (Reading(**line) for line in json.loads((folder / "readings.json").read_text(encoding="utf-8"))):
        if reading.error == ArchiveError.__name__:
            raise ArchiveError(reading.reason)
        if reading.error:
            found[reading.document_id] = _ERRORS[reading.error](reading.reason)
        else:
            found[reading.document_id] = pd.read_parquet(folder / "days" / f"{reading.document_id}.parquet")
    for path in (folder / "candles").rglob("*.parquet"):
        target = candles / path.relative_to(folder / "candles")
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    shutil.rmtree(folder)
    return found


def merge_on_spark(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    rows: Path,
    replaced: Sequence[str],
    held: Path,
    without_rows: Sequence[str] = (),
) -> dict[str, MergeCount]:
    """Merge the rows of documents into their raw table as `loading.merge.merge` does, a slice of the series per task.

    Args:
        home: the installation.
        connection: of the working file, for writing.
        table: as for `merge`, like all the following.
        rows: see there.
        replaced: see there.
        held: see there.
        without_rows: see there.

    Raises:
        SparkError: the job failed.
    """
    folder = _fresh(home, f"merge-{table.name}")
    connection.execute(f"delete from raw.{table.name} where list_contains($ids, document_id)", {"ids": list(replaced)})
    series = ", ".join(table.series_columns)
    known = folder / "known.parquet"
    connection.execute(
        f"""
        copy (
            from raw.{table.name}
            where ({series}) in (select distinct ({series}) from read_parquet({literal(str(rows))}))
        ) to {literal(str(known))} (format parquet)
        """
    )
    job = {"table": table.name, "rows": str(rows), "held": str(held), "known": str(known)}
    _run(home, folder, "merge", job, f"The rows of raw.{table.name} could not be merged")
    counts = _take_over(connection, table, folder / "results", without_rows)
    shutil.rmtree(folder)
    return counts


def _take_over(
    connection: duckdb.DuckDBPyConnection, table: RawTable, results: Path, without_rows: Sequence[str]
) -> dict[str, MergeCount]:
    """Add the results of all slices to the working file; returns the counts of each document."""
    names = ", ".join(table.parsed_columns)
    order = f"retrieved_at, document_id, line_number nulls last, {', '.join(table.key)}"
    connection.execute(
        f"create or replace temp view merged as from read_parquet({literal(str(results / '*.parquet'))})"
    )
    connection.execute(
        f"delete from quarantine.{table.name} where list_contains($ids, document_id) "
        f"or document_id in (select document_id from merged where kind = {literal(COUNTED)})",
        {"ids": list(without_rows)},
    )
    connection.execute(
        f"insert into quarantine.{table.name} ({names}, broken_rules) "
        f"select {names}, broken_rules from merged where kind = {literal(HELD)} order by {order}"
    )
    connection.execute(
        f"insert into raw.{table.name} ({names}) "
        f"select {names} from merged where kind = {literal(ADDED)} order by {order}"
    )
    columns = ", ".join(f"sum({name})::bigint" for name in COUNTS)
    counted = connection.execute(
        f"select document_id, {columns} from merged where kind = {literal(COUNTED)} group by document_id"
    ).fetchall()
    connection.execute("drop view temp.merged")
    return {document: MergeCount(*numbers) for document, *numbers in counted}


def _fresh(home: Home, name: str) -> Path:
    folder = home.work / "spark" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _run(home: Home, folder: Path, name: str, job: Mapping[str, object], failure: str) -> None:
    """Run a job, and wait for it to end; everything that it prints goes to `reports/spark.log`."""
    python = Path(os.environ.get(f"{PREFIX}PYTHON", PROJECT_ROOT / ".venv-spark" / "bin" / "python"))
    if not python.exists():
        raise SparkError(
            f"TIDEMARK_ENGINE=spark: there is no {python}. Install the environment of Spark with "
            f"`make .venv-spark/.ready`, or name its Python in {PREFIX}PYTHON."
        )
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    log = home.reports / "spark.log"
    environment = for_dbt(os.environ) | {
        name: value
        for name, value in os.environ.items()
        if name.startswith((PREFIX, "SPARK_")) or name in ("JAVA_HOME", "TIDEMARK_EXTRA")
    }
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [python, "-m", "orchestration.spark.job", name, str(folder)],
            cwd=PROJECT_ROOT,
            env=environment | {"PYTHONPATH": str(PROJECT_ROOT)},
            pass_fds=held_homes(),
            # The job ends when this pipe closes: when the load ends, however it ends.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        register(process.kill)
        code = process.wait()
        checkpoint()
        unregister(process.kill)
        assert process.stdin is not None
        process.stdin.close()
    if code:
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        said = next(filter(_IS_ERROR, lines), lines[-1] if lines else "It printed nothing.")
        raise SparkError(
            f"{failure}: the job of Spark ended with exit code {code}. {log} says:\n{said}\n"
            "Check the master and the workers, and run the load again. Without TIDEMARK_ENGINE it needs no Spark."
        )
