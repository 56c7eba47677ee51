"""Writes the documents of the sample as files, and the manifest that lists them.

Belongs here: the path, address and bytes of a document, and the manifest's columns. Does not belong here: the content
of a document.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.sample import FORM

COLUMNS = ("path", "source", "url", "as_of", "form", "bytes", "sha256", "note")


@dataclass(frozen=True)
class Document:
    """A file in a publisher's format.

    Attributes:
        path: below the sample's folder, with "/".
        source: the publisher, as manifests name it.
        address: where the publisher serves this document.
        as_of: the day on which the publisher would have served these bytes.
        body: the bytes.
        note: a remark about it; may be empty.
    """

    path: str
    source: str
    address: str
    as_of: dt.date
    body: bytes
    note: str = ""


def write_folder(folder: Path, documents: Iterable[Document], readme: bytes) -> int:
    """Write documents, their manifest and a README; an older simulation in the folder is replaced.

    Documents are written one by one, so that a large simulation is never in memory as a whole.

    Returns:
        The number of documents.

    Raises:
        ValueError: the folder contains something that is not a simulation.
    """
    stale = _listed(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[str, ...]] = []
    try:
        for document in documents:
            target = folder / document.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(document.body)
            rows.append(_row(document))
        for path in stale - {row[0] for row in rows}:
            (folder / path).unlink(missing_ok=True)
    finally:
        # Also after a failed run, so that the next run recognizes the folder as its own.
        (folder / "README.md").write_bytes(readme)
        (folder / "manifest.csv").write_bytes(_manifest(rows))
    return len(rows)


def _listed(folder: Path) -> set[str]:
    """The documents of the simulation in a folder: only these may be replaced."""
    manifest = folder / "manifest.csv"
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    if not manifest.is_file():
        raise ValueError(f"{folder} is not empty and has no manifest.csv. Choose a new or an empty folder.")
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    inside = folder.resolve()
    if any(
        row.get("form") != FORM or not (folder / (row.get("path") or "..")).resolve().is_relative_to(inside)
        for row in rows
    ):
        raise ValueError(f"{manifest} lists documents that are not simulated. Choose a new or an empty folder.")
    return {row["path"] for row in rows}


def _row(document: Document) -> tuple[str, ...]:
    return (
        document.path,
        document.source,
        document.address,
        document.as_of.isoformat(),
        FORM,
        str(len(document.body)),
        hashlib.sha256(document.body).hexdigest(),
        document.note,
    )


def _manifest(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(rows))
    return text.getvalue().encode("utf-8")
