"""Rebuilds the market, stress and cascade marts from published raw tables, as of another day or once more.

Belongs here: copies of a published file, and dbt on them. Does not belong here: what is compared.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.sources import ofr
from orchestration.warehouse.dbt_process import run_dbt

FAMILIES = ("marts.markets", "marts.stress", "marts.cascade")
OWN = ("int_stress", "int_foreign_demand", "int_cascade", "int_market")
"""Prefixes of the intermediate models that only these families use."""


@dataclass(frozen=True)
class Rebuilt:
    """A warehouse that was built again.

    Attributes:
        path: the file.
        as_of: the day up to whose end it knows; None for all.
        seconds: wall time of these families' models and tests within dbt, two at a time.
    """

    path: Path
    as_of: dt.date | None
    seconds: float


def rebuild(published: Path, folder: Path, as_of: dt.date | None = None, ofr_index: Path | None = None) -> Rebuilt:
    """Build the three families on a copy.

    Args:
        published: a published file.
        folder: where the copy and dbt's artifacts go.
        as_of: the day up to whose end it may know.
        ofr_index: the OFR's `fsi.csv`, if the published file lacks that index. Our index does not use it.

    Raises:
        RuntimeError: dbt did not succeed; with its words.
    """
    folder.mkdir(parents=True)
    path = folder / "tidemark.duckdb"
    shutil.copyfile(published, path)
    with duckdb.connect(str(path)) as connection:
        if as_of:
            until = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time())
            connection.execute("update raw.knowledge_cutoff set as_of = ?, known_before = ?", [as_of, until])
        if ofr_index:
            _add_ofr_index(connection, ofr_index)
    target = folder / "target"
    process = run_dbt(
        [
            "build",
            *("--exclude-resource-type", "unit_test"),
            *("--indirect-selection", "cautious"),
            *("--select", *(f"+{family}" for family in FAMILIES)),
        ],
        target,
        folder,
    )
    if process.returncode:
        raise RuntimeError(process.stdout[-3000:])
    return Rebuilt(path, as_of, _seconds_of_families(target))


def _add_ofr_index(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    retrieved_at = dt.datetime.combine(dt.date.fromisoformat(file.parent.name), dt.time(23, 59, 59))
    rows = ofr.parse(ofr.DATASET, file.read_bytes(), retrieved_at)  # noqa: F841 - the query reads it
    connection.execute(
        "insert into raw.ofr_stress_index by name "
        "select component, date, value, line_number, 'fsi.csv' as document_id, ?::timestamp as retrieved_at from rows",
        [retrieved_at],
    )


def _seconds_of_families(target: Path) -> float:
    """Seconds of the models and tests that only these families use."""
    folders = tuple(family.replace(".", "/") + "/" for family in FAMILIES)
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = 0.0
    for result in results:
        name = manifest[result["unique_id"]]["name"]
        path = manifest[result["unique_id"]]["original_file_path"]
        if any(folder in path for folder in folders) or name.startswith(OWN):
            seconds += float(result["execution_time"])
    # dbt runs two nodes at a time.
    return seconds / 2
