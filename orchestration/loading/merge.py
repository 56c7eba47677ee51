"""Merges vintages: a document adds rows to raw only if its values differ from those in raw.

Belongs here: the comparison of one document with raw, for any raw table. Does not belong here: when a figure became
publicly known; staging derives that from all vintages, independent of the order of loading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.tables.raw_table import Absence, RawTable
from orchestration.tables.sql import equal, literal


@dataclass(frozen=True)
class MergeCount:
    """The row counts of one document; each number is counted separately, so that the sum is a check."""

    loaded: int
    unchanged: int
    quarantined: int
    retracted: int


def merge(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    rows: Path,
    replaced: Sequence[str],
    held: Path,
    without_rows: Sequence[str] = (),
) -> dict[str, MergeCount]:
    """Merge the rows of documents into their raw table, document by document in the order of knowledge.

    Held rows go to the table's quarantine. They count neither as published values nor as retractions.

    Args:
        connection: of the working file, for writing.
        table: the raw table.
        rows: Parquet of the table's columns, `document_rank` (the place of the document in its dataset's order of
            knowledge, from 0) and `is_dated` (the row carries its own release day).
        replaced: documents whose rows were parsed again because an older document of their dataset was found. Their old
            rows are removed first, so that raw does not depend on the order of loading.
        held: Parquet of the rows to quarantine: `row_number` in the file of rows, and `broken_rules`.
        without_rows: documents that were examined and have no row; an earlier load may have quarantined some of their
            rows.

    Returns:
        The row counts of each document, by document_id.
    """
    connection.execute(f"delete from raw.{table.name} where list_contains($ids, document_id)", {"ids": list(replaced)})
    connection.execute(
        f"""
        create or replace temp table parsed as
        select rows.*, held.broken_rules
        from read_parquet({literal(str(rows))}, file_row_number = true) as rows
        left join read_parquet({literal(str(held))}) as held on rows.file_row_number = held.row_number
        """
    )
    connection.execute("create or replace temp table unchanged (document_id varchar, rows bigint)")
    _quarantine(connection, table, without_rows)
    _take_latest(connection, table)
    ranks = connection.execute(
        "select document_rank, bool_or(not is_dated), bool_or(is_dated) from parsed group by all order by all"
    ).fetchall()
    for rank, has_snapshots, has_dated in ranks:
        if has_snapshots:
            _merge_snapshots(connection, table, rank, is_last=rank == ranks[-1][0])
        if has_dated:
            _merge_dated(connection, table, rank)
    counts = _count(connection, table)
    connection.execute("drop view if exists temp.snapshot")
    for name in ("parsed", "parsed_series", "unchanged", "latest", "compared", "changed", "absent", "spans"):
        connection.execute(f"drop table if exists temp.{name}")
    return counts


def _quarantine(connection: duckdb.DuckDBPyConnection, table: RawTable, without_rows: Sequence[str]) -> None:
    """Replace the quarantined rows of these documents."""
    columns = ", ".join(table.parsed_columns)
    connection.execute(
        f"delete from quarantine.{table.name} where document_id in (select distinct document_id from parsed) "
        "or list_contains($ids, document_id)",
        {"ids": list(without_rows)},
    )
    connection.execute(
        f"""
        insert into quarantine.{table.name} ({columns}, broken_rules)
        select {columns}, broken_rules
        from parsed
        where broken_rules is not null
        order by document_id, file_row_number
        """
    )


def _merge_snapshots(connection: duckdb.DuckDBPyConnection, table: RawTable, rank: int, *, is_last: bool) -> None:
    """Merge the documents of one rank that have only current values."""
    connection.execute(
        f"create or replace temp view snapshot as select * from parsed where document_rank = {rank} and not is_dated"
    )
    differs = _differs("snapshot", "latest", table)
    connection.execute(
        f"""
        create or replace temp table compared as
        select
            snapshot.file_row_number,
            snapshot.document_id,
            latest.rowid as latest_rowid,
            {differs} as differs
        from snapshot
        left join latest on {equal("snapshot", "latest", table.key)}
        where snapshot.broken_rules is null
        """
    )
    connection.execute(
        f"""
        create or replace temp table changed as
        select {_columns("snapshot", table.parsed_columns)}
        from snapshot
        semi join (from compared where differs) as compared on snapshot.file_row_number = compared.file_row_number
        order by snapshot.file_row_number
        """
    )
    connection.execute(
        "insert into unchanged select document_id, count(*) from compared where not differs group by document_id"
    )
    if table.absence is Absence.RETRACTION:
        _add_retractions(connection, table)
    names = ", ".join(table.parsed_columns)
    connection.execute(f"insert into raw.{table.name} ({names}) select {names} from changed")
    if is_last:
        return
    connection.execute(f"delete from latest using changed where {equal('latest', 'changed', table.key)}")
    kept = ", ".join((*table.key, *table.value_columns))
    connection.execute(f"insert into latest select {kept} from changed")


def _add_retractions(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """Record a retraction for each value that is missing inside the window of a new document.

    A document without an accepted row retracts nothing.
    """
    connection.execute(
        """
        create or replace temp table absent as
        select latest.* from latest anti join compared on latest.rowid = compared.latest_rowid
        """
    )
    if connection.execute("select count(*) from absent").fetchone() == (0,):
        return
    period = table.period_column[0]
    series = ", ".join(table.series_columns)
    connection.execute(
        f"""
        create or replace temp table spans as
        select {series}, min({period}) as span_start, max({period}) as span_end,
            min(document_id) as document_id, min(retrieved_at) as retrieved_at, min(released_on) as released_on
        from snapshot
        group by {series}
        having bool_or(broken_rules is null)
        """
    )
    # The lineage columns of a retraction, which has no line in the document.
    lineage = {"document_id", "retrieved_at", "released_on"}
    chosen = ", ".join(
        f"absent.{name}" if name in table.key else f"spans.{name}" if name in lineage else f"null as {name}"
        for name in table.parsed_columns
    )
    some_value = " or ".join(f"absent.{name} is not null" for name in table.value_columns)
    connection.execute(
        f"""
        insert into changed
        select {chosen}
        from absent
        inner join spans
            on {equal("absent", "spans", tuple(table.series_columns))}
            and absent.{period} between spans.span_start and spans.span_end
        -- A quarantined row of the document counts as present.
        anti join snapshot on {equal("absent", "snapshot", table.key)}
        where {some_value}
        """
    )


def _merge_dated(connection: duckdb.DuckDBPyConnection, table: RawTable, rank: int) -> None:
    """Merge rows that have their own release day: each (key, day) once."""
    names = ", ".join(table.parsed_columns)
    is_known = f"raw.{table.name} as known on {equal('parsed', 'known', (*table.key, 'released_on'))}"
    chosen = f"parsed.document_rank = {rank} and parsed.is_dated and parsed.broken_rules is null"
    connection.execute(
        f"insert into unchanged select parsed.document_id, count(*) from parsed semi join {is_known} where {chosen} "
        "group by parsed.document_id"
    )
    connection.execute(
        f"""
        insert into raw.{table.name} ({names})
        select {_columns("parsed", table.parsed_columns)}
        from parsed
        anti join {is_known}
        where {chosen}
        """
    )


def _take_latest(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """The latest values in raw, for every parsed series."""
    series = tuple(table.series_columns)
    connection.execute(f"create or replace temp table parsed_series as select distinct {', '.join(series)} from parsed")
    is_parsed = f"exists (select 1 from parsed_series where {equal('known', 'parsed_series', series)})"
    query = table.latest((*table.key, *table.value_columns), is_parsed)
    connection.execute(f"create or replace temp table latest as {query}")


def _count(connection: duckdb.DuckDBPyConnection, table: RawTable) -> dict[str, MergeCount]:
    rows = connection.execute(
        f"""
        with documents as (
            select distinct document_id from parsed
        ),

        loads as (
            select
                document_id,
                count(*) filter (where line_number is not null) as loaded,
                count(*) filter (where line_number is null) as retracted
            from raw.{table.name}
            group by document_id
        ),

        repeats as (
            select document_id, sum(rows) as unchanged from unchanged group by document_id
        ),

        holds as (
            select document_id, count(*) as quarantined from quarantine.{table.name} group by document_id
        )

        select
            document_id, coalesce(loaded, 0), coalesce(unchanged, 0), coalesce(quarantined, 0), coalesce(retracted, 0)
        from documents
        left join loads using (document_id)
        left join repeats using (document_id)
        left join holds using (document_id)
        """
    ).fetchall()
    return {document: MergeCount(*numbers) for document, *numbers in rows}


def _differs(new: str, known: str, table: RawTable) -> str:
    """SQL: the key is new and has a value, or the key exists and a value differs."""
    is_new = f"{known}.{table.key[0]} is null"
    says_something = " or ".join(f"{new}.{name} is not null" for name in table.value_columns)
    other = " or ".join(f"{new}.{name} is distinct from {known}.{name}" for name in table.value_columns)
    return f"case when {is_new} then ({says_something}) else ({other}) end"


def _columns(relation: str, names: dict[str, str]) -> str:
    return ", ".join(f"{relation}.{name}" for name in names)
