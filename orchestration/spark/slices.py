"""What one task of a job does, on any machine: read a document, sort rows into slices of series, merge a slice.

Belongs here: a task's input and output. Does not belong here: parsing (`sources`), merging (`loading.merge`), and how
tasks are spread over machines (`job.py`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.archive.store import ArchiveError, Document, read_object
from orchestration.loading.merge import MergeCount, merge
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_table import RawTable
from orchestration.tables.sql import literal

ADDED, HELD, COUNTED = "added", "held", "counted"
"""The kinds of rows in the result of a slice: rows for raw, rows for quarantine, the counts of a document."""
COUNTS = ("loaded", "unchanged", "quarantined", "retracted")
ROW_NUMBER, BROKEN_RULES = "row_number", "broken_rules"
MEMORY_OF_A_TASK = "512MB"


@dataclass(frozen=True)
class Reading:
    """What became of one document.

    Attributes:
        document_id: of the document.
        error: the name of the error's class; empty if the document was read.
        reason: the error's message.
    """

    document_id: str
    error: str = ""
    reason: str = ""


def read_document(document: Document, archive: Path, folder: Path, attempt: str) -> Reading:
    """Read a document whose rows go to a file of their own, as a load does, and write its days next to it.

    A task can run twice at a time, if a machine was taken for lost. So each attempt writes in a folder of its own, and
    moves what it has written when it is complete.

    Args:
        document: in the archive.
        archive: its folder.
        folder: gets `candles/`, laid out as in the home, and `days/<document_id>.parquet`.
        attempt: a name that no other attempt has.
    """
    publisher = SOURCES[document.source]
    aside = publisher.PUBLISHER.aside
    assert aside is not None
    own = folder / "attempts" / attempt
    try:
        frame = publisher.parse(document.dataset, read_object(archive, document), document.retrieved_at)
        assert isinstance(frame, pd.DataFrame)
        days = aside.keep(frame, document.document_id, document.retrieved_at, own / "candles")
    except (FormatError, ArchiveError) as error:
        return Reading(document.document_id, type(error).__name__, str(error))
    (own / "days").mkdir(parents=True)
    days.to_parquet(own / "days" / f"{document.document_id}.parquet")
    for path in own.rglob("*.parquet"):
        target = folder / path.relative_to(own)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    shutil.rmtree(own)
    return Reading(document.document_id)


@dataclass(frozen=True)
class Part:
    """Some row groups of a Parquet file, for one task.

    Attributes:
        path: the file.
        groups: the numbers of the row groups.
        first: the number of the first row in the file.
        rows: the number of rows.
    """

    path: Path
    groups: range
    first: int
    rows: int


def parts_of(path: Path, rows: int) -> list[Part]:
    """Divide a Parquet file into parts of at least this many rows. The last may be smaller; an empty file has none."""
    metadata = pq.read_metadata(path)
    parts: list[Part] = []
    start = first = count = 0
    for group in range(metadata.num_row_groups):
        count += metadata.row_group(group).num_rows
        if count and (count >= rows or group + 1 == metadata.num_row_groups):
            parts.append(Part(path, range(start, group + 1), first, count))
            start, first, count = group + 1, first + count, 0
    return parts


def split_part(table: RawTable, part: Part, held: Path | None, slices: int, folder: Path) -> Path:
    """Sort rows into slices of whole series.

    Args:
        table: their raw table.
        part: the rows.
        held: as for `merge`; None for rows of raw.
        slices: how many slices.
        folder: a new one, which gets `slice=<number>/*.parquet`.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True)
    rows = pq.ParquetFile(part.path).read_row_groups(list(part.groups))
    query = f"select *, hash({', '.join(table.series_columns)}) % {slices} as slice from part_rows"
    if held is not None:
        numbers = pa.array(range(part.first, part.first + part.rows), pa.int64())
        rows = rows.append_column(ROW_NUMBER, numbers)
        query += f" left join read_parquet({literal(str(held))}) as held using ({ROW_NUMBER})"
    with _connection(folder / "spill") as connection:
        connection.register("part_rows", rows)
        connection.execute(
            f"copy ({query}) to {literal(str(folder))} (format parquet, partition_by (slice), overwrite_or_ignore)"
        )
    return folder


def merge_part(
    table: RawTable, number: int, new: Sequence[Path], known: Sequence[Path], result: Path, attempt: int
) -> None:
    """Merge one slice, and write its result.

    Args:
        table: the raw table.
        number: of the slice.
        new: folders of `split_part` with the rows of documents.
        known: the same with rows of raw.
        result: the file to write.
        attempt: the unique number of this attempt at the task.
    """
    parsed = _slice(new, number)
    if parsed is None:
        return
    old = _slice(known, number)
    if old is None:
        old = parsed.slice(0, 0).select(list(table.parsed_columns))
    merged = merge_slice(table, parsed, old)
    result.parent.mkdir(exist_ok=True)
    written = result.with_name(f"{attempt}.incomplete")
    pq.write_table(merged, written)
    written.replace(result)


def _slice(folders: Sequence[Path], number: int) -> pa.Table | None:
    """All rows of a slice; None if there are none."""
    files = sorted(path for folder in folders for path in folder.glob(f"slice={number}/*.parquet"))
    # By default, `slice` in the folder's name would become a column.
    return pq.read_table(files, partitioning=None) if files else None


def _connection(spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection for one task: one thread and little memory, because a machine runs several tasks."""
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_OF_A_TASK,
        "threads": "1",
        "temp_directory": str(spill),
    }
    return duckdb.connect(config=options)


def merge_slice(table: RawTable, parsed: pa.Table, known: pa.Table) -> pa.Table:
    """Merge all rows of some series into their part of a raw table.

    No rule of the merge looks beyond a series, so the slices together give what one merge of all rows gives.

    Args:
        table: the raw table.
        parsed: rows as for `merge`, with `row_number` and `broken_rules` (null: the row is accepted).
        known: the rows of these series in raw.

    Returns:
        Rows of `result_schema`.
    """
    schema = result_schema(table)
    if not len(parsed):
        return schema.empty_table()
    parsed = parsed.sort_by(ROW_NUMBER)
    with (
        tempfile.TemporaryDirectory(prefix="tidemark-slice-") as name,
        _connection(Path(name) / "spill") as connection,
    ):
        rows, held = Path(name) / "rows.parquet", Path(name) / "held.parquet"
        pq.write_table(parsed.drop_columns([ROW_NUMBER, BROKEN_RULES]), rows)
        pq.write_table(_held(parsed), held)
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw; create schema quarantine")
        connection.execute(table.definition())
        connection.execute(table.quarantine_definition())
        connection.register("known_rows", known)
        connection.execute(f"insert into raw.{table.name} by name from known_rows")
        counts = merge(connection, table, rows, [], held)
        connection.register("parsed_rows", parsed.select(["document_id"]))
        connection.register("counts", _counts(counts))
        found = connection.execute(
            f"""
            with news as (
                select distinct document_id from parsed_rows
            )

            select {literal(ADDED)} as kind, added.* from raw.{table.name} as added semi join news using (document_id)
            union all by name
            select {literal(HELD)} as kind, * from quarantine.{table.name}
            union all by name
            select {literal(COUNTED)} as kind, * from counts
            """
        ).to_arrow_table()
    return found.select(schema.names).cast(schema)


def _held(parsed: pa.Table) -> pa.Table:
    """The rows to quarantine, by their place among the slice's rows."""
    rules = parsed.column(BROKEN_RULES)
    numbered = pa.table({ROW_NUMBER: pa.array(range(len(parsed)), pa.int64()), BROKEN_RULES: rules})
    return numbered.filter(pc.is_valid(rules))


def _counts(counts: dict[str, MergeCount]) -> pa.Table:
    columns = {name: pa.array([getattr(count, name) for count in counts.values()], pa.int64()) for name in COUNTS}
    return pa.table({"document_id": pa.array(list(counts), pa.string()), **columns})


_TYPES = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int32(),
    "double": pa.float64(),
}


def _arrow_type(kind: str) -> pa.DataType:
    if kind.startswith("decimal("):
        precision, scale = kind.removeprefix("decimal(").removesuffix(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return _TYPES[kind]


def result_schema(table: RawTable) -> pa.Schema:
    """The columns of the result of a slice: the kind, the columns of the raw table, broken rules, counts."""
    columns = [(name, _arrow_type(kind)) for name, kind in table.parsed_columns.items()]
    counts = [(name, pa.int64()) for name in COUNTS]
    return pa.schema([("kind", pa.string()), *columns, (BROKEN_RULES, pa.list_(pa.string())), *counts])
