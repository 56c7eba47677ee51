"""`python -m tests.campaigns.signals`: ends loads of the sample with signals, at random moments and after each step.

Belongs here: whole loads in processes of their own. Does not belong here: the mechanism, which unit tests cover
(`tests/faults/test_interrupts.py`).

Each load must end within 10 seconds with the exit code of the signal and one sentence, publish nothing or a whole
warehouse, release the home, and leave no process and no file behind. Exit code 1 if one does not.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT

LIMIT_SECONDS = 10.0
LOAD = (sys.executable, "-m", "orchestration", "load")
JOB = (sys.executable, "-m", "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", "monthly_load")
STEPS = ("archive/tic", "parsed/fred", "checked/crypto", "checked/tic", "raw/tic", "raw/documents", "dbt_models")
STEPS += ("marts/cascade_causality", "warehouse", "brief")


@dataclass(frozen=True)
class Case:
    """One load and how it is ended.

    Attributes:
        moment: seconds after its start, or the line of the log after which the signals come.
        number: the signal.
        is_group: send it to the process group, as Ctrl-C does.
        times: how often, 0.4 seconds apart.
    """

    moment: float | str
    number: signal.Signals
    is_group: bool
    times: int


def cases(count: int, seconds: float, seed: int) -> Iterator[Case]:
    """Random moments first, then one case for each step."""
    chance = random.Random(seed)
    moments: list[float | str] = [seconds * (number + chance.random()) / count for number in range(count)]
    for number, moment in enumerate([*moments, *STEPS]):
        kind = signal.SIGTERM if number % 2 else signal.SIGINT
        yield Case(moment, kind, is_group=number % 3 == 0, times=2 if number % 4 < 2 else 1)


def run(case: Case, template: Path, folder: Path, command: tuple[str, ...], environment: dict[str, str]) -> list[str]:
    """End one load on a copy of a home; what was wrong."""
    home = Home(folder / "home")
    shutil.copytree(template, home.root, symlinks=True)
    before = home.published.resolve()
    log = folder / "log"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env=environment | {"TIDEMARK_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)},
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait(case.moment, log, process)
    if process.poll() is not None:
        return ["the load had ended before the signal"]
    started = time.monotonic()
    for number in range(case.times):
        time.sleep(0.4 if number else 0)
        if process.poll() is None:
            (os.killpg if case.is_group else os.kill)(process.pid, case.number)
    try:
        process.wait(timeout=LIMIT_SECONDS + 5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    seconds = time.monotonic() - started
    return [f"{seconds:.1f} s", *_problems(case, process, seconds, log, home, before)]


def _problems(
    case: Case, process: subprocess.Popen[bytes], seconds: float, log: Path, home: Home, before: Path
) -> list[str]:
    text = log.read_text(encoding="utf-8")
    found = []
    if seconds > LIMIT_SECONDS:
        found.append("too slow")
    if process.returncode != 128 + case.number:
        found.append(f"exit code {process.returncode}")
    if f"Interrupted by {case.number.name}." not in text.splitlines()[-1:][0]:
        found.append("no message at the end")
    if "Traceback" in text and "dagster" not in str(process.args):
        found.append("a traceback")
    if home.holder() is not None or not _is_free(home):
        found.append("the home is still locked")
    if list(home.work.iterdir()):
        found.append("files are left in work")
    if left := _left(process.pid):
        found.append(f"left: {left}")
    if (home.published.resolve() != before) != ("The new warehouse is published" in text):
        found.append("the sentence about the published warehouse is wrong")
    with duckdb.connect(str(home.published), read_only=True) as connection:
        connection.execute("select count(*) from marts.fct_holdings").fetchall()
    if found:
        found.append(f"its output ended with\n{text[-2000:]}")
    return found


def _is_free(home: Home) -> bool:
    try:
        with home.exclusive():
            return True
    except Exception:
        return False


def _left(group: int) -> str:
    """The processes of a group that are still there after a second."""
    time.sleep(1)
    listed = subprocess.run(["ps", "-o", "args=", "--no-headers", "-g", str(group)], stdout=subprocess.PIPE, text=True)
    return "; ".join(line[:150] for line in listed.stdout.splitlines() if "<defunct>" not in line)


def _wait(moment: float | str, log: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + (moment if isinstance(moment, float) else 300)
    while time.monotonic() < deadline and process.poll() is None:
        if isinstance(moment, str) and moment.replace("/", "__") in log.read_text(encoding="utf-8").replace("/", "__"):
            return
        threading.Event().wait(0.01)


def main() -> None:
    """Run the campaign and print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="a home in which a load has something to do; copied")
    parser.add_argument("--source", required=True, help="TIDEMARK_SOURCE of the loads")
    parser.add_argument("--seconds", type=float, required=True, help="how long such a load takes")
    parser.add_argument("--count", type=int, default=30, help="random moments")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the cases to run; default: all")
    parser.add_argument("--seed", type=int, default=20260618)
    parser.add_argument("--dagster", action="store_true", help="dagster job execute instead of our own command")
    options = parser.parse_args()
    # Where this program runs in the background of a shell, SIGINT is ignored, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    environment["TIDEMARK_SOURCE"] = options.source
    bad = 0
    for number, case in enumerate(cases(options.count, options.seconds, options.seed)):
        if options.only is not None and number not in options.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            command = JOB if options.dagster else LOAD
            found = run(case, options.home, Path(folder), command, environment)
        bad += len(found) > 1
        where = f"{case.moment:.2f} s" if isinstance(case.moment, float) else f"after {case.moment}"
        target = "group" if case.is_group else "process"
        click.echo(f"{number}: {case.number.name} x{case.times} to the {target}, {where}: {', '.join(found)}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
