"""Full and read-only disks: the load reports them in one message, and readers keep the previous snapshot.

Full disks are small ones made for the test (tmpfs), where the system lets us mount them: for root, and not in most
containers. `--fills` is the number of moments at which the disk fills up (`make faults`: 12).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.home import Home, HomeError
from tests.installation import HANGS, assert_refused
from tests.sample_homes import SampleHomes

DISK_MEGABYTES = 400


@contextmanager
def _mounted(*arguments: str | Path) -> Iterator[None]:
    target = arguments[-1]
    result = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"this system lets us mount nothing: {result.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", target], check=True)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    # Root may write whatever the permission bits say.
    with _mounted("--bind", folder, folder):
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    with _mounted("-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", folder):
        yield folder


@pytest.mark.parametrize("part", ["", "archive", "releases", "work", "dagster", "reports"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, part: str) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    with _read_only(home.root / part), pytest.raises(HomeError, match=f"{home.root / part} cannot be written"):
        home.prepare()


def test_a_load_into_a_home_that_cannot_be_written_ends_before_anything_starts(
    sample: SampleHomes, tmp_path: Path
) -> None:
    home = sample.first.copy(tmp_path / "home")
    before = home.published.resolve().read_bytes()
    with _read_only(home.home / "releases"):
        result = home.load()
        assert_refused(result, f"{home.home / 'releases'} cannot be written")
        assert len(result.stderr.splitlines()) == 1
        assert home.published.resolve().read_bytes() == before


def test_a_load_onto_a_disk_without_room_ends_before_anything_starts(sample: SampleHomes, small_disk: Path) -> None:
    home = sample.first.copy(small_disk / "home")
    with _Filler(small_disk):
        result = home.load()
    assert_refused(result, "MB left", str(home.home))
    assert len(result.stderr.splitlines()) == 1
    assert home.fingerprint() == sample.first.fingerprint()


def test_a_full_disk_stops_a_load_and_the_next_load_recovers(
    sample: SampleHomes, small_disk: Path, pytestconfig: pytest.Config
) -> None:
    fills, seed = pytestconfig.getoption("fills"), pytestconfig.getoption("fault_seed")
    home, complete = sample.first.copy(small_disk / "home"), sample.latest.fingerprint()
    before = home.published.resolve().read_bytes()
    for number in range(fills):
        moment = 2 + (sample.seconds - 2) * (number + random.Random(seed + number).random()) / fills
        load = home.start_load()
        time.sleep(moment)
        with _Filler(small_disk):
            said, _ = load.communicate(timeout=HANGS)
        if load.returncode != 0 and home.published.resolve().read_bytes() == before:
            assert "Traceback" not in said, f"{moment:.1f} s: {said}"
            assert "is full" in said, f"{moment:.1f} s: {said}"
            assert "Nothing was published" in said
            steps = re.compile(r" +[0-9]+\.[0-9] s  ")
            assert len([line for line in said.splitlines() if not steps.match(line)]) < 60, "one screen"
        else:  # the new snapshot was out, or its last byte was written, before the disk was full
            assert home.fingerprint() == complete, said
            shutil.rmtree(home.home)
            home = sample.first.copy(home.home)
    home.load_well()
    assert home.fingerprint() == complete


class _Filler:
    """Fills a disk to the last byte, and keeps it full."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "filler"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._fill)

    def __enter__(self) -> None:
        self._thread.start()
        while shutil.disk_usage(self._path.parent).free > 0:
            time.sleep(0.001)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._path.unlink()

    def _fill(self) -> None:
        with self._path.open("ab", buffering=0) as file:
            while not self._stop.wait(0.002):
                try:
                    while not self._stop.is_set():
                        file.write(bytes(2**20))
                except OSError:
                    continue
