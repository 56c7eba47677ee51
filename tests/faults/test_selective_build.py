"""A load that builds only what changed publishes what a full build publishes, to the last bit.

`--builds` is the number of random orders in which the news of the sample's last day arrives (`make faults`: 20).
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.warehouse.last_build import inputs_of, to_build
from orchestration.warehouse.parsed_project import manifest
from orchestration.warehouse.working import connect, working_file
from tests.installation import Installation
from tests.sample_homes import SampleHomes

MANIFEST: dict[str, Any] = json.loads(manifest().read_text(encoding="utf-8"))
TESTS = {node["name"].rstrip("_") for node in MANIFEST["nodes"].values() if node["resource_type"] == "test"}
MODELS = [node for node in MANIFEST["nodes"].values() if node["resource_type"] in ("model", "seed")]


Described = dict[str, Any]


def _groups() -> list[list[str]]:
    """The raw tables, with those together that share a publisher."""
    groups: list[list[str]] = []
    for name, table in RAW_TABLES.items():
        near = [group for group in groups if any(set(RAW_TABLES[one].sources) & set(table.sources) for one in group)]
        groups = [group for group in groups if group not in near] + [[name, *(one for group in near for one in group)]]
    return groups


def _describe(file: Path, schemas: list[str]) -> Described:
    """All that a file says: rows, types and comments of tables, and functions."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        relations = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where list_contains($schemas, table_schema)",
            {"schemas": schemas},
        ).fetchall()
        found: Described = {
            name: connection.execute(f"select count(*), sum(hash(row)::hugeint) from {name} as row").fetchone()
            for (name,) in relations
        }
        for what, columns in {
            "columns": "table_name, column_name, data_type, is_nullable, comment",
            "tables": "table_name, comment",
            "functions": "function_name, macro_definition, comment",
        }.items():
            query = f"select schema_name, {columns} from duckdb_{what}() where not internal"
            rows = connection.execute(
                f"from ({query}) where list_contains($schemas, schema_name)", {"schemas": schemas}
            )
            found[what] = sorted(rows.fetchall(), key=str)
    return found


def _same(one: Described, other: Described) -> list[str]:
    """The names of what differs."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_a_load_that_builds_what_changed_publishes_what_a_full_build_publishes(
    sample: SampleHomes, tmp_path: Path
) -> None:
    """The second load of the sample's homes has other settings than the first, and so builds everything."""
    home = sample.first.copy(tmp_path / "home")
    home.load_well()
    built, all_built = _built(home), _built(sample.latest)
    assert built < all_built
    public = ["marts", "raw", "quarantine"]
    assert _same(_describe(home.published, public), _describe(sample.latest.published, public)) == []
    assert _checks(home) == _checks(sample.latest)
    said = subprocess.run(
        [sys.executable, "-m", "orchestration", "diff", "--json", str(home.home), str(sample.latest.home)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    marts = json.loads(said)["marts"]
    assert len(marts) > 20
    assert [mart["mart"] for mart in marts if mart["added"] or mart["removed"] or mart["changed"]] == []
    # Nothing is new now.
    home.load_well("--full")
    assert _built(home) == all_built


def _built(home: Installation) -> set[str]:
    """The models, seeds and tests that dbt built in the last load."""
    results = json.loads((home.home / "dbt" / "run_results.json").read_text("utf-8"))["results"]
    return {result["unique_id"] for result in results}


def _checks(home: Installation) -> list[str]:
    return sorted(json.dumps(line) for line in json.loads((home.home / "reports" / "checks.json").read_text("utf-8")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A random order is a test."""
    if "order" in metafunc.fixturenames:
        metafunc.parametrize("order", range(metafunc.config.getoption("builds")))


def test_builds_of_what_changed_in_any_order_equal_one_full_build(
    sample: SampleHomes, tmp_path: Path, pytestconfig: pytest.Config, order: int
) -> None:
    """The news of a day comes publisher by publisher. dbt's compiled SQL is run here: dbt itself takes longer."""
    chance = random.Random(pytestconfig.getoption("fault_seed") + order)
    home = Home(tmp_path / "home")
    home.prepare()
    shutil.copyfile(sample.first.home / "dbt" / "last_build.duckdb", working_file(home))
    built = walk(home, sample.first.home / "dbt", sample.first.published, sample.latest.published, chance)
    assert min(built) == 0, "a publisher without news"
    assert 0 < max(built) < len(MODELS)
    assert differing_marts(working_file(home), sample.latest.published) == []


def walk(home: Home, dbt: Path, start: Path, end: Path, chance: random.Random) -> list[int]:
    """Turn the raw tables of the working file from those of one warehouse into those of another, and build after each.

    Args:
        home: its working file is a whole build of `start`.
        dbt: the folder of dbt's artifacts after a build of all.
        start: the published file of the first state.
        end: the published file of the last state.
        chance: of the order.

    Returns:
        How many models each step built.
    """
    steps = _groups()
    chance.shuffle(steps)
    # Something is taken back on the way, as by a correction, and comes again.
    back = chance.choice(steps)
    states = [*((group, end) for group in steps), (back, start), (back, end)]
    return [_build_changes(home, dbt, group, state) for group, state in states]


def differing_marts(one: Path, other: Path) -> list[str]:
    """The marts of dbt with other rows."""
    names = {f"{node['schema']}.{node['name']}" for node in MODELS if node["schema"] == "marts"}
    return [name for name in _same(_describe(one, ["marts"]), _describe(other, ["marts"])) if name in names]


def _build_changes(home: Home, dbt: Path, group: list[str], state: Path) -> int:
    """Give tables the content that they have in a published file, and build what that changes; returns how much."""
    with connect(home) as connection:
        before = inputs_of(connection)
        connection.execute(f"attach '{state}' as other (read_only)")
        for name in group:
            for schema in ("raw", "quarantine"):
                connection.execute(f"delete from {schema}.{name}")
                connection.execute(f"insert into {schema}.{name} from other.{schema}.{name}")
        publishers = {"names": sorted({source for name in group for source in RAW_TABLES[name].sources})}
        connection.execute("delete from raw.documents where list_contains($names, source)", publishers)
        connection.execute(
            "insert into raw.documents from other.raw.documents where list_contains($names, source)", publishers
        )
        now = inputs_of(connection)
        changed = {view for view, content in now.items() if content != before[view]}
        nodes, built = to_build(MANIFEST, changed, TESTS), 0
        for result in json.loads((dbt / "run_results.json").read_text("utf-8"))["results"]:
            node = MANIFEST["nodes"].get(result["unique_id"], {"resource_type": "hook"})
            # A view has been built already.
            if result["unique_id"] in nodes and node["resource_type"] == "model" and _is_table(node):
                table = f"{node['schema']}.{node['name']}"
                connection.execute(f"delete from {table}")
                connection.execute(f"insert into {table} by name {result['compiled_code']}")
                built += 1
    return built


def _is_table(node: dict[str, Any]) -> bool:
    return bool(node["config"]["materialized"] == "table")
