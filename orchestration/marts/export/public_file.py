"""The public edition of the warehouse file: the marts that licenses allow, in one DuckDB file of its own.

Belongs here: making the file. Does not belong here: what may leave (`terms.py`), and where it goes
(`warehouse/upload.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.home import CATALOG
from orchestration.marts.export.terms import Terms
from orchestration.tables.sql import literal

_SOURCE = "source"


def write_public_file(snapshot: Path, terms: Mapping[str, Terms], target: Path) -> None:
    """Write a DuckDB file with the schema `marts` only: allowed marts, rows and columns, comments, table functions.

    Args:
        snapshot: the published file.
        terms: mart -> what of it may leave.
        target: the file to write. It must be called `tidemark.duckdb`: table functions name the database.

    Raises:
        duckdb.Error: a file cannot be read or written.
    """
    with duckdb.connect(str(target), config={"memory_limit": "500MB", "threads": "2"}) as connection:
        connection.execute(f"attach {literal(str(snapshot))} as {_SOURCE} (read_only)")
        connection.execute("create schema marts")
        # The conditions of the terms read `marts.` of the snapshot.
        connection.execute(f"use {_SOURCE}")
        for mart, allowed in terms.items():
            if allowed.columns:
                _copy(connection, mart, allowed)
        connection.execute(f"use {CATALOG}")
        _copy_functions(connection)
        connection.execute(f"detach {_SOURCE}")
        connection.execute("checkpoint")


def _copy(connection: duckdb.DuckDBPyConnection, mart: str, allowed: Terms) -> None:
    where = f" where {allowed.condition}" if allowed.condition else ""
    columns = ", ".join(allowed.columns)
    connection.execute(f"create table {CATALOG}.marts.{mart} as select {columns} from marts.{mart}{where}")
    comments = connection.execute(
        "select null, comment from duckdb_tables() where database_name = $source and table_name = $mart "
        "union all select column_name, comment from duckdb_columns() where database_name = $source "
        "and schema_name = 'marts' and table_name = $mart",
        {"source": _SOURCE, "mart": mart},
    ).fetchall()
    for column, comment in comments:
        if comment and column is None:
            connection.execute(f"comment on table {CATALOG}.marts.{mart} is {literal(comment)}")
        elif comment and column in allowed.columns:
            connection.execute(f"comment on column {CATALOG}.marts.{mart}.{column} is {literal(comment)}")


def _copy_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """The table functions, except those that read a table that stays behind."""
    functions = connection.execute(
        "select function_name, parameters, macro_definition, comment from duckdb_functions() "
        "where database_name = $source and schema_name = 'marts' and function_type = 'table_macro'",
        {"source": _SOURCE},
    ).fetchall()
    for name, parameters, definition, comment in functions:
        shown = ", ".join("warehouse := 'tidemark'" if name == "warehouse" else name for name in parameters)
        connection.execute(f"create macro marts.{name}({shown}) as table {definition}")
        if comment:
            connection.execute(f"comment on macro table marts.{name} is {literal(comment)}")
        try:
            connection.execute(f"select * from marts.{name}(current_date) limit 0")
        except duckdb.Error:
            connection.execute(f"drop macro table marts.{name}")
