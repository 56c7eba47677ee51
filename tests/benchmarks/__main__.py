"""`python -m tests.benchmarks`: measure, and write the page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import loads, readers
from tests.benchmarks.homes import Month, month_of
from tests.benchmarks.measure import BenchmarkError, Runs
from tests.benchmarks.page import Ratio, Section, page
from tests.conftest import REAL_FILES

TIMES = 3


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--files", type=Path, default=REAL_FILES, help="the publishers' files, with a manifest.csv")
    parser.add_argument("--work", type=Path, help="keep homes here, to go on with another time; else they are removed")
    parser.add_argument("--times", type=int, default=TIMES, help=f"how often each command runs (default: {TIMES})")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS), help="default: all")
    parser.add_argument("--page", type=Path, help="write the page here; else it is printed")
    arguments = parser.parse_args()
    if not (arguments.files / "manifest.csv").is_file():
        parser.error(f"there are no publishers' files in {arguments.files}: benchmarks run on the real archive")
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        work = arguments.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        try:
            month = month_of(arguments.files, work)
            sections = [BENCHMARKS[name](month, work, arguments.times) for name in arguments.only]
        except BenchmarkError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    text = page(sections)
    if arguments.page:
        arguments.page.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    missed = [f"{one.name}: {ratio.text}" for one in sections for ratio in one.ratios if ratio.verdict == "missed"]
    sys.stderr.write(f"{len(sections)} benchmarks; missed: {'; '.join(missed) or 'none'}\n")
    return 0


def _monthly(month: Month, work: Path, times: int) -> Section:
    ours, build, bare, floor, job = found = loads.monthly(month, work, times, _say)
    return Section(
        "B1",
        "The guarded load of a month, on the real archive's history",
        found,
        [
            _ratio(ours, build, 1.5),
            _ratio(ours, bare, None),
            _ratio(ours, job, 0.5),
            _ratio(ours, floor, None),
        ],
        [f"The load held {ours.median('peak') / 1e6:,.0f} MB at most, all processes together; the goal was 400 MB."],
    )


def _nothing_new(month: Month, work: Path, times: int) -> Section:
    ours, start_up = found = loads.nothing_new(month, work, times, _say)
    return Section("B2", "Nothing new at the publishers", found, [_ratio(ours, start_up, 1.5)])


def _other_day(month: Month, work: Path, times: int) -> Section:
    now, then = found = loads.other_day(month, work, times, _say)
    return Section("B5", "The whole warehouse at another day", found, [_ratio(then, now, 1.2)])


def _readers(month: Month, work: Path, times: int) -> Section:  # noqa: ARG001
    published = (month.home / "tidemark.duckdb").resolve()
    answered = readers.queries(published, 3 * times, _say)
    first = readers.cold(published, 3 * times, _say)
    lines = [f"| {one.title} | {one.published * 1000:.1f} | {one.in_memory * 1000:.1f} |" for one in answered]
    table = "\n".join(["| query of the cookbook | published file, ms | in memory, ms |", "|---|---|---|", *lines])
    value = sum(one.published for one in answered) / sum(one.in_memory for one in answered)
    text = f"{len(answered)} queries on the published file : the same on tables in memory"
    cold = f"A new process had its first answer after {first.median():.2f} s ({first.spread()[1]:.2f} at most)."
    return Section("B7", "Queries on the published file", [first], [Ratio(text, value, 1.5)], [cold, table])


def _ratio(ours: Runs, other: Runs, goal: float | None) -> Ratio:
    return Ratio(f"{ours.name} : {other.name}", ours.median() / other.median(), goal)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


BENCHMARKS: dict[str, Callable[[Month, Path, int], Section]] = {
    "B1": _monthly,
    "B2": _nothing_new,
    "B5": _other_day,
    "B7": _readers,
}

if __name__ == "__main__":
    sys.exit(main())
