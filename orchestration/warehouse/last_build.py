"""The last build: the file of the last load with all models, so that the next load builds only what new rows change.

Belongs here: keeping that file, and choosing what is built. Does not belong here: running dbt (`dbt.py`).

It is a cache in the home. If it is missing or damaged, or belongs to another snapshot or to other code, seeds,
libraries or settings, a load starts from the published file and builds everything.

What changed is decided by content: the result of each staging view now, and when the last load built from it. Only
staging views read the raw tables. The ledger changes with every document, but `stg_tic__first_prints`, which reads it,
does not: so the views are compared, and not the tables.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.warehouse import up_to_date
from orchestration.warehouse.working import let_go, working_file

STAGING = "staging"
_NAME = "last_build.duckdb"
_INPUTS_NAME = "last_build.json"

Manifest = Mapping[str, Any]


def usable(home: Home, settings: Settings) -> Path | None:
    """The file to start a load from instead of the published one; None if everything must be built."""
    if settings.as_of is not None or settings.engine != "duckdb":
        return None
    file = home.dbt / _NAME
    return file if up_to_date.last_build_is(home, up_to_date.made_of(settings), file) else None


def set_aside(home: Home, inputs: Mapping[str, str]) -> None:
    """Copy the working file, in which all models are built, until the load publishes.

    Args:
        home: the installation, held by the caller.
        inputs: `inputs_of` the file.
    """
    let_go(home)
    size = working_file(home).stat().st_size
    if shutil.disk_usage(home.work).free < 2 * size:
        return  # publishing needs the room
    with suppress(OSError):
        shutil.copyfile(working_file(home), home.work / _NAME)
        (home.work / _INPUTS_NAME).write_text(json.dumps(inputs), encoding="utf-8")


def keep(home: Home) -> dict[str, Any] | None:
    """Move the copy to its place after the load has published.

    Returns:
        What a note about it must say; None if there is none, and the next load must build everything.
    """
    try:
        inputs = json.loads((home.work / _INPUTS_NAME).read_text(encoding="utf-8"))
        (home.work / _NAME).replace(home.dbt / _NAME)
        return {"sha256": up_to_date.sha256(home.dbt / _NAME), "inputs": inputs}
    except (OSError, ValueError):
        with suppress(OSError):
            (home.dbt / _NAME).unlink(missing_ok=True)
        return None


def inputs_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Staging view -> the number of its rows and the sum of their hashes. Empty where nothing is built."""
    views = connection.execute(
        "select view_name from duckdb_views() where schema_name = $schema order by 1", {"schema": STAGING}
    ).fetchall()
    found = {}
    for (view,) in views:
        table = f"{STAGING}.{view}"
        found[view] = str(connection.execute(f"select count(*), sum(hash(line)) from {table} as line").fetchone())
    return found


def to_build(manifest: Manifest, changed: Collection[str], passed: Collection[str]) -> set[str]:
    """The ids of the models and tests to build.

    Args:
        manifest: dbt's.
        changed: names of the staging models that have another result than in the last build.
        passed: names of the tests that need not run if what they read has not changed.
    """
    nodes, children = manifest["nodes"], manifest["child_map"]
    models = {unique_id for unique_id, node in nodes.items() if node["resource_type"] == "model"}
    staging = {unique_id for unique_id in models if nodes[unique_id]["schema"] == STAGING}
    affected = {unique_id for unique_id in staging if nodes[unique_id]["name"] in changed}
    due = list(affected)
    while due:
        # Another staging model behind a changed one is compared by itself.
        new = (models - staging - affected).intersection(children[due.pop()])
        affected |= new
        due += new
    # The models that tests read, and the tables of raw and quarantine, which are not compared.
    read = affected | set(manifest["sources"])
    tests = {
        unique_id
        for unique_id, node in nodes.items()
        if node["resource_type"] == "test"
        and (read.intersection(node["depends_on"]["nodes"]) or node["name"].rstrip("_") not in passed)
    }
    return affected | tests
