"""The homes and folders that benchmarks begin from, made once in a folder of work.

Belongs here: real files as they were before and after one month, and copies of homes. Does not belong here: timing.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.campaigns.bench.measure import BenchmarkError
from tests.campaigns.guard.editions import Editions
from tests.campaigns.guard.harness import copy_home, write_folder

LOAD = (sys.executable, "-m", "orchestration", "load")


@dataclass(frozen=True)
class Month:
    """A home with the real archive's history, and what arrives in the month after it.

    Attributes:
        home: loaded from all that came before; not to be changed.
        files: the folder of what arrives: a release of TIC, observations of FRED and of the Treasury, candles.
    """

    home: Path
    files: Path


def month_of(real_files: Path, work: Path) -> Month:
    """The real archive with its last month still to come; where a publisher has one document, a part of it is.

    Raises:
        BenchmarkError: the history cannot be loaded.
    """
    editions = Editions(real_files)
    month = Month(work / "history", work / "arriving")
    if not month.files.exists():
        write_folder(month.files, editions.arriving.values())
    return Month(loaded(month.home, lambda folder: write_folder(folder, editions.base)), month.files)


def part_of(files: Path, folder: Path, is_wanted: Callable[[str], bool]) -> Path:
    """The publishers' files of some sources, in a folder of their own."""
    if folder.exists():
        return folder
    with (files / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_wanted(row["source"])]
    folder.mkdir(parents=True)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        (folder / row["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files / row["path"], folder / row["path"])
    return folder


def loaded(home: Path, write: Callable[[Path], object]) -> Path:
    """A home that is loaded once, from files that `write` puts into a folder.

    Raises:
        BenchmarkError: they cannot be loaded.
    """
    if not (home / "tidemark.duckdb").exists():
        source = home.with_name(f"{home.name}-files")
        for leftover in (home, source):
            shutil.rmtree(leftover, ignore_errors=True)
        write(source)
        reported = subprocess.run(
            LOAD,
            cwd=PROJECT_ROOT,
            env=os.environ | environment(home, source),
            capture_output=True,
            text=True,
            check=False,
        )
        if reported.returncode != 0:
            raise BenchmarkError(f"{source} could not be loaded:\n{reported.stderr[-3000:]}")
    return home


def environment(home: Path, source: Path | str, **settings: str) -> dict[str, str]:
    """The settings of a load as variables."""
    given = {f"TIDEMARK_{name.upper()}": value for name, value in settings.items()}
    return given | {"TIDEMARK_HOME": str(home), "TIDEMARK_SOURCE": str(source)}


def fresh_copy(home: Path, target: Path) -> Path:
    """Copy the home, replacing an existing copy."""
    shutil.rmtree(target, ignore_errors=True)
    copy_home(home, target)
    return target


def copy_of_file(home: Path, folder: Path) -> Path:
    """The published file as a file to write to, under the name that models expect, in place of what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "tidemark.duckdb"
    target.unlink(missing_ok=True)
    shutil.copyfile((home / "tidemark.duckdb").resolve(), target)
    return target
