"""A job of Spark: `python -m orchestration.spark.job read|merge FOLDER`, in the environment of Spark.

Belongs here: the session, and how work is spread over tasks. Does not belong here: what a task does (`slices.py`), and
when a job is started (`start.py`).
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.pandas.types import from_arrow_schema

from orchestration.archive.store import Document, from_plain
from orchestration.settings import PROJECT_ROOT
from orchestration.spark.slices import BROKEN_RULES, ROW_NUMBER, merge_slice, read_document, result_schema
from orchestration.tables.raw_tables import RAW_TABLES

ROWS_OF_A_SLICE = 500_000
DOCUMENTS_OF_A_TASK = 8


def main() -> None:
    """Run a job whose parameters are in `job.json` of its folder."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    threading.Thread(target=_end_with_load, daemon=True).start()
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    session = _session(name)
    JOBS[name](session, folder, job)
    gateway = session.sparkContext._gateway
    session.stop()
    _end_java(gateway)


def _end_with_load() -> None:
    """End when the load that started this job has ended: it holds the other end of this pipe."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _end_java(gateway: Any) -> None:
    """Wait for Java, which would otherwise outlive the job by a moment."""
    gateway.shutdown()
    with suppress(OSError):
        gateway.proc.stdin.close()
    gateway.proc.wait()


def _session(name: str) -> SparkSession:
    """A session like that of the models (`dbt_project/profiles.yml`)."""
    # The workers' Python.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    partitions = os.environ.get("TIDEMARK_SPARK_PARTITIONS", "2")
    builder = SparkSession.builder.appName(f"tidemark {name}").master(
        os.environ.get("TIDEMARK_SPARK_MASTER", "local[*]")
    )
    options = {
        "spark.driver.memory": os.environ.get("TIDEMARK_SPARK_MEMORY", "2g"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.shuffle.partitions": partitions,
        # A slice is a task, however small.
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        "spark.executorEnv.PYTHONPATH": str(PROJECT_ROOT),
        "spark.executorEnv.TIDEMARK_EXTRA": os.environ.get("TIDEMARK_EXTRA", ""),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for option, value in options.items():
        builder = builder.config(option, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _read(session: SparkSession, folder: Path, job: dict[str, Any]) -> None:
    """Read documents; a few of them are a task."""
    archive, documents = Path(job["archive"]), [from_plain(content) for content in job["documents"]]

    def read(document: Document) -> dict[str, str]:
        task = TaskContext.get()
        assert task is not None
        return asdict(read_document(document, archive, folder, f"{document.document_id}-{task.taskAttemptId()}"))

    context = session.sparkContext
    tasks = max(len(documents) // DOCUMENTS_OF_A_TASK, min(len(documents), context.defaultParallelism))
    readings = context.parallelize(documents, tasks).map(read).collect()
    (folder / "readings.json").write_text(json.dumps(readings), encoding="utf-8")


def _merge(session: SparkSession, folder: Path, job: dict[str, Any]) -> None:
    """Merge the rows of documents; a slice of the series is a task."""
    table = RAW_TABLES[job["table"]]
    rows = session.read.parquet(job["rows"]).select("*", F.col("_metadata.row_index").alias(ROW_NUMBER))
    held = session.read.parquet(job["held"]).select(F.col(ROW_NUMBER).cast("bigint"), BROKEN_RULES)
    parsed = rows.join(F.broadcast(held), ROW_NUMBER, "left")
    known = session.read.parquet(job["known"])
    slices = max(-(-rows.count() // ROWS_OF_A_SLICE), session.sparkContext.defaultParallelism)
    session.conf.set("spark.sql.shuffle.partitions", str(slices))
    key = F.pmod(F.xxhash64(*table.series_columns), F.lit(slices)).alias("slice")

    def merge(one: pa.Table, other: pa.Table) -> pa.Table:
        return merge_slice(table, one.drop_columns("slice"), other.drop_columns("slice"))

    parted = (frame.select("*", key).groupBy("slice") for frame in (parsed, known))
    one, other = parted
    merged = one.cogroup(other).applyInArrow(merge, from_arrow_schema(result_schema(table), prefer_timestamp_ntz=True))
    merged.write.parquet(str(folder / "results"))


JOBS = {"read": _read, "merge": _merge}

if __name__ == "__main__":
    main()
