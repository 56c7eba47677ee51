"""Uploading to a folder: the pointer comes last, an interrupted upload continues, old snapshots are removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.warehouse import upload as module
from orchestration.warehouse.upload import Store, UploadError, files_below, upload

ABOUT = {"edition": "public", "as_of": None}


def _snapshot(folder: Path, mark: str) -> list[tuple[str, Path]]:
    folder.mkdir()
    (folder / "tidemark.duckdb").write_bytes(f"warehouse {mark}".encode() * 100)
    (folder / "parquet").mkdir()
    (folder / "parquet" / "fct_holdings.parquet").write_bytes(f"holdings {mark}".encode())
    return [("tidemark.duckdb", folder / "tidemark.duckdb"), *files_below(folder / "parquet", "parquet")]


def _pointer(target: Path) -> dict[str, object]:
    return json.loads((target / "latest.json").read_text())


def test_pointer_names_files_that_are_there(tmp_path: Path) -> None:
    target = tmp_path / "target"
    done = upload(target.as_uri(), "2026-06-18-1", _snapshot(tmp_path / "a", "a"), ABOUT, keep=3)
    assert (done.files, done.sent, done.pruned) == (2, 2, ())
    pointer = _pointer(target)
    assert pointer["snapshot"] == "2026-06-18-1"
    for file in pointer["files"]:
        assert (target / file["path"]).stat().st_size == file["bytes"]
    assert (target / "latest" / "tidemark.duckdb").read_bytes() == (tmp_path / "a" / "tidemark.duckdb").read_bytes()
    assert not list(target.rglob("*.part"))


def test_interrupted_upload_leaves_the_old_pointer_and_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    upload(target.as_uri(), "2026-06-18-1", _snapshot(tmp_path / "a", "a"), ABOUT, keep=3)
    before = _pointer(target)
    put = Store.put

    def cut_off(self: Store, source: Path, name: str, cache: str) -> None:
        if name.endswith(".parquet"):
            raise ConnectionResetError("cut off")
        put(self, source, name, cache)

    second = _snapshot(tmp_path / "b", "b")
    with monkeypatch.context() as patch:
        patch.setattr(module.Store, "put", cut_off)
        with pytest.raises(UploadError, match=r"fct_holdings\.parquet"):
            upload(target.as_uri(), "2026-06-19-1", second, ABOUT, keep=3)
    assert _pointer(target) == before
    assert (target / "latest" / "tidemark.duckdb").read_bytes() == (tmp_path / "a" / "tidemark.duckdb").read_bytes()
    done = upload(target.as_uri(), "2026-06-19-1", second, ABOUT, keep=3)
    assert done.sent == 1
    assert _pointer(target)["snapshot"] == "2026-06-19-1"


def test_old_snapshots_are_removed_and_the_new_one_stays(tmp_path: Path) -> None:
    target = tmp_path / "target"
    for number in range(1, 5):
        done = upload(target.as_uri(), f"2026-06-18-{number}", _snapshot(tmp_path / str(number), "x"), ABOUT, keep=2)
    assert done.pruned == ("2026-06-18-2",)
    assert sorted(path.name for path in (target / "snapshots").iterdir()) == ["2026-06-18-3", "2026-06-18-4"]
    assert [one["id"] for one in _pointer(target)["snapshots"]] == ["2026-06-18-4", "2026-06-18-3"]


def test_same_snapshot_again_sends_nothing(tmp_path: Path) -> None:
    files = _snapshot(tmp_path / "a", "a")
    target = (tmp_path / "target").as_uri()
    upload(target, "2026-06-18-1", files, ABOUT, keep=2)
    assert upload(target, "2026-06-18-1", files, ABOUT, keep=2).sent == 0


@pytest.mark.parametrize("url", ["nosuch://bucket/x", "gs://bucket/x"])
def test_unknown_store_error_names_the_package(tmp_path: Path, url: str) -> None:
    with pytest.raises(UploadError, match=r"install|address"):
        upload(url, "2026-06-18-1", _snapshot(tmp_path / "a", "a"), ABOUT, keep=2)


def test_foreign_pointer_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "latest.json").write_text('{"version": "1.2.3"}')
    with pytest.raises(UploadError, match=r"latest\.json"):
        upload(target.as_uri(), "2026-06-18-1", _snapshot(tmp_path / "a", "a"), ABOUT, keep=2)
    assert (target / "latest.json").read_text() == '{"version": "1.2.3"}'


def test_what_an_interrupted_upload_left_is_removed_by_the_next_one_of_another_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    upload(target.as_uri(), "2026-06-18-1", _snapshot(tmp_path / "a", "a"), ABOUT, keep=3)
    (target / "snapshots" / "mine").mkdir()

    def cut_off(*_: object) -> None:
        raise ConnectionResetError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(module.Store, "write", cut_off)
        with pytest.raises(UploadError):
            upload(target.as_uri(), "2026-06-19-1", _snapshot(tmp_path / "b", "b"), ABOUT, keep=3)
    done = upload(target.as_uri(), "2026-06-20-1", _snapshot(tmp_path / "c", "c"), ABOUT, keep=3)
    assert done.pruned == ("2026-06-19-1",)
    assert sorted(path.name for path in (target / "snapshots").iterdir()) == ["2026-06-18-1", "2026-06-20-1", "mine"]


def test_the_public_edition_takes_back_what_another_edition_published(tmp_path: Path) -> None:
    target, everything = tmp_path / "target", {"edition": "all", "as_of": None}
    before = _snapshot(tmp_path / "a", "a")
    licensed = tmp_path / "licensed.parquet"
    licensed.write_bytes(b"not to be passed on")
    for snapshot in ("2026-06-18-1", "2026-06-19-1"):
        upload(target.as_uri(), snapshot, [*before, ("parquet/licensed.parquet", licensed)], everything, keep=3)
    upload(target.as_uri(), "2026-06-19-1", _snapshot(tmp_path / "b", "b"), ABOUT, keep=3)
    assert not [path for path in target.rglob("*") if path.name.startswith("licensed")]
    assert [one["id"] for one in _pointer(target)["snapshots"]] == ["2026-06-19-1"]
    for file in _pointer(target)["files"]:
        assert (target / file["path"]).stat().st_size == file["bytes"]
