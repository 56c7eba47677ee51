"""Loads: of one month onto the real history (B1), of nothing new (B2), at another day (B5).

Belongs here: which commands stand side by side, and what each begins from. Does not belong here: how they are measured.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.transform import DBT, DBT_PROJECT, PARSED
from tests.benchmarks.homes import LOAD, Month, copy_of_file, environment, fresh_copy
from tests.benchmarks.measure import Command, Runs, in_turns, measured

OTHER_DAY = "2026-01-20"
DAGSTER = str(Path(sys.executable).with_name("dagster"))

Say = Callable[[str], object]


def monthly(month: Month, work: Path, times: int, say: Say) -> list[Runs]:
    """B1: the guarded load of one month; stock dbt and stock Dagster at the same work; the SQL alone."""
    ours = _load("load of a month", month, work / "ours")
    stock = work / "stock"
    job = Command(
        "stock Dagster, a process a step",
        (DAGSTER, "job", "execute", "-m", "tests.benchmarks.stock", "-j", "monthly_load"),
        PROJECT_ROOT,
        environment(stock, month.files) | {"DAGSTER_HOME": str(stock / "dagster")},
        lambda: fresh_copy(month.home, stock),
    )
    finished = _once_loaded(month, work / "finished")
    builds = [
        _dbt_build("stock dbt build", finished, work / "dbt"),
        _dbt_build(
            "stock dbt build without unit tests", finished, work / "dbt_u", "--exclude-resource-type", "unit_test"
        ),
    ]
    found = in_turns([ours, *builds, _floor(finished, work / "floor")], times, say)
    # A process a step takes minutes: its spread is small beside its distance from the others.
    return [*found, *in_turns([job], 1, say)]


def nothing_new(month: Month, work: Path, times: int, say: Say) -> list[Runs]:
    """B2: a load to which every publisher answers with the same bytes; Dagster that lists the job and ends."""
    finished = _once_loaded(month, work / "finished")
    home = work / "again"
    ours = Command(
        "load of nothing new",
        LOAD,
        PROJECT_ROOT,
        environment(home, month.files),
        lambda: fresh_copy(finished, home),
    )
    start_up = Command(
        "dagster job list",
        (DAGSTER, "job", "list", "-m", "orchestration.definitions"),
        PROJECT_ROOT,
        environment(home, month.files) | {"DAGSTER_HOME": str(home / "dagster")},
        lambda: None,
    )
    return in_turns([ours, start_up], times, say)


def other_day(month: Month, work: Path, times: int, say: Say) -> list[Runs]:
    """B5: the load of a month, and the same with the marts of another day."""
    now = _load("load of a month", month, work / "now")
    then = _load(f"the same as of {OTHER_DAY}", month, work / "then", as_of=OTHER_DAY)
    return in_turns([now, then], times, say)


def _load(name: str, month: Month, home: Path, **settings: str) -> Command:
    return Command(
        name,
        LOAD,
        PROJECT_ROOT,
        environment(home, month.files, **settings),
        lambda: fresh_copy(month.home, home),
    )


def _once_loaded(month: Month, home: Path) -> Path:
    """A home in which the month is loaded already."""
    if not (home / "benchmarked").exists():
        command = _load("load of a month", month, home)
        command.before()
        measured(command)
        (home / "benchmarked").touch()
    return home


def _dbt_build(name: str, finished: Path, folder: Path, *options: str) -> Command:
    """`dbt build` as it comes, with the project parsed before, on a copy of the published file."""

    def begin() -> None:
        copy_of_file(finished, folder)
        (folder / "target").mkdir(exist_ok=True)
        shutil.copyfile(DBT_PROJECT / "target" / PARSED, folder / "target" / PARSED)

    places = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))
    out = ("--target-path", str(folder / "target"), "--log-path", str(folder / "target"))
    return Command(name, (DBT, "build", *options, *places, *out), folder, {}, begin)


def _floor(finished: Path, folder: Path) -> Command:
    file = folder / "tidemark.duckdb"
    return Command(
        "the models' SQL in one DuckDB process",
        (sys.executable, "-m", "tests.benchmarks.floor", "--dbt", str(finished / "dbt"), str(file)),
        PROJECT_ROOT,
        {},
        lambda: copy_of_file(finished, folder),
    )
