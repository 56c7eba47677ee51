"""The vintaged merge: a document adds rows to raw only where it says something else than was said before.

Belongs here: the comparison of one document with what raw knows, for any raw table. Does not belong here: when a
figure became known to the world; that is derived in staging from all vintages, whatever the order of loading.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.warehouse.raw_tables import Absence, RawTable


@dataclass(frozen=True)
class MergeCount:
    """What one document brought to a raw table; loaded + unchanged = offered."""

    offered: int
    loaded: int
    unchanged: int
    retracted: int


def merge(
    connection: duckdb.DuckDBPyConnection, table: RawTable, offered: Path, replaced: list[str]
) -> dict[str, MergeCount]:
    """Merge the rows that documents offer into their raw table, document by document in the order of knowledge.

    Args:
        connection: of the working file, for writing.
        table: the raw table.
        offered: Parquet of the table's `offered_columns`, `document_rank` (the place of the document in its dataset's
            order of knowledge, from 0) and `is_dated` (the row carries its own release day).
        replaced: documents whose rows are offered again, because an older document of their dataset has come to
            light: their rows are taken out first, so that raw does not depend on the order of loading.

    Returns:
        What each document brought, by document_id.
    """
    connection.execute(f"delete from raw.{table.name} where list_contains($ids, document_id)", {"ids": replaced})
    connection.execute(f"create or replace temp table offered as select * from read_parquet({_literal(str(offered))})")
    _take_latest(connection, table)
    ranks = connection.execute("select distinct document_rank from offered order by 1").fetchall()
    for (rank,) in ranks:
        _merge_snapshots(connection, table, int(rank))
        _merge_dated(connection, table, int(rank))
    counts = _count(connection, table)
    for name in ("offered", "latest", "snapshot", "changed", "spans"):
        connection.execute(f"drop table if exists temp.{name}")
    return counts


def _merge_snapshots(connection: duckdb.DuckDBPyConnection, table: RawTable, rank: int) -> None:
    """Merge the documents of one rank that each say what is true now."""
    connection.execute(
        f"create or replace temp table snapshot as select * from offered where document_rank = {rank} and not is_dated"
    )
    connection.execute(
        f"""
        create or replace temp table changed as
        select {_columns("snapshot", table.offered_columns)}
        from snapshot
        left join latest on {_equal("snapshot", "latest", table.key)}
        where {_differs("snapshot", "latest", table)}
        """
    )
    if table.absence is Absence.RETRACTION:
        _add_retractions(connection, table)
    names = ", ".join(table.offered_columns)
    connection.execute(f"insert into raw.{table.name} ({names}) select {names} from changed")
    connection.execute(f"delete from latest using changed where {_equal('latest', 'changed', table.key)}")
    kept = ", ".join((*table.key, *table.value_columns))
    connection.execute(f"insert into latest select {kept} from changed")


def _add_retractions(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """A value that was there before, and is missing inside the window of a new document, was taken back."""
    period = table.period_column[0]
    series = ", ".join(table.series_columns)
    connection.execute(
        f"""
        create or replace temp table spans as
        select {series}, min({period}) as span_start, max({period}) as span_end,
            min(document_id) as document_id, min(retrieved_at) as retrieved_at, min(released_on) as released_on
        from snapshot
        group by {series}
        """
    )
    # The columns of lineage that a retraction has; it stands on no line of the document.
    lineage = {"document_id", "retrieved_at", "released_on"}
    chosen = ", ".join(
        f"latest.{name}" if name in table.key else f"spans.{name}" if name in lineage else f"null as {name}"
        for name in table.offered_columns
    )
    some_value = " or ".join(f"latest.{name} is not null" for name in table.value_columns)
    connection.execute(
        f"""
        insert into changed
        select {chosen}
        from latest
        inner join spans
            on {_equal("latest", "spans", tuple(table.series_columns))}
            and latest.{period} between spans.span_start and spans.span_end
        anti join snapshot on {_equal("latest", "snapshot", table.key)}
        where {some_value}
        """
    )


def _merge_dated(connection: duckdb.DuckDBPyConnection, table: RawTable, rank: int) -> None:
    """Merge rows that carry their own release day: each (key, day) once."""
    names = ", ".join(table.offered_columns)
    same_vintage = (*table.key, "released_on")
    connection.execute(
        f"""
        insert into raw.{table.name} ({names})
        select {_columns("offered", table.offered_columns)}
        from offered
        anti join raw.{table.name} as known on {_equal("offered", "known", same_vintage)}
        where offered.document_rank = {rank} and offered.is_dated
        """
    )


def _take_latest(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """What raw says now, of every series that is offered."""
    series = tuple(table.series_columns)
    kept = ", ".join(f"known.{name}" for name in (*table.key, *table.value_columns))
    connection.execute(
        f"""
        create or replace temp table latest as
        select {kept}
        from raw.{table.name} as known
        semi join offered on {_equal("known", "offered", series)}
        qualify row_number() over (
            partition by {", ".join(f"known.{name}" for name in table.key)}
            order by known.retrieved_at desc, known.released_on desc, known.document_id desc
        ) = 1
        """
    )


def _count(connection: duckdb.DuckDBPyConnection, table: RawTable) -> dict[str, MergeCount]:
    rows = connection.execute(
        f"""
        with offers as (
            select document_id, count(*) as offered from offered group by document_id
        ),

        loads as (
            select
                document_id,
                count(*) filter (where line_number is not null) as loaded,
                count(*) filter (where line_number is null) as retracted
            from raw.{table.name}
            group by document_id
        )

        select document_id, offered, coalesce(loaded, 0), coalesce(retracted, 0)
        from offers
        left join loads using (document_id)
        """
    ).fetchall()
    return {
        document: MergeCount(offered, loaded, offered - loaded, retracted)
        for document, offered, loaded, retracted in rows
    }


def _differs(new: str, known: str, table: RawTable) -> str:
    """A key that is new and says something, or a known one that says something else."""
    is_new = f"{known}.{table.key[0]} is null"
    says_something = " or ".join(f"{new}.{name} is not null" for name in table.value_columns)
    other = " or ".join(f"{new}.{name} is distinct from {known}.{name}" for name in table.value_columns)
    return f"case when {is_new} then ({says_something}) else ({other}) end"


def _equal(left: str, right: str, names: tuple[str, ...]) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in names)


def _columns(relation: str, names: dict[str, str]) -> str:
    return ", ".join(f"{relation}.{name}" for name in names)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
