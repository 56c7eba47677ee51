"""`python -m tests.campaigns.bench`: measure, and write the page."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from orchestration.sample import SAMPLE_FOLDER
from tests.campaigns.bench.homes import Month, loaded, month_of
from tests.campaigns.bench.measure import BenchmarkError
from tests.campaigns.bench.page import Section, page, written
from tests.campaigns.bench.sections import BENCHMARKS, Plan
from tests.installation import REAL_FILES

TIMES = 3
COINS = 20
SCALES = (12, 25, 50, 100)
LONG = {"S1"}
"""Starts Spark some fifty times: minutes, however little there is to do."""


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.bench", description=__doc__)
    parser.add_argument("--files", type=Path, default=REAL_FILES, help="the publishers' files, with a manifest.csv")
    parser.add_argument("--work", type=Path, help="keep homes here, to go on with another time; else they are removed")
    parser.add_argument("--times", type=int, default=TIMES, help=f"how often each command runs (default: {TIMES})")
    parser.add_argument("--coins", type=int, default=COINS, help=f"of B4, 347 days each (default: {COINS})")
    parser.add_argument("--scales", type=int, nargs="+", default=SCALES, help="of B3, times the series of the sample")
    parser.add_argument(
        "--small", action="store_true", help="the embedded sample, once, and little of it: do they work?"
    )
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, help="default: all; with --small all but S1")
    parser.add_argument("--page", type=Path, help="write the page here; else it is printed")
    arguments = parser.parse_args()
    if not arguments.small and not (arguments.files / "manifest.csv").is_file():
        parser.error(f"there are no publishers' files in {arguments.files}: benchmarks run on the real archive")
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        work = arguments.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        try:
            plan = _small(work) if arguments.small else _whole(arguments, work)
            chosen = arguments.only or [name for name in BENCHMARKS if not (arguments.small and name in LONG)]
            sections = [_measured(BENCHMARKS[name], plan) for name in chosen]
        except BenchmarkError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        # Those of an earlier time that this folder of work keeps, too.
        text = page([path.read_text(encoding="utf-8") for path in sorted(work.glob("[BS]?.md"))])
    if arguments.page:
        arguments.page.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    missed = [f"{one.name}: {text}" for one in sections for text in one.missed]
    sys.stderr.write(f"{len(sections)} benchmarks; missed: {'; '.join(missed) or 'none'}\n")
    return 0


def _whole(arguments: argparse.Namespace, work: Path) -> Plan:
    month = month_of(arguments.files, work)
    return Plan(month, arguments.files, work, arguments.times, arguments.coins, scales=arguments.scales)


def _small(work: Path) -> Plan:
    """A month of the sample that brings nothing new; each size is the least that has a line through it."""
    home = loaded(work / "history", lambda folder: shutil.copytree(SAMPLE_FOLDER, folder))
    return Plan(Month(home, SAMPLE_FOLDER), SAMPLE_FOLDER, work, 1, 2, 1, (1, 2), (2, 3), (2, 3))


def _measured(benchmark: Callable[[Plan], Section], plan: Plan) -> Section:
    section = benchmark(plan)
    (plan.work / f"{section.name}.md").write_text(written(section), encoding="utf-8")
    return section


if __name__ == "__main__":
    sys.exit(main())
