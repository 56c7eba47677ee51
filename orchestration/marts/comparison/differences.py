"""Compares a mart on two sides: rows added, removed and changed, by its key. SQL compares; nothing is rounded.

Belongs here: which tables to compare, by which key, and the queries. Does not belong here: where the two sides
come from (`sides.py`), and the layout of the result (`report.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.marts.manifest import Manifest
from orchestration.tables.sql import equal

MAIN_FIGURES = {
    "fct_holdings": "holdings_usd_bn",
    "fct_holdings_vintages": "holdings_usd_bn",
    "fct_observations": "value",
    "fct_observation_vintages": "value",
    "fct_crypto_daily": "close_usd",
    "liquidity_stress_daily": "core_linear",
    "liquidity_stress_monthly": "core_linear_mean",
    "thesis_scorecard": "verdict",
}
"""Mart -> the figure whose changes are shown first. For other marts: the first number that changed."""
KEYS = {"thesis_scorecard": ("claim_id",)}
"""Mart -> what identifies a row across warehouses, if that is less than its key: a warehouse has one `as_of`."""
BY_SERIES = "series_id"
"""Marts with many series in different units: changes are shown by series, because they cannot be ranked."""


@dataclass(frozen=True)
class Table:
    """A comparable table of `marts`.

    Attributes:
        name: without the schema.
        key: the columns that identify a row; empty if there is only one row.
        columns: name -> DuckDB's type, lower case.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that identify a row for people: the key, with a country by its name."""
        names = {"country_code": "country"} if "country" in self.columns else {}
        return tuple(names.get(column, column) for column in self.key)

    @property
    def period(self) -> str | None:
        """The first day column of the key."""
        return next((column for column in self.key if self.columns[column] == "date"), None)

    def is_number(self, column: str) -> bool:
        """Whether the column is numeric."""
        return self.columns[column].startswith(("double", "decimal", "integer", "bigint", "float", "hugeint"))


@dataclass(frozen=True)
class Difference:
    """The differences in one table.

    Attributes:
        table: the table.
        rows_before, rows_after: row counts of the two sides.
        added, removed, changed: row counts by key; a changed row differs in any column.
        added_span, removed_span: first and last day of these rows, or None.
        changed_columns: column -> number of rows in which it changed; only changed columns.
        figure: the column that `largest` is about; None if nothing changed.
        largest: the largest changes of the figure, a mapping a row: the labels, `before`, `after`, and `change` where
            the figure is a number.
        by_series: a mapping a series with changed rows: `series_id`, `changed`, and its largest change; empty for
            tables without series.
    """

    table: Table
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    added_span: tuple[Any, Any] | None
    removed_span: tuple[Any, Any] | None
    changed_columns: Mapping[str, int]
    figure: str | None
    largest: Sequence[Mapping[str, Any]]
    by_series: Sequence[Mapping[str, Any]]

    @property
    def is_none(self) -> bool:
        """The two sides are equal to the last bit."""
        return not (self.added or self.removed or self.changed)


def tables_of(manifest: Manifest) -> tuple[Table, ...]:
    """All tables of `marts`, by name."""
    tables = [
        Table(
            mart.name, KEYS.get(mart.name, mart.key), {column.name: column.data_type.lower() for column in mart.columns}
        )
        for mart in manifest.marts
    ]
    return tuple(sorted(tables, key=lambda table: table.name))


def compare(connection: duckdb.DuckDBPyConnection, table: Table, before: str, after: str, rows: int) -> Difference:
    """Compare one table of two sides.

    Args:
        connection: may write to memory; the sides are attached.
        table: which one.
        before: the relation on one side, for use after FROM.
        after: the same on the other side.
        rows: how many of the largest changes to return.
    """
    columns = ", ".join(table.columns)
    condition = equal("before", "after", table.key) or "true"
    connection.execute(
        f"create or replace temp table differing as "
        f"select before, after, after.is_row is null as is_removed, before.is_row is null as is_added "
        f"from (select {columns}, true as is_row from {before}) as before "
        f"full join (select {columns}, true as is_row from {after}) as after on {condition} "
        f"where before is distinct from after"
    )
    connection.execute("create or replace temp view changing as from differing where not (is_removed or is_added)")
    counts = [f"count(*) filter (before.{name} is distinct from after.{name})" for name in table.columns]
    changed, *by_column = connection.execute(f"select count(*), {', '.join(counts)} from changing").fetchall()[0]
    changed_columns = {name: count for name, count in zip(table.columns, by_column, strict=True) if count}
    added, added_span = _rows_of(connection, table, "is_added", "after")
    removed, removed_span = _rows_of(connection, table, "is_removed", "before")
    figure = _figure(table, changed_columns)
    return Difference(
        table=table,
        rows_before=_count(connection, before),
        rows_after=_count(connection, after),
        added=added,
        removed=removed,
        changed=changed,
        added_span=added_span,
        removed_span=removed_span,
        changed_columns=changed_columns,
        figure=figure,
        largest=_largest(connection, table, figure, rows) if figure else [],
        by_series=_by_series(connection, table, figure, rows) if figure and BY_SERIES in table.key else [],
    )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])


def _rows_of(
    connection: duckdb.DuckDBPyConnection, table: Table, kind: str, side: str
) -> tuple[int, tuple[Any, Any] | None]:
    """Number of rows that only one side has, with their first and last day."""
    day = f"{side}.{table.period}" if table.period else "null"
    query = f"select count(*), min({day}), max({day}) from differing where {kind}"
    count, first, last = connection.execute(query).fetchall()[0]
    return count, (first, last) if first is not None else None


def _figure(table: Table, changed: Mapping[str, int]) -> str | None:
    main = MAIN_FIGURES.get(table.name)
    if main in changed:
        return main
    return next((name for name in changed if table.is_number(name)), next(iter(changed), None))


def _largest(connection: duckdb.DuckDBPyConnection, table: Table, figure: str, rows: int) -> list[Mapping[str, Any]]:
    labels = "".join(f"after.{name} as {name}, " for name in table.labels)
    change = f"after.{figure} - before.{figure}" if table.is_number(figure) else "null"
    result = connection.execute(
        f"select {labels}before.{figure} as before, after.{figure} as after, {change} as change from changing "
        f"where before.{figure} is distinct from after.{figure} "
        f"order by abs({change}) desc nulls last{''.join(f', after.{name}' for name in table.key)} limit {rows}"
    )
    return _mappings(result)


def _by_series(connection: duckdb.DuckDBPyConnection, table: Table, figure: str, rows: int) -> list[Mapping[str, Any]]:
    """The series with the most changed figures, each with its largest change."""
    size = f"(abs(after.{figure} - before.{figure}), after.{table.period})"
    result = connection.execute(
        f"select after.{BY_SERIES} as {BY_SERIES}, count(*) as changed, "
        f"arg_max(after.{table.period}, {size}) as {table.period}, arg_max(before.{figure}, {size}) as before, "
        f"arg_max(after.{figure}, {size}) as after from changing "
        f"where before.{figure} is distinct from after.{figure} group by all order by 2 desc, 1 limit {rows}"
    )
    return _mappings(result)


def _mappings(result: duckdb.DuckDBPyConnection) -> list[Mapping[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
