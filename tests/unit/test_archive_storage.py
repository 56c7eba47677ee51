"""The archive on disk: compressed without loss, permissions by the umask, and quick to open after years."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.archive import Archive, ArchiveError
from orchestration.archive.index import REWRITTEN_AFTER, index_path
from orchestration.archive.objects import base_of, object_path, zstd
from orchestration.archive.store import BASE_DAYS, Document, read_sidecars
from orchestration.sources.base import Response

ADDRESS = "https://publisher.test/series.csv"
FIRST = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)


def _csv(days: int, first: float = 4.0) -> bytes:
    """A series as FRED serves it: the whole history, a line a day."""
    start = dt.date(2000, 1, 1)
    rows = [f"{start + dt.timedelta(days=day)},{first + (day * 37 % 101) / 100:.2f}" for day in range(days)]
    return ("observation_date,DGS10\n" + "\n".join(rows) + "\n").encode()


def _add(archive: Archive, body: bytes, day: int, address: str = ADDRESS) -> Document:
    document = archive.add("fred", "DGS10", Response(address, body, FIRST + dt.timedelta(days=day)))
    assert document is not None
    return document


def _stored(folder: Path, document: Document) -> bytes:
    return object_path(folder, document.sha256).read_bytes()


def test_bytes_are_compressed_and_come_back_exactly(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    bodies = {
        "text": _csv(5_000),
        "tiny": b"x",
        "random": os.urandom(5_000),
        "a frame of zstd": b"\x28\xb5\x2f\xfd" + b"y" * 2_000,
        "a skippable frame": b"\x50\x2a\x4d\x18\x20\x00\x00\x00" + b"z" * 2_000,
    }
    for number, (name, body) in enumerate(bodies.items()):
        document = _add(archive, body, number, f"https://publisher.test/{name}")
        assert Archive(tmp_path).read(document) == body, name
        assert document.size == len(body)
    (text, *_) = archive.documents()
    assert len(_stored(tmp_path, text)) < len(bodies["text"]) / 3


def test_a_history_that_grows_daily_takes_little_space(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    whole = _add(archive, _csv(1_000), 0)
    for day in range(1, 61):
        document = _add(archive, _csv(1_000 + day), day)
        stored = _stored(tmp_path, document)
        assert base_of(stored) == whole.sha256, "always the whole one, so that no chain grows"
        assert len(stored) < 500
    for day, document in enumerate(Archive(tmp_path).documents()):
        assert archive.read(document) == _csv(1_000 + day)


def test_a_base_is_not_older_than_some_months_and_of_the_same_address(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    _add(archive, _csv(5_000), 0)
    assert base_of(_stored(tmp_path, _add(archive, _csv(5_001), BASE_DAYS))) is not None
    assert base_of(_stored(tmp_path, _add(archive, _csv(5_002), BASE_DAYS + 1))) is None
    assert base_of(_stored(tmp_path, _add(archive, _csv(5_003), 2, f"{ADDRESS}?other"))) is None


def test_unrelated_bytes_are_not_stored_as_a_delta(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    _add(archive, _csv(2_000), 0)
    assert base_of(_stored(tmp_path, _add(archive, os.urandom(3_000).hex().encode(), 1))) is None


def test_any_reader_of_zstandard_can_read_the_files(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    whole, delta = _add(archive, _csv(3_000), 0), _add(archive, _csv(3_001), 1)
    base = zstd.decompress(_stored(tmp_path, whole))
    assert base == _csv(3_000)
    prefix = zstd.ZstdDict(base, is_raw=True).as_prefix
    assert zstd.decompress(_stored(tmp_path, delta), zstd_dict=prefix) == _csv(3_001)


def test_objects_of_older_archives_are_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    document = _add(archive, _csv(2_000), 0)
    object_path(tmp_path, document.sha256).write_bytes(_csv(2_000))
    assert Archive(tmp_path).read(document) == _csv(2_000)
    assert base_of(_stored(tmp_path, _add(archive, _csv(2_001), 1))) == document.sha256, "and may be a base"


def _flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize(("harm", "words"), [(_flip, "damaged"), (Path.unlink, "lost the bytes")])
def test_a_damaged_base_is_named_and_its_repair_repairs_its_deltas(
    tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    archive = Archive(tmp_path)
    whole, delta = _add(archive, _csv(2_000), 0), _add(archive, _csv(2_001), 1)
    base = object_path(tmp_path, whole.sha256)
    sound = base.read_bytes()
    harm(base)
    with pytest.raises(ArchiveError, match=words) as error:
        archive.read(delta)
    assert str(base) in str(error.value)
    archive.add("fred", "DGS10", Response(ADDRESS, _csv(2_000), whole.retrieved_at))
    assert archive.read(delta) == _csv(2_001)
    assert base.read_bytes() == sound, "stored again in the same form"


def test_a_damaged_delta_does_not_lead_from_base_to_base(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    _add(archive, _csv(2_000), 0)
    first, second = _add(archive, _csv(2_001), 1), _add(archive, _csv(2_002), 2)
    path = object_path(tmp_path, second.sha256)
    stored = path.read_bytes()
    path.write_bytes(stored[:8] + bytes.fromhex(first.sha256) + stored[40:])
    with pytest.raises(ArchiveError, match="damaged"):
        archive.read(second)
    path.write_bytes(stored[:8] + bytes.fromhex(second.sha256) + stored[40:])
    with pytest.raises(ArchiveError, match="damaged"):
        archive.read(second)


# ---------------------------------------------------------------- rights


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_files_follow_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        archive = Archive(tmp_path)
        _add(archive, _csv(100), 0)
        archive.save_asked()
    finally:
        os.umask(before)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {mode}


# ---------------------------------------------------------------- a clock that was ahead


def test_a_document_confirmed_by_a_clock_that_was_ahead_is_due(tmp_path: Path) -> None:
    body = _csv(100)
    _add(Archive(tmp_path), body, 0)
    ahead = FIRST + dt.timedelta(days=400)
    archive = Archive(tmp_path, clock=lambda: ahead)
    assert archive.add("fred", "DGS10", Response(ADDRESS, body, ahead)) is None
    archive.save_asked()
    assert not Archive(tmp_path, clock=lambda: ahead + dt.timedelta(days=1)).is_due(ADDRESS)
    right = Archive(tmp_path, clock=lambda: FIRST + dt.timedelta(days=40))
    assert right.is_due(ADDRESS)
    right.save_asked()
    assert Archive(tmp_path, clock=lambda: ahead + dt.timedelta(days=1)).is_due(ADDRESS), "it was forgotten"


# ---------------------------------------------------------------- years of nights


def _years(folder: Path, documents: int) -> None:
    """Sidecars of many retrievals, without their bytes."""
    one = _add(Archive(folder / "one"), b"x", 0)
    (text,) = (folder / "one" / "documents").rglob("*.json")
    content = json.loads(text.read_text(encoding="utf-8"))
    from orchestration.archive.store import _document_id

    for number in range(documents):
        address = f"{ADDRESS}?id={number % 43}"
        at = FIRST + dt.timedelta(days=number // 43, seconds=number % 43)
        identity = _document_id(address, at, one.sha256)
        path = folder / "documents" / "fred" / f"{at:%Y-%m}" / f"{identity}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        times = {"retrieved_at": at.isoformat(), "confirmed_at": at.isoformat()}
        path.write_text(json.dumps(content | {"document_id": identity, "address": address} | times), encoding="utf-8")
    shutil.rmtree(folder / "one")


def _seconds_to_open(folder: Path) -> float:
    start = time.process_time()
    Archive(folder).documents()
    return time.process_time() - start


def test_opening_the_archive_takes_time_in_proportion_to_its_documents(tmp_path: Path) -> None:
    seconds = {}
    for documents in (2_000, 8_000):
        folder = tmp_path / str(documents)
        _years(folder, documents)
        assert len(Archive(folder).documents()) == documents
        # The quickest of some: a garbage collection of the whole test process may fall into one.
        seconds[documents] = min(_seconds_to_open(folder) for _ in range(4))
    assert seconds[8_000] < 10 * max(seconds[2_000], 0.02), "a square would be 16 times as much"


def test_the_index_replaces_existing_sidecars(tmp_path: Path) -> None:
    _years(tmp_path, REWRITTEN_AFTER + 5)
    assert not index_path(tmp_path).exists()
    read_sidecars(tmp_path)
    assert not index_path(tmp_path).exists(), "who only looks writes nothing"
    before = Archive(tmp_path).documents()
    assert index_path(tmp_path).exists()
    assert Archive(tmp_path).documents() == before == read_sidecars(tmp_path, with_index=False)
    lost, added = before[3], _add(Archive(tmp_path), b"new", 4_000)
    next(tmp_path.rglob(f"{lost.document_id}.json")).unlink()
    assert Archive(tmp_path).documents() == [*before[:3], *before[4:], added]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1, "sidecars": []}', b'{"format": 2}', b"\xff"])
def test_an_unusable_index_is_rebuilt(tmp_path: Path, content: bytes) -> None:
    _years(tmp_path, REWRITTEN_AFTER)
    before = Archive(tmp_path).documents()
    index_path(tmp_path).write_bytes(content)
    assert Archive(tmp_path).documents() == before
    assert json.loads(index_path(tmp_path).read_bytes())["format"] == 1
    entries = json.loads(index_path(tmp_path).read_bytes())
    for cells in entries["sidecars"].values():
        cells[4] = "yesterday"
    index_path(tmp_path).write_text(json.dumps(entries), encoding="utf-8")
    assert Archive(tmp_path).documents() == before


def test_a_rewritten_sidecar_is_not_read_from_the_index(tmp_path: Path) -> None:
    _years(tmp_path, REWRITTEN_AFTER)
    archive = Archive(tmp_path)
    day = FIRST + dt.timedelta(days=5_000)
    for body in (b"good", b"bad", b"good"):
        archive.add("fred", "X", Response(f"{ADDRESS}?restored", body, day))
    assert [archive.read(d) for d in archive.documents_of("fred", "X")] == [b"bad", b"good"]
    assert [d.document_id for d in Archive(tmp_path).documents()] == [d.document_id for d in archive.documents()]
