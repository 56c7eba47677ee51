"""B6: many releases of table 3, each with few changes: what they cost, and what raw keeps of them.

    python -m tests.campaigns.bench.vintages HOME

Belongs here: the releases, made from a real one; reading and merging them, as a load does. Does not belong here: the
guard, which is measured with whole loads (B1).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.archive import Archive
from orchestration.home import Home
from orchestration.loading.merge import merge
from orchestration.loading.parse import Window, parse_due
from orchestration.loading.workspace import Workspace
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.base import Response
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS
from orchestration.warehouse.working import connect, start
from tests.campaigns.bench.loads import Say
from tests.campaigns.bench.measure import BenchmarkError, Command, Runs, in_turns

CHANGED_ROWS = 20
"""Rows of a release in which two figures differ from the release before."""
ADDRESS = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table3.txt"
_FIRST = dt.datetime(2026, 6, 18, 23, 59, 59, tzinfo=dt.UTC)
_NET, _VALUATION = 6, 7
_COUNTS = "counts.json"
_READ = """
import sys, duckdb
with duckdb.connect(sys.argv[1], config={"threads": "2"}) as connection:
    connection.execute(
        f"create table rows as from read_csv('{sys.argv[2]}/*.txt', delim = '\\t', skip = 8, header = true, "
        "all_varchar = true, null_padding = true, ignore_errors = true)"
    )
"""


@dataclass(frozen=True)
class Merged:
    """Some releases: how many statements they made, how many raw keeps, ours, and DuckDB's pass over the files."""

    releases: int
    parsed: int
    kept: int
    ours: Runs
    reader: Runs


def vintages(real_files: Path, work: Path, counts: Sequence[int], times: int, say: Say) -> list[Merged]:
    """Merge so many releases into an empty warehouse; read the same files into a table."""
    found, table = [], work / "read.duckdb"
    for releases in counts:
        home, files = work / f"releases-{releases}", work / f"files-{releases}"
        _make(real_files, home, files, releases)
        ours, reader = in_turns(
            [
                Command(
                    f"{releases} releases read and merged",
                    (sys.executable, "-m", "tests.campaigns.bench.vintages", str(home)),
                    PROJECT_ROOT,
                    {},
                    lambda: None,
                ),
                Command(
                    f"{releases} files read by DuckDB",
                    (sys.executable, "-c", _READ, str(table), str(files)),
                    PROJECT_ROOT,
                    {},
                    lambda: table.unlink(missing_ok=True),
                ),
            ],
            times,
            say,
        )
        said = json.loads((home / _COUNTS).read_text(encoding="utf-8"))
        found.append(Merged(releases, said["parsed"], said["kept"], ours, reader))
        table.unlink()
    return found


def _make(real_files: Path, home: Path, files: Path, releases: int) -> None:
    """A real edition, and others in each of which some money moved between net sales and valuation."""
    for folder in (home, files):
        shutil.rmtree(folder, ignore_errors=True)
    files.mkdir(parents=True)
    archive = Archive(home / "archive")
    real = max(real_files.glob("tic/*/slt_table3.txt"), default=None)
    if real is None:
        raise BenchmarkError(f"There is no slt_table3.txt in {real_files}/tic.")
    lines = real.read_text(encoding="utf-8").split("\n")
    rows = [number for number, line in enumerate(lines) if _has_figures(line)]
    chance = random.Random(1)
    for release in range(releases):
        for number in chance.sample(rows, CHANGED_ROWS) if release else ():
            cells = lines[number].split("\t")
            cells[_NET], cells[_VALUATION] = str(int(cells[_NET]) + 1), str(int(cells[_VALUATION]) - 1)
            lines[number] = "\t".join(cells)
        body = "\n".join(lines).encode()
        (files / f"{release:03d}.txt").write_bytes(body)
        archive.add("tic", "slt_table3", Response(ADDRESS, body, _FIRST + dt.timedelta(days=release)))


def _has_figures(line: str) -> bool:
    cells = line.split("\t")
    return len(cells) > _VALUATION and all(cells[place].lstrip("-").isdigit() for place in (1, _NET, _VALUATION))


def load(root: Path) -> None:
    """Read all releases of an archive, and merge them into an empty warehouse."""
    home = Home(root)
    home.prepare()
    start(home, None)
    workspace = Workspace(home.work)
    parsed = parse_due(Archive(home.archive), {}, "", TIC_HOLDINGS, Window(), workspace)
    held = home.work / "held.parquet"
    nothing = {"row_number": pa.array([], pa.int64()), "broken_rules": pa.array([], pa.list_(pa.string()))}
    pq.write_table(pa.table(nothing), held)
    with connect(home) as connection:
        counts = merge(connection, TIC_HOLDINGS, workspace.rows_path(TIC_HOLDINGS.name), parsed.replaced, held)
    kept = sum(count.loaded for count in counts.values())
    (root / _COUNTS).write_text(json.dumps({"parsed": parsed.rows, "kept": kept}), encoding="utf-8")
    shutil.rmtree(home.work)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.vintages", description=__doc__)
    parser.add_argument("home", type=Path, help="a home whose archive holds the releases")
    load(parser.parse_args().home)


if __name__ == "__main__":
    main()
