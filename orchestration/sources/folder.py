"""Reads a folder of publisher files with a manifest instead of the live publishers.

Belongs here: reading the manifest, and returning its files as if their publishers had served them. The archive and all
later steps treat documents from a folder and from live publishers alike. Does not belong here: which dataset an address
serves (`registry`).
"""

from __future__ import annotations

import csv
import datetime as dt
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import FIRST_YEAR, LAST_YEAR
from orchestration.sources.base import Response, SourceError

COLUMNS = ("path", "source", "url", "as_of", "form", "bytes", "sha256", "note")


@dataclass(frozen=True)
class FolderDocument:
    """One row of a manifest. `address` is the publisher's, or the path if the manifest has none."""

    path: Path
    address: str
    as_of: dt.date
    form: str
    sha256: str
    note: str | None

    def response(self) -> Response:
        """The file as the publisher's answer at the end of its `as_of` day.

        Raises:
            SourceError: the file is missing, or differs from the manifest.
        """
        try:
            body = _bytes_of(self.path)
        except OSError as error:
            raise SourceError(
                f"{self.path}: listed in the manifest, but it cannot be read: {error.strerror}."
            ) from None
        if self.sha256 and hashlib.sha256(body).hexdigest() != self.sha256:
            raise SourceError(
                f"{self.path}: its SHA-256 differs from the manifest. Restore the file, or correct the manifest."
            )
        end_of_day = dt.datetime.combine(self.as_of, dt.time(23, 59, 59), tzinfo=dt.UTC)
        return Response(address=self.address, body=body, retrieved_at=end_of_day)


def read_manifest(folder: Path) -> Iterator[FolderDocument]:
    """The documents of a folder, in the order of `as_of`.

    Raises:
        SourceError: the manifest cannot be read or lacks a column, or a row has no usable path or day.
    """
    manifest = folder / "manifest.csv"
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            rows = list(enumerate(reader, start=2))
    except OSError as error:
        raise SourceError(
            f"{manifest}: cannot be read: {error.strerror}. A folder of publisher files needs a manifest.csv."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{manifest}: cannot be read as CSV in UTF-8 ({error}).") from None
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise SourceError(f"{manifest}: the column {missing[0]} is missing. Its columns must be {', '.join(COLUMNS)}.")
    documents = [_document(folder, manifest, number, row) for number, row in rows]
    yield from sorted(documents, key=lambda document: (document.as_of, str(document.path)))


def _document(folder: Path, manifest: Path, number: int, row: dict[str, str]) -> FolderDocument:
    try:
        as_of = dt.date.fromisoformat(row["as_of"].strip())
    except (ValueError, AttributeError):
        as_of = None
    if as_of is None or not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        raise SourceError(
            f"{manifest}, line {number}: as_of is {row['as_of']!r}; it must be a date, YYYY-MM-DD, "
            f"from {FIRST_YEAR} to {LAST_YEAR}."
        )
    path = _inside(folder, row["path"])
    if path is None:
        raise SourceError(f"{manifest}, line {number}: the path {row['path']!r} is not inside the folder.")
    return FolderDocument(
        path=path,
        address=(row["url"] or "").strip() or f"folder:{row['path']}",
        as_of=as_of,
        form=(row["form"] or "").strip() or "publisher-bytes",
        sha256=(row["sha256"] or "").strip(),
        note=(row["note"] or "").strip() or None,
    )


def _inside(folder: Path, text: str | None) -> Path | None:
    """The file of a path in a folder; None if the path is outside the folder or invalid.

    A link in the folder may point anywhere, because its owner put it there.
    """
    if not text or not text.strip() or "\0" in text:
        return None
    path = Path(os.path.normpath(folder / text.strip()))
    return path if path.is_relative_to(os.path.normpath(folder)) else None


def _bytes_of(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")  # a pipe might never end
    return path.read_bytes()
