"""Loads: of one month onto the real history (B1, B8), of nothing new (B2), at another day (B5), of one day (B9).

Belongs here: which commands are compared, and their starting points. Does not belong here: how they are measured.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt_process import DBT, DBT_PROJECT
from orchestration.warehouse.parsed_project import PARSED, manifest
from tests.campaigns.bench.homes import LOAD, Month, copy_of_file, environment, fresh_copy, part_of
from tests.campaigns.bench.measure import BenchmarkError, Command, Runs, in_turns, measured

OTHER_DAY = "2026-01-20"
DAGSTER = str(Path(sys.executable).with_name("dagster"))

_STEP = re.compile(r"^ +([0-9.]+) s  (\S+)$", re.MULTILINE)

Say = Callable[[str], object]


def monthly(month: Month, work: Path, times: int, say: Say) -> list[Runs]:
    """B1: the guarded load of one month; stock dbt and stock Dagster at the same work; the SQL alone."""
    ours = _load("load of a month", month, work / "ours")
    stock = work / "stock"
    job = Command(
        "stock Dagster, a process a step",
        (DAGSTER, "job", "execute", "-m", "tests.campaigns.bench.stock", "-j", "monthly_load"),
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
    # One process per step takes minutes: its spread is small compared with the differences.
    return [*found, *in_turns([job], 1, say)]


def monthly_load(month: Month, work: Path, times: int, say: Say) -> Runs:
    """The guarded load of one month alone."""
    return in_turns([_load("load of a month", month, work / "ours")], times, say)[0]


def steps(month: Month, work: Path) -> dict[str, float]:
    """Where the seconds of a load of one month go: by step, with what comes before the first and after the last."""
    home = fresh_copy(month.home, work / "steps")
    begun = time.perf_counter()
    reported = subprocess.run(
        LOAD,
        cwd=PROJECT_ROOT,
        env=os.environ | environment(home, month.files),
        capture_output=True,
        text=True,
        check=False,
    )
    whole = time.perf_counter() - begun
    if reported.returncode != 0:
        raise BenchmarkError(f"The load of the month failed:\n{reported.stderr[-3000:]}")
    ends = [(float(seconds), step) for seconds, step in _STEP.findall(reported.stderr)]
    found: dict[str, float] = defaultdict(float)
    for (before, _), (end, step) in pairwise([(0.0, ""), *ends]):
        found[step.partition("/")[0]] += end - before
    results = json.loads((home / "dbt" / "run_results.json").read_text(encoding="utf-8"))
    found["dbt_models: models and tests"] = results["elapsed_time"]
    found["dbt_models: dbt's start, parsing and end"] = found.pop("dbt_models") - results["elapsed_time"]
    found["before the first step and after the last"] = whole - ends[-1][0]
    return dict(found)


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


def days(files: Path, month: Month, work: Path, times: int, say: Say) -> tuple[list[Runs], Runs]:
    """B9: the month's documents without those of TIC, and those of TIC alone; a first load of all files."""
    markets = part_of(month.files, work / "markets-files", lambda source: source != "tic")
    release = part_of(month.files, work / "release-files", lambda source: source == "tic")
    commands = [
        _load("load of a day of FRED, the Treasury and exchanges", Month(month.home, markets), work / "markets"),
        _load("load of a release of TIC", Month(month.home, release), work / "release"),
    ]
    home = work / "first"
    first = Command(
        "first load of all real files",
        LOAD,
        PROJECT_ROOT,
        environment(home, files),
        lambda: shutil.rmtree(home, ignore_errors=True),
    )
    *found, whole = in_turns([*commands, first], times, say)
    return found, whole


def beside_peers(month: Month, work: Path, times: int, say: Say) -> list[Runs]:
    """B8: the load of one month; dlt, where it is installed, and a script of pandas, each with stock dbt's models."""
    finished = _once_loaded(month, work / "finished")
    has_dlt = not subprocess.run([sys.executable, "-c", "import dlt"], capture_output=True, check=False).returncode
    peers = [_peer(peer, month, finished, work / peer) for peer in ("dlt", "pandas") if peer == "pandas" or has_dlt]
    return in_turns([_load("load of a month", month, work / "ours"), *peers], times, say)


def _peer(peer: str, month: Month, finished: Path, folder: Path) -> Command:
    build = _dbt_build(
        f"{peer}, then stock dbt without tests", finished, folder, "--exclude-resource-type", "test", "unit_test"
    )
    landing = (sys.executable, "-m", "tests.campaigns.bench.peers", peer, "--files", str(month.files))
    steps = (
        shlex.join((*landing, str(folder / "tidemark.duckdb"))),
        f"cd {shlex.quote(str(folder))}",
        shlex.join(build.arguments),
    )

    def begin() -> None:
        build.before()
        # As it was before the month.
        copy_of_file(month.home, folder)

    return Command(build.name, ("/bin/sh", "-c", " && ".join(steps)), PROJECT_ROOT, {}, begin)


def _load(name: str, month: Month, home: Path, **settings: str) -> Command:
    return Command(
        name,
        LOAD,
        PROJECT_ROOT,
        environment(home, month.files, **settings),
        lambda: fresh_copy(month.home, home),
    )


def _once_loaded(month: Month, home: Path) -> Path:
    """A home in which the month is loaded already, with dbt's results of all models: the floor runs their SQL."""
    if not (home / "benchmarked").exists():
        load = _load("load of a month", month, home)
        command = replace(load, arguments=(*load.arguments, "--full"))
        command.before()
        measured(command)
        (home / "benchmarked").touch()
    return home


def _dbt_build(name: str, finished: Path, folder: Path, *options: str) -> Command:
    """`dbt build` as it comes, with the project parsed before, on a copy of the published file."""

    def begin() -> None:
        copy_of_file(finished, folder)
        (folder / "target").mkdir(exist_ok=True)
        shutil.copyfile(manifest().with_name(PARSED), folder / "target" / PARSED)

    places = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))
    out = ("--target-path", str(folder / "target"), "--log-path", str(folder / "target"))
    return Command(name, (DBT, "build", *options, *places, *out), folder, {}, begin)


def _floor(finished: Path, folder: Path) -> Command:
    file = folder / "tidemark.duckdb"
    return Command(
        "the models' SQL in one DuckDB process",
        (sys.executable, "-m", "tests.campaigns.bench.floor", "--dbt", str(finished / "dbt"), str(file)),
        PROJECT_ROOT,
        {},
        lambda: copy_of_file(finished, folder),
    )
