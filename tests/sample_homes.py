"""The embedded sample, loaded once for all tests: a first load, and the load of the next day into the same home.

Belongs here: making these two homes, keeping them between runs, and finding out whether they are out of date. Does not
belong here: what they must contain; that is for the tests that read them.

The homes are in `.cache/tests/<digest>`, where the digest covers everything that a load of the sample depends on. One
process makes them while the others wait. They are read-only by agreement: a test that writes takes a copy
(`Installation.copy`), and a run whose homes have changed fails and throws them away.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from orchestration.settings import PROJECT_ROOT
from tests.installation import Installation, sample_before

CACHE = PROJECT_ROOT / ".cache" / "tests"
KEPT = 3
"""States of the code whose homes are kept: 200 MB each."""
_INPUTS = (
    "orchestration",
    "dbt_project",
    "expectations",
    "pyproject.toml",
    "requirements/dev.lock",
    "tests/installation.py",
    "tests/sample_homes.py",
)
_GENERATED = {"__pycache__", "target", "logs", "dbt_packages", ".user.yml"}


@dataclass(frozen=True)
class SampleHomes:
    """The two homes, and what their loads printed.

    Attributes:
        first_files: the sample as it was before its last day.
        first: those files, loaded into a new home.
        latest: the same home after the load of the last day, with exports of all marts in both forms.
        first_summary, latest_summary: what the loads printed.
        seconds: how long the second load took.
    """

    first_files: Path
    first: Installation
    latest: Installation
    first_summary: str
    latest_summary: str
    seconds: float


def sample_homes() -> SampleHomes:
    """The homes, made if there are none for this state of the code."""
    folder = CACHE / _digest()
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _make(folder)
            (folder / "made").write_text(_listing(folder), encoding="utf-8")
        (folder / "made").touch()
    _drop_all_but_the_newest()
    return SampleHomes(
        folder / "first" / "files",
        Installation(folder / "first" / "home"),
        Installation(folder / "latest" / "home"),
        (folder / "first.txt").read_text(encoding="utf-8"),
        (folder / "latest.txt").read_text(encoding="utf-8"),
        float((folder / "seconds").read_text(encoding="ascii")),
    )


def assert_unchanged(homes: SampleHomes) -> None:
    """Fail, and make the next run build new homes, if a test has written into these."""
    folder = homes.first.home.parents[1]
    before, now = (folder / "made").read_text(encoding="utf-8").splitlines(), _listing(folder).splitlines()
    if before != now:
        (folder / "made").unlink()
        changed = sorted(set(before) ^ set(now))
        raise AssertionError(f"a test wrote into the shared homes of the sample: {changed[:10]}")


def _make(folder: Path) -> None:
    first, latest = Installation(folder / "first" / "home"), Installation(folder / "latest" / "home")
    source = sample_before(folder / "first" / "files")
    (folder / "first.txt").write_text(first.load_well(source=source), encoding="utf-8")
    first.copy(latest.home)
    started = time.monotonic()
    summary = latest.load_well(export="all", export_format="both")
    (folder / "seconds").write_text(str(time.monotonic() - started), encoding="ascii")
    (folder / "latest.txt").write_text(summary, encoding="utf-8")


def _digest() -> str:
    """A name for the state of all files that a load of the sample depends on."""
    found = hashlib.sha256(sys.version.encode())
    for part in _INPUTS:
        path = PROJECT_ROOT / part
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(PROJECT_ROOT)
            if file.is_file() and not _GENERATED.intersection(name.parts):
                found.update(f"{name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _listing(folder: Path) -> str:
    """Names, sizes and times of all files of the homes."""
    files = [path for part in ("first", "latest") for path in (folder / part).rglob("*") if path.is_file()]
    return "\n".join(
        f"{path.relative_to(folder)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sorted(files)
    )


def _drop_all_but_the_newest() -> None:
    made = sorted(CACHE.glob("*/made"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in made[KEPT:]:
        shutil.rmtree(old.parent, ignore_errors=True)
        Path(f"{old.parent}.lock").unlink(missing_ok=True)
