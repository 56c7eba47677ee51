"""The archive keeps bytes once, adds only what is new, and notices damage."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.archive import Archive, ArchiveError
from orchestration.archive.gather import gather_live
from orchestration.archive.objects import object_path
from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import Settings
from orchestration.sources.base import Response
from tests.publisher import Publisher

ADDRESS = "https://publisher.test/table.txt"


def _response(body: bytes, day: int, address: str = ADDRESS) -> Response:
    return Response(
        address=address, body=body, retrieved_at=dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC), etag=f'"{day}"'
    )


def _objects(folder: Path) -> list[Path]:
    return [path for path in (folder / "objects").rglob("*") if path.is_file()]


def test_bytes_are_returned_unchanged(tmp_path: Path) -> None:
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


def test_an_answer_replaced_and_restored_on_the_same_day_is_current_again(tmp_path: Path) -> None:
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


def _damage(path: Path) -> None:
    """Turn one bit, so that the file stays as long as it was."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def _lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_damage, _lose])
@pytest.mark.parametrize("response", [_response(b"figures", 2), _response(b"figures", 2, f"{ADDRESS}?copy")])
def test_damaged_bytes_are_stored_again_when_they_are_fetched_again(
    tmp_path: Path, harm: Callable[[Path], None], response: Response
) -> None:
    archive = Archive(tmp_path)
    document = archive.add("tic", "t", _response(b"figures", 1))
    assert document is not None
    (path,) = _objects(tmp_path)
    harm(path)
    archive.add("tic", "t", response)
    assert archive.read(document) == b"figures"
    assert len(_objects(tmp_path)) == 1


@pytest.mark.parametrize("harm", [_damage, _lose])
def test_damaged_bytes_have_no_validators(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    archive = Archive(tmp_path)
    archive.add("tic", "t", _response(b"figures", 1))
    assert archive.latest_of_address(ADDRESS) is not None
    harm(_objects(tmp_path)[0])
    assert archive.latest_of_address(ADDRESS) is None
    assert archive.latest_of_dataset("tic", "t") is not None


def test_damaged_documents_are_requested_unconditionally(tmp_path: Path) -> None:
    with Publisher(SAMPLE_FOLDER) as publisher:
        settings = Settings(**publisher.addresses, http_requests_per_second=500, http_attempts=1)
        gather_live(Archive(tmp_path), "tic", settings)
        (harmed,) = Archive(tmp_path).documents_of("tic", "slt_table3")
        sound = Archive(tmp_path).read(harmed)
        for asked in (True, False, True):
            if not asked:
                _damage(object_path(tmp_path, harmed.sha256))
            gather_live(Archive(tmp_path), "tic", settings)
            request = publisher.asked("slt_table3.txt")[-1]
            assert ("if-none-match" in request.headers) is asked
            assert Archive(tmp_path).read(harmed) == sound
    assert len(Archive(tmp_path).documents_of("tic", "slt_table3")) == 1


def test_a_broken_sidecar_is_an_error_that_names_it(tmp_path: Path) -> None:
    Archive(tmp_path).add("tic", "t", _response(b"figures", 1))
    (sidecar,) = (tmp_path / "documents").rglob("*.json")
    sidecar.write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match=sidecar.name):
        Archive(tmp_path)


def test_a_sidecar_that_contradicts_its_name_is_damaged(tmp_path: Path) -> None:
    document = Archive(tmp_path).add("tic", "t", _response(b"figures", 1))
    assert document is not None
    (sidecar,) = (tmp_path / "documents").rglob("*.json")
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace("2026-01-01", "2025-01-01"), encoding="utf-8")
    with pytest.raises(ArchiveError, match=f"{sidecar.name} is damaged.*move it away"):
        Archive(tmp_path)
    sidecar.rename(tmp_path / "away.json")
    assert Archive(tmp_path).add("tic", "t", _response(b"figures", 1)) is not None, "it comes again, as it was"
    assert [known.document_id for known in Archive(tmp_path).documents()] == [document.document_id]


def test_half_written_files_are_removed(tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "tmpabc").write_bytes(b"half")
    assert Archive(tmp_path).documents() == []
    assert not (tmp_path / "incoming").exists()


def _store_in_the_future(folder: Path) -> None:
    """As if this machine's clock had been an hour ahead, or had been set back by an hour since."""
    (sidecar,) = (folder / "documents").rglob("*.json")
    content = json.loads(sidecar.read_text(encoding="utf-8"))
    content["confirmed_at"] = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    sidecar.write_text(json.dumps(content), encoding="utf-8")


def test_a_clock_behind_the_archive_is_an_error_with_both_times(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.check_clock(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    archive.add("tic", "t", _response(b"figures", 1))
    archive.check_clock(dt.datetime.now(dt.UTC))
    _store_in_the_future(tmp_path)
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(ArchiveError, match=rf"clock says {now:%Y-%m-%d %H:%M} UTC.*run the load again") as error:
        Archive(tmp_path).check_clock(now)
    (sidecar,) = (tmp_path / "documents").rglob("*.json")
    assert str(sidecar) in str(error.value)


def test_the_clock_is_checked_before_any_request(tmp_path: Path) -> None:
    Archive(tmp_path).add("tic", "t", _response(b"figures", 1))
    _store_in_the_future(tmp_path)
    with pytest.raises(ArchiveError, match="clock"):
        gather_live(Archive(tmp_path), "tic", Settings())


def test_the_order_of_knowledge_does_not_follow_a_clock_that_was_set_back(tmp_path: Path) -> None:
    Archive(tmp_path).add("tic", "t", _response(b"first", 1))
    _store_in_the_future(tmp_path)
    archive = Archive(tmp_path)
    for body in (b"second", b"third", b"fourth"):
        archive.add("tic", "t", _response(body, 1))
    bodies = [archive.read(document) for document in Archive(tmp_path).documents()]
    assert bodies == [b"first", b"second", b"third", b"fourth"]
