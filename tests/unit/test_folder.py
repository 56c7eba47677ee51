"""A folder with a manifest replaces the publishers; a manifest that does not match its files is an error."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from orchestration.sources.base import SourceError
from orchestration.sources.folder import COLUMNS, read_manifest

BODY = b"observation_date,DGS10\n"


def _folder(tmp_path: Path, **changes: str) -> Path:
    (tmp_path / "b.csv").write_bytes(BODY)
    (tmp_path / "a.csv").write_bytes(BODY)
    row = {
        "path": "a.csv",
        "source": "fred",
        "url": "https://fred.test/graph/fredgraph.csv?id=DGS10",
        "as_of": "2026-03-01",
        "form": "publisher-bytes",
        "bytes": str(len(BODY)),
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "note": "",
    }
    with (tmp_path / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(row | changes)
        writer.writerow(row | {"path": "b.csv", "as_of": "2026-01-01"})
    return tmp_path


def test_documents_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    first, second = read_manifest(_folder(tmp_path))
    assert (first.path.name, second.path.name) == ("b.csv", "a.csv")
    response = second.response()
    assert response.body == BODY
    assert response.retrieved_at.isoformat() == "2026-03-01T23:59:59+00:00"


def test_a_document_without_an_address_is_known_by_its_path(tmp_path: Path) -> None:
    _, document = read_manifest(_folder(tmp_path, url=""))
    assert document.address == "folder:a.csv"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"as_of": "soon"}, "line 2: as_of is 'soon'"),
        ({"path": "../a.csv"}, "is not inside the folder"),
        ({"path": ""}, "is not inside the folder"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        list(read_manifest(_folder(tmp_path, **change)))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"sha256": "0" * 64}, "SHA-256 differs from the manifest"), ({"path": "c.csv"}, "cannot be read")],
)
def test_a_file_that_differs_from_the_manifest_is_refused(tmp_path: Path, change: dict[str, str], said: str) -> None:
    _, document = read_manifest(_folder(tmp_path, **change))
    with pytest.raises(SourceError, match=said):
        document.response()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,source,url\n", encoding="utf-8")
    with pytest.raises(SourceError, match="column as_of is missing"):
        list(read_manifest(tmp_path))
