"""Builds the liquidity family again from a published warehouse's raw tables, as of another day or once more.

Belongs here: copies of a published file, and dbt on them. Does not belong here: what is compared.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.warehouse.dbt import run_dbt

FAMILY = "marts.liquidity"
OWN = ("int_stress", "int_foreign_demand", "int_cascade", "int_market")
"""What is built for the family alone begins with one of these."""


@dataclass(frozen=True)
class Rebuilt:
    """A warehouse that was built again.

    Attributes:
        path: the file.
        as_of: the day up to whose end it knows; None for all.
        seconds: wall time of the liquidity family's models and tests within dbt, two at a time.
    """

    path: Path
    as_of: dt.date | None
    seconds: float


def rebuild(published: Path, folder: Path, as_of: dt.date | None = None) -> Rebuilt:
    """Build the liquidity family on a copy.

    Args:
        published: a published file.
        folder: where the copy and dbt's artifacts go.
        as_of: the day up to whose end it may know.

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
    target = folder / "target"
    process = run_dbt(
        ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--select", f"+{FAMILY}"],
        target,
        folder,
    )
    if process.returncode:
        raise RuntimeError(process.stdout[-3000:])
    return Rebuilt(path, as_of, _seconds_of_family(target))


def _seconds_of_family(target: Path) -> float:
    """Of the models and tests that are built for the family alone."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = 0.0
    for result in results:
        name = manifest[result["unique_id"]]["name"]
        path = manifest[result["unique_id"]]["original_file_path"]
        if "marts/liquidity/" in path or name.startswith(OWN):
            seconds += float(result["execution_time"])
    # Two nodes run side by side.
    return seconds / 2
