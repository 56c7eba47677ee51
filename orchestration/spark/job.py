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

from pyspark import SparkConf, SparkContext, TaskContext

from orchestration.archive.store import Document, from_plain
from orchestration.settings import PROJECT_ROOT
from orchestration.spark.slices import Part, merge_part, parts_of, read_document, split_part
from orchestration.tables.raw_tables import RAW_TABLES

ROWS_OF_A_TASK = 1_000_000
DOCUMENTS_OF_A_TASK = 8


def main() -> None:
    """Run a job whose parameters are in `job.json` of its folder."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    threading.Thread(target=_end_with_load, daemon=True).start()
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    context = _context(name)
    JOBS[name](context, folder, job)
    gateway = context._gateway
    context.stop()
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


def _context(name: str) -> SparkContext:
    """A connection to the master."""
    # The workers' Python.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    options = {
        "spark.driver.memory": os.environ.get("TIDEMARK_SPARK_MEMORY", "2g"),
        "spark.executorEnv.PYTHONPATH": str(PROJECT_ROOT),
        "spark.executorEnv.TIDEMARK_EXTRA": os.environ.get("TIDEMARK_EXTRA", ""),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    master = os.environ.get("TIDEMARK_SPARK_MASTER", "local[*]")
    conf = SparkConf().setAppName(f"tidemark {name}").setMaster(master).setAll(list(options.items()))
    context = SparkContext(conf=conf)
    context.setLogLevel("ERROR")
    return context


def _attempt() -> int:
    """The unique number of this attempt at the task."""
    task = TaskContext.get()
    assert task is not None
    return int(task.taskAttemptId())


def _read(context: SparkContext, folder: Path, job: dict[str, Any]) -> None:
    """Read documents; a few of them are a task."""
    archive, documents = Path(job["archive"]), [from_plain(content) for content in job["documents"]]

    def read(document: Document) -> dict[str, str]:
        return asdict(read_document(document, archive, folder, f"{document.document_id}-{_attempt()}"))

    tasks = max(len(documents) // DOCUMENTS_OF_A_TASK, min(len(documents), context.defaultParallelism))
    readings = context.parallelize(documents, tasks).map(read).collect()
    (folder / "readings.json").write_text(json.dumps(readings), encoding="utf-8")


def _merge(context: SparkContext, folder: Path, job: dict[str, Any]) -> None:
    """Merge the rows of documents: sort both files into slices of whole series, then merge each slice."""
    table = RAW_TABLES[job["table"]]
    parsed, known = (parts_of(Path(job[name]), ROWS_OF_A_TASK) for name in ("rows", "known"))
    rows = sum(part.rows for part in parsed)
    slices = max(-(-rows // ROWS_OF_A_TASK), context.defaultParallelism)
    held = Path(job["held"])

    def split(part: Part) -> Path:
        return split_part(table, part, held if part in parsed else None, slices, folder / "parts" / str(_attempt()))

    def merge(number: int) -> None:
        merge_part(table, number, new, old, folder / "results" / f"{number}.parquet", _attempt())

    parts = [*parsed, *known]
    folders = context.parallelize(parts, max(len(parts), 1)).map(split).collect()
    new, old = folders[: len(parsed)], folders[len(parsed) :]
    context.parallelize(range(slices), slices).foreach(merge)


JOBS = {"read": _read, "merge": _merge}

if __name__ == "__main__":
    main()
