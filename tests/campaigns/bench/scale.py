"""B3: the sample with forty times the series through the whole flow, and DuckDB's floor on the same files.

Belongs here: which commands are compared. Does not belong here: the scaled sample (`orchestration.sample`).
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.sample.generate import write
from orchestration.sample.scaled import Scale
from orchestration.settings import PROJECT_ROOT
from tests.campaigns.bench.homes import LOAD, copy_of_file, environment
from tests.campaigns.bench.loads import Say
from tests.campaigns.bench.measure import Command, Runs, in_turns


@dataclass(frozen=True)
class Scaled:
    """A first load of a scaled sample: rows of raw, ours, and the floor."""

    rows: int
    ours: Runs
    floor: Runs


def scaled(work: Path, sizes: Sequence[int], times: int, say: Say) -> list[Scaled]:
    """Load a scaled sample into an empty home; read the same files, and build the same models, by DuckDB alone."""
    found = []
    for size in sizes:
        files, home, folder = work / f"sample-{size}", work / f"scaled-{size}", work / f"floor-{size}"
        if not files.exists():
            say(f"making the sample with {size} times its series ...")
            write(files, scale=Scale(series=size))
        ours = Command(
            f"first load of {size} times the series",
            LOAD,
            PROJECT_ROOT,
            environment(home, files),
            lambda home=home: shutil.rmtree(home, ignore_errors=True),  # type: ignore[misc]
        )
        floor = Command(
            f"DuckDB alone on {size} times the series",
            (
                *(sys.executable, "-m", "tests.campaigns.bench.floor", "--dbt", str(home / "dbt")),
                *("--read", str(files / "fred"), str(folder / "tidemark.duckdb")),
            ),
            PROJECT_ROOT,
            {},
            lambda home=home, folder=folder: copy_of_file(home, folder),  # type: ignore[misc]
        )
        loaded, alone = in_turns([ours, floor], times, say)
        with duckdb.connect(str(home / "tidemark.duckdb"), read_only=True) as connection:
            (rows,) = connection.execute("select sum(rows_parsed) from raw.documents").fetchall()[0]
        found.append(Scaled(int(rows), loaded, alone))
    return found
