"""A full-size release of cslt.zip in which 0.2 percent of the values changed: reading, checking and merging it.

    python -m tests.campaigns.bench.full_history FOLDER

Belongs here: the two releases, made from a scaled sample; what the second one costs after the first. Does not belong
here: the whole load and the models, which are measured by loading the scaled sample.

FOLDER keeps the releases and the warehouse between runs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from orchestration.home import Home
from orchestration.loading.merge import MergeCount, merge
from orchestration.loading.parse import LOADED, _schema, _with_lineage, _write
from orchestration.loading.rules.verdict import judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sample.generate import generate
from orchestration.sample.scaled import Scale
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.tic.cslt import parse_cslt
from orchestration.tables.raw.tic_cslt import TABLE
from orchestration.warehouse.working import connect, start
from tests.campaigns.bench.measure import resident_peak
from tests.campaigns.guard.cslt_edition import pack, unpack

COUNTRIES = 4
"""Times those of the sample: the most that the list of countries has. 4,959 series, 2.1 million values."""
CHANGED = 0.002
DAYS = (dt.date(2026, 6, 18), dt.date(2026, 7, 16))


def releases(folder: Path) -> int:
    """Write two releases; returns in how many values the second differs."""
    folder.mkdir(parents=True, exist_ok=True)
    first, noted = folder / "0.zip", folder / "changed"
    if not first.exists():
        first.write_bytes(
            next(
                document.body
                for document in generate(scale=Scale(countries=COUNTRIES))
                if document.path.endswith(f"{DAYS[0]}/cslt.zip")
            )
        )
    if not noted.exists():
        content = unpack(first.read_bytes())
        changed = restate(content, CHANGED)
        (folder / "1.zip").write_bytes(pack(content))
        noted.write_text(str(changed), encoding="ascii")
    return int(noted.read_text(encoding="ascii"))


def restate(content: dict[str, Any], share: float) -> int:
    """Change a share of all values by a million, at most one of a holder, kind and month; returns how many.

    A million breaks no identity: the parts of a sum are rounded to it.
    """
    draw = random.Random(18)
    values = sum(len(series["observations"]) for series in content["series"])
    taken: set[tuple[str, str]] = set()
    while len(taken) < round(values * share):
        series = draw.choice(content["series"])
        place = draw.randrange(len(series["observations"]))
        month, value = series["observations"][place]
        direction_and_family, _, code = series["source_id"].rsplit("_", 2)
        row = (f"{direction_and_family}_{code}", month)
        if row not in taken:
            taken.add(row)
            series["observations"][place][1] = f"{float(value) + 1:.1f}"
    return len(taken)


def load(home: Home, folder: Path, number: int) -> tuple[dict[str, float], MergeCount, list[str]]:
    """Read, check and merge one release; returns processor seconds of each part, the counts, and the broken rules."""
    workspace = Workspace(home.work / "steps")
    spent: dict[str, float] = {}
    begun = time.process_time()

    def passed(part: str) -> None:
        nonlocal begun
        spent[part], begun = time.process_time() - begun, time.process_time()

    rows = parse_cslt((folder / f"{number}.zip").read_bytes())
    entry = Entry(
        **dict.fromkeys(Entry.__dataclass_fields__)  # type: ignore[arg-type]
        | {"document_id": f"d{number}", "source": "tic", "dataset": "cslt", "address": "a", "status": LOADED}
        | {"retrieved_at": f"{DAYS[number]}T21:00:00", "released_on": DAYS[number].isoformat(), "size": 0}
        | {"newest_period": pc.max(rows["month_end"]).as_py().isoformat(), "rows_parsed": len(rows)}
        | {"is_indispensable": False}
    )
    path, schema = workspace.rows_path(TABLE.name), _schema(TABLE)
    _write(path, schema, [_with_lineage(rows, TABLE, entry, 0, schema)])
    workspace.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
    del rows
    passed("read")
    with connect(home) as connection:
        verdict = judge(connection, workspace, TABLE)
        passed("check")
        counts = merge(connection, TABLE, path, (), workspace.held_path(TABLE.name))[entry.document_id]
    passed("merge")
    return spent, counts, sorted({finding.rule.name for finding in verdict.findings})


def _run(home: Home, folder: Path, number: int) -> None:
    """One release, in a process of its own."""
    import orchestration.loading.rules.gx_duckdb  # noqa: F401 - a load has imported it anyway

    imported = resident_peak()
    spent, counts, rules = load(home, folder, number)
    parts = ", ".join(f"{part} {seconds:.2f}" for part, seconds in spent.items())
    sys.stdout.write(
        f"release {number}: {sum(spent.values()):.2f} CPU s ({parts}); {resident_peak()} MB, {imported} of it "
        f"after the imports; {counts}; rules: {', '.join(rules) or 'none'}\n"
    )


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.full_history", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--release", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    if arguments.release is not None:
        _run(Home(folder / "home"), folder, arguments.release)
        return 0
    sys.stdout.write(f"{releases(folder)} values differ between the releases\n")
    sys.stdout.flush()
    shutil.rmtree(folder / "home", ignore_errors=True)
    home = Home(folder / "home")
    home.prepare()
    start(home, None)
    for number in range(len(DAYS)):
        command = [sys.executable, "-m", "tests.campaigns.bench.full_history", str(folder), "--release", str(number)]
        subprocess.run(command, cwd=PROJECT_ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
