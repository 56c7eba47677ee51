"""Runs the real load on mutants, two at a time, each in its own home.

Belongs here: source folders, homes, and processes. Does not belong here: what the outcome means (`verdict`).

Each load is `python -m orchestration load`, in a process forked from one that has imported everything already: it saves
the four seconds that imports take, and nothing else is shared. The parent of all never opens DuckDB, so that what is
forked has no threads. `load_raw` runs the steps of a load up to raw: all that decides what enters the warehouse.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.campaigns.guard.editions import Edition

ONTO, FIRST = "onto", "first"
SITUATIONS = (ONTO, FIRST)
TIMEOUT_SECONDS = 900
"""For one load: a machine that does other things as well takes minutes."""

_COLUMNS = ("path", "source", "url", "as_of", "form", "bytes", "sha256", "note")
_HARD_LINKED = ("archive", "releases")
"""Written once and never in place."""


@dataclass(frozen=True)
class LoadResult:
    """How a load, or its steps up to raw, ended."""

    home: Path
    exit_code: int
    output: str
    seconds: float
    is_whole: bool = True

    @property
    def loaded(self) -> Path:
        """The file with what entered raw and quarantine."""
        return self.published if self.is_whole else self.home / "guarded.duckdb"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.home / "tidemark.duckdb"

    def published_sha256(self) -> str | None:
        """Of the published file, None where there is none."""
        return file_sha256(self.published)


def file_sha256(path: Path) -> str | None:
    """Of a file's bytes, None where there is none."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_folder(folder: Path, editions: Iterable[Edition]) -> Path:
    """Write a folder of publisher files with its manifest."""
    folder.mkdir(parents=True)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for number, edition in enumerate(editions):
            name = f"{number:03d}-{edition.key.replace('/', '-')}"
            (folder / name).write_bytes(edition.body)
            sha256 = hashlib.sha256(edition.body).hexdigest()
            source = edition.key.split("/")[0]
            row = (name, source, edition.address, edition.as_of, edition.form, len(edition.body), sha256, "")
            writer.writerow(row)
    return folder


def with_mutants(clean: dict[str, Edition], mutants: dict[str, bytes]) -> list[Edition]:
    """The documents of a load: the mutants instead of the clean ones, all others unchanged."""
    return [replace(edition, body=mutants.get(key, edition.body)) for key, edition in sorted(clean.items())]


def copy_home(home: Path, target: Path) -> None:
    """Copy a home: hard links to files that are never written in place, copies of the rest."""
    target.mkdir(parents=True)
    for entry in sorted(home.iterdir()):
        linked = ["-l"] if entry.name in _HARD_LINKED else []
        subprocess.run(["cp", "-a", *linked, str(entry), str(target)], check=True)


def warm_up() -> None:
    """Import what a load imports, and have dbt's manifest ready."""
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import orchestration.cli
    import orchestration.loading.rules.gx_duckdb
    import orchestration.runs.runner
    import orchestration.runs.summary  # noqa: F401
    import tests.campaigns.guard.steps  # noqa: F401
    from orchestration.warehouse.parsed_project import manifest

    manifest()


def load(home: Path, source: Path, *arguments: str, log: Path) -> LoadResult:
    """Run the load in a forked process."""

    def run() -> int:
        from orchestration.cli import cli

        try:
            cli.main(["load", *arguments], prog_name="python -m orchestration")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        return 0

    return _in_home(home, source, run, log)


def load_raw(home: Path, source: Path, *, log: Path) -> LoadResult:
    """Run the steps of the load up to raw in a forked process; nothing is built or published."""

    def run() -> int:
        from tests.campaigns.guard.steps import run_up_to_raw

        reasons = run_up_to_raw(home / "guarded.duckdb")
        print("\n".join(reasons))  # noqa: T201
        return int(bool(reasons))

    return replace(_in_home(home, source, run, log), is_whole=False)


def _in_home(home: Path, source: Path, run: Callable[[], int], log: Path) -> LoadResult:
    begun = time.monotonic()

    def run_there() -> int:
        for name in [name for name in os.environ if name.startswith("TIDEMARK_")]:
            del os.environ[name]
        os.environ |= {"TIDEMARK_HOME": str(home), "TIDEMARK_SOURCE": str(source)}
        return run()

    exit_code = _wait(_fork(run_there, log), TIMEOUT_SECONDS)
    return LoadResult(home, exit_code, log.read_text(encoding="utf-8", errors="replace"), time.monotonic() - begun)


def _fork(run: Callable[[], int], log: Path) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        code = run()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # a fault of the harness or of the load; the log shows it
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


def _wait(child: int, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return -signal.SIGKILL
        time.sleep(0.05)


@dataclass(frozen=True)
class Task:
    """Something to do in a process of its own: it gives what JSON can hold."""

    name: str
    run: Callable[[], object]


def run_all(tasks: Iterable[Task], scratch: Path, jobs: int, *, resume: bool = False) -> Iterator[tuple[str, object]]:
    """Run tasks side by side, and give each one's result as it ends.

    Args:
        tasks: what to do.
        scratch: where results and logs go.
        jobs: how many side by side.
        resume: take results that an earlier run left there.

    Raises:
        RuntimeError: a task ended without a result; its log tells why.
    """
    waiting: list[Task] = []
    for task in tasks:
        done = scratch / f"{task.name}.json"
        if resume and done.exists():
            yield task.name, json.loads(done.read_text(encoding="utf-8"))
        else:
            waiting.append(task)
    running: dict[int, str] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            task = waiting.pop(0)
            result = scratch / f"{task.name}.json"

            def run(task: Task = task, result: Path = result) -> int:
                written = json.dumps(task.run())
                # whole or not at all: a run that is killed may be resumed
                part = result.with_suffix(".part")
                part.write_text(written, encoding="utf-8")
                part.replace(result)
                return 0

            running[_fork(run, scratch / f"{task.name}.log")] = task.name
        # only our own children: a test runner has others
        ended = next((child for child in running if os.waitpid(child, os.WNOHANG)[0]), None)
        if ended is None:
            time.sleep(0.05)
            continue
        name = running.pop(ended)
        result = scratch / f"{name}.json"
        if not result.exists():
            log = (scratch / f"{name}.log").read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{name} ended without a result:\n{log[-3000:]}")
        yield name, json.loads(result.read_text(encoding="utf-8"))


@contextmanager
def a_home(folder: Path, base: Path | None, *, keep: bool = False) -> Iterator[Path]:
    """A home for one load: a copy of the base, or an empty one."""
    home = folder / "home"
    if base is None:
        home.mkdir(parents=True)
    else:
        copy_home(base, home)
    try:
        yield home
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
