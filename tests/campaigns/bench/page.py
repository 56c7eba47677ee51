"""The page of the benchmarks: docs/benchmarks.md.

Belongs here: ratios, medians and spreads as text. Does not belong here: what is measured.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.campaigns.bench.measure import Runs

LIBRARIES = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandas", "pyarrow")


@dataclass(frozen=True)
class Ratio:
    """Ours beside another: how much of the other's wall time ours took, and the most that it should.

    Attributes:
        text: what stands beside what.
        value: ours, divided by the other's.
        goal: the most that it should be; None where none was set.
    """

    text: str
    value: float
    goal: float | None

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        return "" if self.goal is None else "met" if self.value <= self.goal else "missed"


@dataclass(frozen=True)
class Section:
    """One benchmark.

    Attributes:
        name: B1 and so on.
        title: what is done.
        runs: what was run; empty where something else is measured.
        ratios: what follows.
        says: paragraphs below the tables.
    """

    name: str
    title: str
    runs: Sequence[Runs]
    ratios: Sequence[Ratio]
    says: Sequence[str] = ()


def page(sections: Sequence[str]) -> str:
    """The whole page, in Markdown, of sections that are written."""
    return "\n\n".join([_head(), *sections]) + "\n"


def written(section: Section) -> str:
    """One section, in Markdown."""
    parts = [f"## {section.name}. {section.title}"]
    if section.runs:
        parts.append(_runs(section.runs))
    if section.ratios:
        parts.append(_ratios(section.ratios))
    return "\n\n".join([*parts, *section.says])


def _head() -> str:
    machine = f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()}"
    versions = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`; do not edit. Whole commands, run in turns on the same input and the same",
            "machine, so that the ratios mean something; seconds are those of one noisy machine. `wall` and",
            "`processor` are medians, least and most in brackets; `memory` is what all processes of a command held at",
            "the worst moment, shared pages counted twice.",
            "",
            f"{dt.datetime.now(tz=dt.UTC):%d %B %Y}; {machine}; Python {platform.python_version()}, {versions}.",
        ]
    )


def _runs(runs: Sequence[Runs]) -> str:
    lines = ["| what | runs | wall, s | processor, s | memory, MB |", "|---|---|---|---|---|"]
    for one in runs:
        cells = [_spread(one, "wall"), _spread(one, "cpu"), f"{one.median('peak') / 1e6:,.0f}"]
        lines.append(f"| {one.name} | {len(one.runs)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(runs: Runs, what: str) -> str:
    least, most = runs.spread(what)
    return f"{runs.median(what):.1f} ({least:.1f} to {most:.1f})"


def _ratios(ratios: Sequence[Ratio]) -> str:
    lines = ["| ratio of wall times | measured | goal | |", "|---|---|---|---|"]
    for ratio in ratios:
        goal = "" if ratio.goal is None else f"{ratio.goal:g} or less"
        lines.append(f"| {ratio.text} | {ratio.value:.2f} | {goal} | {ratio.verdict} |")
    return "\n".join(lines)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
