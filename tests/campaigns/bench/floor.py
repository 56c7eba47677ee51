"""The floor: the compiled SQL of all models in one DuckDB process, and nothing else.

    python -m tests.campaigns.bench.floor --dbt FOLDER [--read FOLDER] FILE

Belongs here: running SQL that dbt has compiled, in dbt's order. Does not belong here: tests, contracts, comments.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_ROOT


def build(file: Path, dbt: Path) -> int:
    """Rebuild all seeds and models.

    Args:
        file: a DuckDB file with `raw`, called `tidemark.duckdb`.
        dbt: the folder of dbt's artifacts after a build.

    Returns:
        How many were made.
    """
    nodes = json.loads((dbt / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((dbt / "run_results.json").read_text(encoding="utf-8"))["results"]
    made = 0
    with duckdb.connect(str(file), config={"memory_limit": "1GB", "threads": "2"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for result in results:
            node = nodes.get(result["unique_id"], {"resource_type": "other"})
            if node["resource_type"] not in ("seed", "model"):
                continue
            schema, name = node["schema"], node["name"]
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"drop {kind} if exists {schema}.{name}")
            if node["resource_type"] == "seed":
                path = PROJECT_ROOT / "dbt_project" / node["original_file_path"]
                types = node["config"]["column_types"]
                connection.execute(
                    f"create table {schema}.{name} as from read_csv('{path}', header = true, types = {types})"
                )
            else:
                connection.execute(f"create {kind} {schema}.{name} as {result['compiled_code']}")
            made += 1
    return made


def read(file: Path, folder: Path) -> None:
    """Read all CSV files below a folder into a table, as DuckDB's reader does it unaided."""
    with duckdb.connect(str(file), config={"memory_limit": "1GB", "threads": "2"}) as connection:
        connection.execute(
            "create or replace table main.read as "
            f"from read_csv('{folder}/**/*.csv', header = true, names = ['date', 'value'], all_varchar = true, "
            "filename = true)"
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.floor", description=__doc__)
    parser.add_argument("--dbt", type=Path, required=True, help="the folder of dbt's artifacts after a build")
    parser.add_argument("file", type=Path, help="a DuckDB file with raw; its models are rebuilt")
    parser.add_argument("--read", type=Path, help="CSV files to read first")
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.file, arguments.read)
    build(arguments.file, arguments.dbt)


if __name__ == "__main__":
    main()
