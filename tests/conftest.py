"""Fixtures that every layer of tests shares."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from orchestration.settings import PROJECT_ROOT
from tests.installation import Installation, NextLoad, sample_before

# CI judges a change, so it tries the same examples every time; at a desk each run tries others.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

REAL_FILES = PROJECT_ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of real publisher files, read in place; tests that need it skip where it is missing."""
    if not (REAL_FILES / "manifest.csv").is_file():
        pytest.skip(f"no real publisher files at {REAL_FILES}: clone them beside the project to run this test")
    return REAL_FILES


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The embedded sample, loaded once for all tests that only read it; what changes a home works on a copy."""
    folder = tmp_path_factory.getbasetemp()
    # The workers of pytest-xdist have a folder each, below one of all.
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    installation, told = Installation(folder / "demo"), folder / "demo.txt"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(installation.load_well(export="all", export_format="both"), encoding="utf-8")
    assert f"As files:      {installation.home / 'exports'}" in told.read_text(encoding="utf-8")
    return installation


@pytest.fixture(scope="session")
def installation_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes installations in fresh folders."""

    def make(name: str) -> Installation:
        return Installation(tmp_path_factory.mktemp(name) / "home")

    return make


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one run of the tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _made_once(folder: Path, make: Callable[[Installation], None]) -> Installation:
    """A home that the first to need it makes; the others wait for it. Whoever loads into it takes a copy."""
    home = Installation(folder / "home")
    with FileLock(f"{folder}.lock"):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(home)
            (folder / "made").touch()
    return home


def _load_sample(home: Installation) -> None:
    home.load_well()


@pytest.fixture(scope="session")
def embedded(shared_folder: Path) -> Installation:
    """A home with the embedded sample, loaded once; not to be changed."""
    return _made_once(shared_folder / "embedded", _load_sample)


@pytest.fixture(scope="session")
def earlier(shared_folder: Path) -> Installation:
    """A home with the embedded sample as it was before its last day; not to be changed."""

    def make(home: Installation) -> None:
        home.load_well(source=sample_before(home.home.with_name("files")))

    return _made_once(shared_folder / "earlier", make)


@pytest.fixture(scope="session")
def next_load(shared_folder: Path, earlier: Installation) -> NextLoad:
    """The load of the sample's last day into a copy of `earlier`."""

    def make(home: Installation) -> None:
        earlier.copy(home.home)
        started = time.monotonic()
        home.load_well()
        home.home.with_name("seconds").write_text(str(time.monotonic() - started), encoding="ascii")

    home = _made_once(shared_folder / "later", make)
    return NextLoad(home.fingerprint(), float(home.home.with_name("seconds").read_text(encoding="ascii")))
