"""Disks that are full or cannot be written: the load says so in a sentence, and readers keep what they have.

Full disks are small ones made for the test (tmpfs), where the system lets us mount them: for root, and not in most
containers. `TIDEMARK_TEST_FILLS` is the number of moments at which the disk fills up (`make faults`: 12).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installation import Installation, NextLoad, assert_refused

FILLS = int(os.environ.get("TIDEMARK_TEST_FILLS", "1"))
SEED = int(os.environ.get("TIDEMARK_TEST_SEED", "20260618"))
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
def test_a_home_that_cannot_be_written_is_told_before_anything_starts(
    earlier: Installation, tmp_path: Path, part: str
) -> None:
    home = earlier.copy(tmp_path / "home")
    before = home.published.resolve().read_bytes()
    with _read_only(home.home / part):
        result = home.load()
        assert_refused(result, f"{home.home / part} cannot be written", "Give a folder")
        assert len(result.stderr.splitlines()) == 1
        assert home.published.resolve().read_bytes() == before


def test_a_disk_without_room_is_told_before_anything_starts(earlier: Installation, small_disk: Path) -> None:
    home = earlier.copy(small_disk / "home")
    with _Filler(small_disk):
        result = home.load()
    assert_refused(result, "MB left", str(home.home))
    assert len(result.stderr.splitlines()) == 1
    assert home.fingerprint() == earlier.fingerprint()


def test_a_disk_that_fills_up_during_a_load_stops_it_and_the_next_load_heals(
    earlier: Installation, next_load: NextLoad, small_disk: Path
) -> None:
    home = earlier.copy(small_disk / "home")
    before = home.published.resolve().read_bytes()
    for number in range(FILLS):
        moment = 2 + (next_load.seconds - 2) * (number + random.Random(SEED + number).random()) / FILLS
        load = home.start_load()
        time.sleep(moment)
        with _Filler(small_disk):
            said, _ = load.communicate(timeout=300)
        if load.returncode != 0 and home.published.resolve().read_bytes() == before:
            assert "Traceback" not in said, f"{moment:.1f} s: {said}"
            assert "is full" in said, f"{moment:.1f} s: {said}"
            assert "Nothing was published" in said
            assert len(said.splitlines()) < 60, "one screen"
        else:  # the new release was out, or its last byte was written, before the disk was full
            assert home.fingerprint() == next_load.after, said
            home = _anew(home, earlier)
    home.load_well()
    assert home.fingerprint() == next_load.after


def _anew(home: Installation, earlier: Installation) -> Installation:
    shutil.rmtree(home.home)
    return earlier.copy(home.home)


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
