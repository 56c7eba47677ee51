"""The archive keeps bytes once, adds only what is new, and notices damage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.archive import Archive, ArchiveError
from orchestration.sources.base import Response

ADDRESS = "https://publisher.test/table.txt"


def _response(body: bytes, day: int, address: str = ADDRESS) -> Response:
    return Response(
        address=address, body=body, retrieved_at=dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC), etag=f'"{day}"'
    )


def _objects(folder: Path) -> list[Path]:
    return [path for path in (folder / "objects").rglob("*") if path.is_file()]


def test_bytes_come_back_as_they_came(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    document = archive.add("tic", "slt_table3", _response(b"a\r\nb\x00", 1))
    assert document is not None
    assert Archive(tmp_path).read(document) == b"a\r\nb\x00"


def test_same_bytes_of_an_address_are_unchanged_and_a_return_to_old_bytes_is_not(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.add("tic", "t", _response(b"first", 1)) is not None
    assert archive.add("tic", "t", _response(b"first", 2)) is None
    assert archive.add("tic", "t", _response(b"second", 3)) is not None
    assert archive.add("tic", "t", _response(b"first", 4)) is not None
    assert [document.retrieved_at.day for document in Archive(tmp_path).documents()] == [1, 3, 4]
    assert len(_objects(tmp_path)) == 2, "the same bytes are stored once"


def test_a_document_is_judged_by_what_came_before_it_not_by_when_it_is_loaded(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add("tic", "t", _response(b"second", 3))
    assert archive.add("tic", "t", _response(b"first", 1)) is not None
    assert archive.add("tic", "t", _response(b"first", 1)) is None, "loading it again adds nothing"
    assert archive.add("tic", "t", _response(b"second", 3)) is None


def test_an_answer_replaced_and_restored_on_the_same_day_stands_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    good = archive.add("tic", "t", _response(b"good", 1))
    bad = archive.add("tic", "t", _response(b"bad", 1))
    assert good is not None
    assert bad is not None
    assert archive.documents()[-1].document_id == bad.document_id
    assert archive.add("tic", "t", _response(b"good", 1)) is None
    for view in (archive, Archive(tmp_path)):
        assert [d.document_id for d in view.documents()] == [bad.document_id, good.document_id]


def test_not_modified_adds_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    response = Response(address=ADDRESS, body=b"", retrieved_at=dt.datetime.now(dt.UTC), not_modified=True)
    assert archive.add("tic", "t", response) is None
    assert archive.documents() == []


def test_validators_of_the_newest_document_are_known(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add("tic", "t", _response(b"second", 3))
    archive.add("tic", "t", _response(b"first", 1))
    known = archive.latest_of_address(ADDRESS)
    assert known is not None
    assert known.etag == '"3"'
    assert archive.latest_of_dataset("tic", "t") == known
    assert archive.latest_of_address("https://publisher.test/other") is None


def test_damage_is_noticed_and_named(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    document = archive.add("tic", "t", _response(b"figures", 1))
    assert document is not None
    (path,) = _objects(tmp_path)
    path.write_bytes(b"fogures")
    with pytest.raises(ArchiveError, match=r"publisher\.test/table\.txt.*damaged"):
        archive.read(document)
    path.unlink()
    with pytest.raises(ArchiveError, match="lost the bytes"):
        archive.read(document)


def test_lost_bytes_are_stored_again_when_they_come_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add("tic", "t", _response(b"figures", 1))
    (path,) = _objects(tmp_path)
    path.unlink()
    other = archive.add("tic", "t", _response(b"figures", 2, "https://publisher.test/copy.txt"))
    assert other is not None
    assert archive.read(other) == b"figures"


def test_a_broken_sidecar_is_an_error_that_names_it(tmp_path: Path) -> None:
    Archive(tmp_path).add("tic", "t", _response(b"figures", 1))
    (sidecar,) = (tmp_path / "documents").rglob("*.json")
    sidecar.write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match=sidecar.name):
        Archive(tmp_path)
