"""Damaged files: a load repairs what it can, and reports the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.archive import Archive
from tests.installation import Installation, assert_refused
from tests.sample_homes import SampleHomes


@pytest.fixture
def home(sample: SampleHomes, tmp_path: Path) -> Installation:
    return sample.latest.copy(tmp_path / "home")


def _damage(path: Path, step: int = 2**30) -> None:
    """Turn a bit in the middle of every `step` bytes; the file stays as long as it was."""
    body = bytearray(path.read_bytes())
    for place in range(min(step, len(body)) // 2, len(body), step):
        body[place] ^= 16
    path.write_bytes(body)


def _lose_the_release(home: Installation) -> None:
    shutil.rmtree(home.published.resolve().parent)


def _objects(home: Installation) -> list[Path]:
    return [path for path in (home.home / "archive" / "objects").rglob("*") if path.is_file()]


def test_a_damaged_published_file_is_rebuilt_from_the_archive(sample: SampleHomes, home: Installation) -> None:
    # Behind the head, so that the file still opens.
    _damage(home.published.resolve(), step=2**18)
    with pytest.raises(duckdb.Error):
        home.fingerprint()
    home.load_well(source=sample.first_files)
    assert home.fingerprint() == sample.latest.fingerprint()


def test_a_damaged_archive_is_repaired_by_a_source_that_still_serves_the_bytes(
    sample: SampleHomes, home: Installation
) -> None:
    sound = {path.name: path.read_bytes() for path in _objects(home)}
    for number, path in enumerate(_objects(home)):
        if number % 2:
            _damage(path)
        else:
            path.unlink()
    (home.home / "work" / "tidemark.duckdb").write_bytes(b"left by a crash")
    _lose_the_release(home)
    home.load_well()
    assert {path.name: path.read_bytes() for path in _objects(home)} == sound
    assert home.fingerprint() == sample.latest.fingerprint()


@pytest.mark.parametrize(("harm", "said"), [(_damage, "damaged"), (Path.unlink, "lost the bytes")])
def test_lost_bytes_that_are_no_longer_served_are_reported(
    sample: SampleHomes, home: Installation, harm: Callable[[Path], None], said: str
) -> None:
    archive = Archive(home.home / "archive")
    document = archive.documents_of("tic", "slt_table3")[-1]
    path = home.home / "archive" / "objects" / document.sha256[:2] / document.sha256
    harm(path)
    _lose_the_release(home)
    result = home.load(source=sample.first_files)
    assert_refused(result, str(path), said, document.address)
    assert not home.published.exists()


def test_a_damaged_sidecar_is_named_and_can_be_moved_away(home: Installation) -> None:
    before = home.published.resolve().read_bytes()
    sidecar = next((home.home / "archive" / "documents" / "tic").rglob("*.json"))
    sidecar.write_text(sidecar.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    result = home.load()
    assert_refused(result, str(sidecar), "move it away")
    assert home.published.resolve().read_bytes() == before


def test_a_clock_that_was_set_back_is_reported(home: Installation) -> None:
    before = home.published.resolve().read_bytes()
    sidecar = next((home.home / "archive" / "documents" / "tic").rglob("*.json"))
    content = json.loads(sidecar.read_text(encoding="utf-8"))
    sidecar.write_text(json.dumps(content | {"confirmed_at": "2999-01-01T00:00:00+00:00"}), encoding="utf-8")
    result = home.load(source="live", tic_url="http://127.0.0.1:9", http_attempts="1")
    assert_refused(result, "2999-01-01", "clock", str(sidecar))
    assert home.published.resolve().read_bytes() == before
