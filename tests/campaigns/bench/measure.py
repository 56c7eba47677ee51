"""Runs commands in turns, and measures each from outside.

Belongs here: wall time, CPU time and memory of a process with all its children. Does not belong here: what is
run.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.05
SHOWN_CHARACTERS = 3000


class BenchmarkError(Exception):
    """A command that was to be measured did not do its work."""


@dataclass(frozen=True)
class Command:
    """A command to measure.

    Attributes:
        name: as the page calls it.
        arguments: the command line.
        folder: where it runs.
        environment: variables in addition to those of this process.
        before: makes its input ready, outside the measured time.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    before: Callable[[], object]


@dataclass(frozen=True)
class Run:
    """One run: seconds on the clock, seconds of the processor, and the most bytes that all of it held at a moment."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Runs:
    """All runs of one command, in order."""

    name: str
    runs: tuple[Run, ...]

    def median(self, what: str = "wall") -> float:
        """The median of `wall`, `cpu` or `peak`."""
        return float(statistics.median(getattr(run, what) for run in self.runs))

    def spread(self, what: str = "wall") -> tuple[float, float]:
        """The least and the most of it."""
        values = [float(getattr(run, what)) for run in self.runs]
        return min(values), max(values)


@dataclass(frozen=True)
class Line:
    """A straight line through measured points, seconds = start + slope * size, and how far each point is off it."""

    start: float
    slope: float
    residuals: tuple[float, ...]


def line(sizes: Sequence[float], seconds: Sequence[float]) -> Line:
    """The straight line through seconds by sizes, by least squares."""
    slope, start = statistics.linear_regression(sizes, seconds)
    pairs = zip(sizes, seconds, strict=True)
    return Line(start, slope, tuple(value - (start + slope * size) for size, value in pairs))


def fitted(sizes: Sequence[float], seconds: Sequence[float]) -> str:
    """The points and the line through them, in words, with its farthest point."""
    through = line(sizes, seconds)
    off = max(abs(residual) for residual in through.residuals)
    points = ", ".join(f"{value:.1f} at {size:g}" for size, value in zip(sizes, seconds, strict=True))
    words = f"{through.start:.1f} + {through.slope:.2f} x, no point more than {off:.1f} off"
    return f"{points}; a line through them is {words}"


def in_turns(commands: Sequence[Command], times: int, say: Callable[[str], object]) -> list[Runs]:
    """Measure commands one after the other, again and again, so that a busy moment meets all of them.

    Args:
        commands: what to run.
        times: how often each.
        say: gets a line about each run.

    Raises:
        BenchmarkError: a command failed.
    """
    found: dict[str, list[Run]] = {command.name: [] for command in commands}
    for _ in range(times):
        for command in commands:
            command.before()
            run = measured(command)
            found[command.name].append(run)
            say(f"{command.name}: {run.wall:.1f} s, {run.cpu:.1f} s of processor, {run.peak / 1e6:.0f} MB")
    return [Runs(name, tuple(runs)) for name, runs in found.items()]


def measured(command: Command) -> Run:
    """Run a command once.

    Raises:
        BenchmarkError: it failed; the message has the end of its output.
    """
    names = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=names | dict(command.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with _Watch(process.pid) as watch:
        output, _ = process.communicate()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise BenchmarkError(f"{command.name} left with {process.returncode}:\n{output[-SHOWN_CHARACTERS:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, watch.peak)


class _Watch(threading.Thread):
    """Looks often how much memory the processes of a session hold together; shared pages count twice."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._session = session
        self._over = threading.Event()

    def __enter__(self) -> _Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.peak = max(self.peak, sum(map(_resident, self._members())))

    def _members(self) -> list[Path]:
        return [folder for folder in Path("/proc").iterdir() if folder.name.isdigit() and self._is_member(folder)]

    def _is_member(self, folder: Path) -> bool:
        with suppress(OSError, ValueError, IndexError):
            # After the name in brackets: state, parent, group, session.
            return int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == self._session
        return False


def _resident(folder: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int((folder / "statm").read_text().split()[1]) * PAGE_BYTES
    return 0


def resident_peak() -> int:
    """Megabytes that this process had at most. The kernel's own figure: `getrusage` inherits that of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024
