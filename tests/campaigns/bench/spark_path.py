"""S1: the two heavy steps on Spark, at growing sizes, on one core and two, compared with DuckDB on the same Parquet.

    python -m tests.campaigns.bench.spark_path --work <a folder> [--part candles|vintages|files] [--up-to 32]

Belongs here: which step runs at which size, the straight line through what it took, the tables. Does not belong here:
the rows (`simulated_rows.py`), the steps (`spark_step.py`), whether the models agree on both engines
(`tests/campaigns/parity`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_ROOT
from orchestration.tables.sql import literal
from tests.campaigns.bench.loads import Say
from tests.campaigns.bench.measure import BenchmarkError, Command, Line, Runs, in_turns, line
from tests.campaigns.bench.page import Section
from tests.campaigns.bench.simulated_rows import Files, candles_by_symbol_and_month, candles_in_files, vintages
from tests.campaigns.bench.spark_step import NOTHING
from tests.campaigns.spark_environment import PROGRAMS, why_not

MILLION = 1_000_000
MILLIONS = (2, 4, 8, 16, 32)
FILES = (10, 100, 1000, 5000)
IN_FILES = 4
_ENGINES = {
    "Spark, 1 core": ("spark", 1),
    "Spark, 2 cores": ("spark", 2),
    "DuckDB, 1 thread": ("duckdb", 1),
    "DuckDB, 2 threads": ("duckdb", 2),
}
_SHUFFLED = "internal.metrics.shuffle.write.bytesWritten"
_SPILLED = "internal.metrics.diskBytesSpilled"
_FIGURE = {"candles": "close", "month": "close", "vintages": "value"}


@dataclass(frozen=True)
class Point:
    """One step on one engine at one size."""

    engine: str
    files: Files
    runs: Runs
    shuffled: int
    spilled: int


def section(work: Path, times: int, say: Say) -> Section:
    """Measure all parts, as a section of the page; without Spark it says why there is nothing."""
    title = "The heavy path on Spark, at growing sizes (simulated rows)"
    reason = why_not()
    if reason is not None:
        return Section("S1", title, [], [], [f"Not measured: {reason}."])
    folder = work / "spark"
    folder.mkdir(exist_ok=True)
    return Section(
        "S1", title, [], [], [text for part in PARTS.values() for text in part(folder, MILLIONS, times, say)]
    )


def candles(work: Path, sizes: Sequence[int], times: int, say: Say) -> list[str]:
    """Minutes to days at growing sizes, and one month of each size."""
    start_up = _start_up(work, times, say)
    points, months = [], []
    for millions in sizes:
        files = candles_by_symbol_and_month(work / "candles", millions * MILLION)
        points += _points(work, "candles", files, times, say)
        months += _points(work, "month", files, times, say, ("Spark, 2 cores", "DuckDB, 2 threads"))
    shutil.rmtree(work / "candles")
    return [
        *_growth("Candles by the minute to days, a file a symbol and month", points, start_up),
        *_growth("One month of the same candles: the others' folders are not opened", months, start_up),
    ]


def latest(work: Path, sizes: Sequence[int], times: int, say: Say) -> list[str]:
    """Vintages to the latest at growing sizes."""
    start_up = _start_up(work, times, say)
    points = []
    for millions in sizes:
        points += _points(work, "vintages", vintages(work / "vintages", millions * MILLION), times, say)
    shutil.rmtree(work / "vintages")
    return _growth("Vintages to the latest, a file a release", points, start_up)


def small_files(work: Path, sizes: Sequence[int], times: int, say: Say) -> list[str]:  # noqa: ARG001
    """The same candles to days, from ever more files."""
    points = []
    for count in FILES:
        files = candles_in_files(work / "files", IN_FILES * MILLION, count)
        points += _points(work, "candles", files, times, say, ("Spark, 2 cores", "DuckDB, 2 threads"))
    shutil.rmtree(work / "files")
    return [f"### {IN_FILES} million candles by the minute to days, from ever more files", _table(points)]


def _start_up(work: Path, times: int, say: Say) -> dict[str, Runs]:
    commands = [_command(work, engine, NOTHING, work, f"{engine}, nothing to do") for engine in _ENGINES]
    return dict(zip(_ENGINES, in_turns(commands, times, say), strict=True))


def _points(
    work: Path, step: str, files: Files, times: int, say: Say, engines: Iterable[str] = tuple(_ENGINES)
) -> list[Point]:
    chosen = list(engines)
    text = f"{files.rows / MILLION:.1f} M rows in {files.count} files: {step}"
    commands = [_command(work, engine, step, files.folder, f"{engine}, {text}") for engine in chosen]
    found = in_turns(commands, times, say)
    _check_agreement(work, chosen, _FIGURE[step])
    return [
        Point(engine, files, runs, *(_counted(_folder(work, engine), metric) for metric in (_SHUFFLED, _SPILLED)))
        for engine, runs in zip(chosen, found, strict=True)
    ]


def _command(work: Path, engine: str, step: str, source: Path, name: str) -> Command:
    kind, cores = _ENGINES[engine]
    into = _folder(work, engine)

    def before() -> None:
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)

    program = (str(PROGRAMS / "python"), "-m", "tests.campaigns.bench.spark_step")
    return Command(name, (*program, kind, str(cores), step, str(source), str(into)), PROJECT_ROOT, {}, before)


def _folder(work: Path, engine: str) -> Path:
    kind, cores = _ENGINES[engine]
    return work / f"{kind}-{cores}"


def _check_agreement(work: Path, engines: Sequence[str], figure: str) -> None:
    """Hold what the engines have written against each other, roughly: how many rows, and their sum."""
    found = set()
    with duckdb.connect() as connection:
        for engine in engines:
            written = literal(str(_folder(work, engine) / "rows" / "*.parquet"))
            found.add(connection.execute(f"select count(*), round(sum({figure}), 1) from {written}").fetchone())
    if len(found) != 1:
        raise BenchmarkError(f"{', '.join(engines)} have written different rows: {found}")


def _counted(into: Path, metric: str) -> int:
    """The sum of one of Spark's metrics over the stages of the last run; 0 for DuckDB, which has none."""
    lines = (line for path in into.glob("events/*") for line in path.read_text(encoding="utf-8").splitlines())
    stages = (json.loads(line) for line in lines if '"SparkListenerStageCompleted"' in line)
    values = (value for stage in stages for value in stage["Stage Info"]["Accumulables"])
    return sum(int(value["Value"]) for value in values if value["Name"] == metric)


def _growth(title: str, points: Sequence[Point], start_up: dict[str, Runs]) -> list[str]:
    """A title, what was measured, and the lines through it, from which the start-up is taken off before."""
    names = ("engine", "start-up: wall, processor, s", "wall, s", "off by, s", "processor, s", "off by, s")
    lines = []
    for engine in dict.fromkeys(point.engine for point in points):
        own = [point for point in points if point.engine == engine]
        sizes = [point.files.rows for point in own]
        begin = start_up[engine]
        wall, cpu = (
            line([rows / MILLION for rows in sizes], [point.runs.median(what) - begin.median(what) for point in own])
            for what in ("wall", "cpu")
        )
        cells = [engine, f"{begin.median():.1f}, {begin.median('cpu'):.1f}", _shape(wall), _off_by(wall)]
        lines.append([*cells, _shape(cpu), _off_by(cpu)])
    return [f"### {title}", _table(points), _joined(names, lines)]


def _shape(through: Line) -> str:
    return f"{through.start:.2f} + {through.slope:.3f} a million"


def _off_by(through: Line) -> str:
    return ", ".join(f"{residual:+.2f}" for residual in through.residuals)


def _table(points: Sequence[Point]) -> str:
    names = ["engine", "million rows", "files", "Parquet, MB", "wall, s", "processor, s", "memory, MB"]
    lines = []
    for point in sorted(points, key=lambda point: list(_ENGINES).index(point.engine)):
        moved = [f"{point.shuffled / 1e6:.1f}", f"{point.spilled / 1e6:.1f}"]
        lines.append(
            [
                point.engine,
                f"{point.files.rows / MILLION:g}",
                f"{point.files.count:,}",
                f"{point.files.size / 1e6:.1f}",
                f"{point.runs.median():.1f}",
                f"{point.runs.median('cpu'):.1f}",
                f"{point.runs.median('peak') / 1e6:,.0f}",
                *(moved if point.engine.startswith("Spark") else ["", ""]),
            ]
        )
    return _joined([*names, "shuffled, MB", "spilled, MB"], lines)


def _joined(names: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [names, ["---"] * len(names), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


PARTS: dict[str, Callable[[Path, Sequence[int], int, Say], list[str]]] = {
    "candles": candles,
    "vintages": latest,
    "files": small_files,
}


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench.spark_path", description=__doc__)
    parser.add_argument("--work", type=Path, help="a folder for some GB; else one that is removed")
    parser.add_argument("--part", choices=PARTS, help="default: all")
    parser.add_argument("--up-to", type=int, default=MILLIONS[-1], help=f"million rows (default: {MILLIONS[-1]})")
    parser.add_argument("--times", type=int, default=1, help="how often each process runs (default: 1)")
    arguments = parser.parse_args()
    reason = why_not()
    if reason is not None:
        parser.error(f"Spark cannot be measured: {reason}")
    sizes = [size for size in MILLIONS if size <= arguments.up_to]
    if len(sizes) < 2:
        parser.error(f"--up-to {arguments.up_to}: a line needs two sizes at least; give {MILLIONS[1]} or more")
    chosen = [arguments.part] if arguments.part else list(PARTS)
    with tempfile.TemporaryDirectory(prefix="tidemark-spark-") as folder:
        work = arguments.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        try:
            texts = [text for part in chosen for text in PARTS[part](work, sizes, arguments.times, _say)]
        except BenchmarkError as error:
            _say(str(error))
            return 1
    sys.stdout.write("\n\n".join(texts) + "\n")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
