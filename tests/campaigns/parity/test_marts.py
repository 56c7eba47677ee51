"""All marts, built on both engines from one archive: the same, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.marts.manifest import Manifest, Mart
from orchestration.tables.sql import literal
from orchestration.warehouse.parsed_project import manifest
from tests.campaigns.parity.conftest import Engine
from tests.installation import REAL_FILES, Installation

TOLERANCE = 1e-9
"""Of the size of a double, or of one where it is smaller."""
MARTS = Manifest.load(manifest()).marts


@pytest.fixture(scope="module")
def built(installation: Installation, engine_of: Callable[[str], Engine]) -> tuple[Path, Path]:
    """The published file, and the folder of Spark's tables: of the real files if they are there, or of the sample."""
    spark = engine_of("spark")
    source = REAL_FILES if (REAL_FILES / "manifest.csv").is_file() else "sample"
    raw = spark.folder / "export"
    installation.load_well(source=source, raw_export=str(raw))
    # As in a load. Their made-up rows are in DuckDB's dialect.
    process = spark.dbt("build", "--exclude-resource-type", "unit_test", raw=raw)
    assert process.returncode == 0, process.stdout[-6000:]
    return installation.published, spark.folder


@pytest.mark.parametrize("mart", MARTS, ids=[mart.name for mart in MARTS])
def test_a_mart_is_the_same_on_both_engines(mart: Mart, built: tuple[Path, Path]) -> None:
    published, folder = built
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(published))} as tidemark (read_only)")
        files = literal(str(folder / "marts.db" / mart.name / "*.parquet"))
        connection.execute(f"create view spark as from read_parquet({files})")
        connection.execute(f"create view duck as from tidemark.marts.{mart.name}")
        types = dict(connection.execute("select column_name, column_type from (describe duck)").fetchall())
        assert connection.execute("select column_name, column_type from (describe spark)").fetchall() == [
            *types.items()
        ]
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
    assert {column: rows for column, rows in zip(differing, counts, strict=False) if rows} == {}


def _differs(column: str, kind: str) -> str:
    """The condition that the two say something else: a double beyond the tolerance, anything else at all."""
    left, right = f"duck.{column}", f"spark.{column}"
    if kind != "DOUBLE":
        return f"{left} is distinct from {right}"
    near = f"abs({left} - {right}) <= {TOLERANCE} * greatest(1, abs({left}))"
    return f"{left} is distinct from {right} and not coalesce({near}, false)"
