"""Compares a mart that Spark has built with DuckDB's, cell by cell."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.marts.manifest import Manifest
from orchestration.tables.sql import literal
from orchestration.warehouse.parsed_project import manifest

TOLERANCE = 1e-9
"""Of the size of a double, or of one where it is smaller."""
MARTS = {mart.name: mart for mart in Manifest.load(manifest()).marts}


def differences(published: Path, folder: Path, name: str) -> dict[str, int]:
    """How many rows differ, by column; nothing if the two are the same.

    Args:
        published: DuckDB's file.
        folder: of Spark's tables.
        name: of the mart.

    Raises:
        AssertionError: they have other columns, types, keys or numbers of rows.
    """
    mart = MARTS[name]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(published))} as tidemark (read_only)")
        files = literal(str(folder / "marts.db" / name / "*.parquet"))
        connection.execute(f"create view spark as from read_parquet({files})")
        connection.execute(f"create view duck as from tidemark.marts.{name}")
        types = dict(connection.execute("select column_name, column_type from (describe duck)").fetchall())
        of_spark = connection.execute("select column_name, column_type from (describe spark)").fetchall()
        assert of_spark == [*types.items()]
        sizes = [connection.execute(f"select count(*) from {side}").fetchone() for side in ("duck", "spark")]
        assert sizes[0] == sizes[1]
        key = " and ".join(f"duck.{column} = spark.{column}" for column in mart.key) or "true"
        differing = {
            column: f"count(*) filter (where {_differs(column, kind)})"
            for column, kind in types.items()
            if column not in mart.key
        }
        (matched, *counts) = connection.execute(
            f"select count(*), {', '.join(differing.values()) or '0'} from duck inner join spark on {key}"
        ).fetchone() or (0,)
    assert (matched,) == sizes[0], "every key of one is a key of the other"
    return {column: rows for column, rows in zip(differing, counts, strict=False) if rows}


def _differs(column: str, kind: str) -> str:
    """The condition that the two say something else: a double beyond the tolerance, anything else at all."""
    left, right = f"duck.{column}", f"spark.{column}"
    if kind != "DOUBLE":
        return f"{left} is distinct from {right}"
    near = f"abs({left} - {right}) <= {TOLERANCE} * greatest(1, abs({left}))"
    return f"{left} is distinct from {right} and not coalesce({near}, false)"
