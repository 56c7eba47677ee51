"""Unreadable files are reported as unreadable, not as damaged or missing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.archive import Archive
from orchestration.archive.objects import object_path
from orchestration.archive.store import read_object, read_sidecars
from orchestration.sources.base import Response


def _as_somebody_else(run: Callable[[], object]) -> str:
    """Run something as a user without rights; what it raised, as text."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        said = "nothing was raised"
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            run()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that every user can enter."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


@pytest.mark.parametrize("what", ["documents", "fred", "sidecar", "object"])
def test_an_unreadable_file_is_not_reported_as_damaged(open_folder: Path, what: str) -> None:
    folder = open_folder / "archive"
    response = Response("https://publisher.test/series.csv", b"figures", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    document = Archive(folder).add("fred", "DGS10", response)
    assert document is not None
    (sidecar,) = (folder / "documents").rglob("*.json")
    path = {
        "documents": folder / "documents",
        "fred": folder / "documents" / "fred",
        "sidecar": sidecar,
        "object": object_path(folder, document.sha256),
    }[what]
    path.chmod(0)

    def read() -> None:
        for found in read_sidecars(folder):
            read_object(folder, found)

    try:
        said = _as_somebody_else(read)
    finally:
        path.chmod(0o700)
    assert said.startswith("ArchiveError")
    assert f"{path} is not readable by this user" in said
    assert "damaged" not in said
    assert "move it away" not in said
