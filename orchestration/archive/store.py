"""The archive on disk: `objects/` holds bytes by their hash, `documents/` a sidecar for each retrieval.

Belongs here: the layout and its guarantees. A document is one retrieval of one address that gave other bytes than the
retrieval before it. The same bytes are stored once; a sidecar is written only after its bytes are safely on disk,
so that a process killed anywhere leaves either a whole document or none. Files are written in `incoming/` and moved to
their place whole. Bytes that the disk has damaged are stored again as soon as they come again, and until then nobody
is told that we have them.
Does not belong here: where bytes come from (`sources`) and what they mean.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.sources.base import Known, Response

# Both are parts of paths.
_SOURCE = re.compile(r"[a-z][a-z_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveError(Exception):
    """The archive cannot give or take a document; the message says which, and what to do."""


@dataclass(frozen=True)
class Document:
    """One retrieval that brought something new.

    Attributes:
        document_id: 16 hexadecimal digits, a function of address, time of retrieval and content.
        source, dataset: the publisher and its dataset, as `sources` identified them.
        address: where the bytes came from, without any secret.
        retrieved_at: when the bytes were the publisher's answer, UTC.
        sha256, size: of the bytes.
        form: `publisher-bytes`, or what a manifest says of the bytes (`re-expressed`, `re-saved`, `simulated`).
        etag, last_modified: the publisher's validators.
        note: what a manifest says of the document.
        confirmed_at: when the source last gave these bytes as its answer of that time, UTC. It tells which of two
            answers stands where a folder's file was replaced without a new day.
    """

    document_id: str
    source: str
    dataset: str
    address: str
    retrieved_at: dt.datetime
    sha256: str
    size: int
    form: str
    etag: str | None
    last_modified: str | None
    note: str | None
    confirmed_at: dt.datetime

    @property
    def order(self) -> tuple[dt.datetime, dt.datetime, str]:
        """Sorts documents in the order of knowledge."""
        return self.retrieved_at, self.confirmed_at, self.document_id


class Archive:
    """An archive below one folder. Opening it reads all sidecars; adding keeps the view up to date.

    Only the load that holds the home opens it: what a killed load left half-written is swept away.

    Raises:
        ArchiveError: a sidecar is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self._sidecars = folder / "documents"
        self._incoming = folder / "incoming"
        shutil.rmtree(self._incoming, ignore_errors=True)
        self._by_address: dict[str, list[Document]] = defaultdict(list)
        self._by_dataset: dict[tuple[str, str], list[Document]] = defaultdict(list)
        self._newest: Document | None = None
        for document in read_sidecars(folder):
            self._remember(document)

    def documents(self) -> list[Document]:
        """All documents, in the order of knowledge."""
        everything = (document for documents in self._by_dataset.values() for document in documents)
        return sorted(everything, key=lambda document: document.order)

    def documents_of(self, source: str, dataset: str) -> list[Document]:
        """All documents of one dataset, in the order of knowledge."""
        return list(self._by_dataset[source, dataset])

    def latest_of_address(self, address: str) -> Known | None:
        """The newest document fetched from this address; None if its bytes are not whole any more.

        Whoever asks the publisher on these terms (only if it has changed) must hold the bytes that have not.
        """
        documents = self._by_address.get(address)
        return _known(documents) if documents and self._is_whole(documents[-1]) else None

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset, be its bytes whole or not."""
        return _known(self._by_dataset.get((source, dataset)))

    def check_clock(self, now: dt.datetime) -> None:
        """See that what is retrieved now becomes known after all that was retrieved before.

        Raises:
            ArchiveError: this machine's clock is behind the archive, or was ahead when something was stored.
        """
        if self._newest is not None and now < self._newest.confirmed_at:
            raise ArchiveError(
                f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the archive took in a document later than "
                f"that, at {self._newest.confirmed_at:%Y-%m-%d %H:%M} UTC. What is retrieved now would count as known "
                "before it. Set the clock, and run the load again. If the clock is right, it was wrong then: move away "
                f"the sidecars whose `confirmed_at` lies in the future, such as {self._sidecar_path(self._newest)}"
            )

    def add(
        self, source: str, dataset: str, response: Response, form: str = "publisher-bytes", note: str | None = None
    ) -> Document | None:
        """Keep what a publisher answered.

        Returns:
            The new document; None if the address had these bytes already at that time.

        Raises:
            ArchiveError: the disk refused (full, read-only).
        """
        if not _SOURCE.fullmatch(source):  # it names a folder
            raise ValueError(f"{source!r} is no name of a source")
        if response.not_modified:
            return None
        sha256 = hashlib.sha256(response.body).hexdigest()
        before = [d for d in self._by_address[response.address] if d.retrieved_at <= response.retrieved_at]
        is_unchanged = bool(before) and before[-1].sha256 == sha256
        document = Document(
            document_id=_document_id(response.address, response.retrieved_at, sha256),
            source=source,
            dataset=dataset,
            address=response.address,
            retrieved_at=response.retrieved_at,
            sha256=sha256,
            size=len(response.body),
            form=form,
            etag=response.etag,
            last_modified=response.last_modified,
            note=note,
            confirmed_at=self._now(),
        )
        try:
            self._store_object(sha256, response.body)
            if is_unchanged:
                return None
            self._write_sidecar(document)
        except OSError as error:
            raise ArchiveError(
                f"The archive could not store {response.address} below {self._objects.parent}: {error.strerror}. "
                "Nothing of it was kept; free the disk or its permissions and run the load again."
            ) from None
        known = [d for d in before if d.document_id == document.document_id]
        for old in known:
            self._forget(old)
        self._remember(document)
        return None if known else document

    def read(self, document: Document) -> bytes:
        """Give the bytes of a document, checked against their hash.

        Raises:
            ArchiveError: the bytes are missing or damaged.
        """
        return read_object(self._objects.parent, document)

    def _is_whole(self, document: Document) -> bool:
        try:
            self.read(document)
        except ArchiveError:
            return False
        return True

    def _now(self) -> dt.datetime:
        """The time by the clock; just after the newest document's where the clock has been set back."""
        now = dt.datetime.now(dt.UTC)
        return now if self._newest is None else max(now, self._newest.confirmed_at + dt.timedelta(microseconds=1))

    def _store_object(self, sha256: str, body: bytes) -> None:
        path = self._object_path(sha256)
        # Compared whole: the bytes are at hand, and a damaged file is as long as a sound one.
        if not path.exists() or path.stat().st_size != len(body) or path.read_bytes() != body:
            self._write(path, body)

    def _write_sidecar(self, document: Document) -> None:
        times = {"retrieved_at": document.retrieved_at.isoformat(), "confirmed_at": document.confirmed_at.isoformat()}
        content = asdict(document) | times
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        self._write(self._sidecar_path(document), text.encode())

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file aside, and move it to its place whole."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _object_path(self, sha256: str) -> Path:
        return _object_path(self._objects.parent, sha256)

    def _sidecar_path(self, document: Document) -> Path:
        return self._sidecars / document.source / f"{document.retrieved_at:%Y-%m}" / f"{document.document_id}.json"

    def _forget(self, document: Document) -> None:
        self._by_address[document.address].remove(document)
        self._by_dataset[document.source, document.dataset].remove(document)

    def _remember(self, document: Document) -> None:
        for documents in (
            self._by_address[document.address],
            self._by_dataset[document.source, document.dataset],
        ):
            documents.append(document)
            documents.sort(key=lambda known: known.order)
        if self._newest is None or document.confirmed_at > self._newest.confirmed_at:
            self._newest = document


def read_sidecars(folder: Path) -> list[Document]:
    """All documents of the archive in this folder, in the order of knowledge. Only looks, also while a load runs.

    Raises:
        ArchiveError: a sidecar is damaged.
    """
    documents = [_read_sidecar(path) for path in (folder / "documents").glob("*/*/*.json")]
    return sorted(documents, key=lambda document: document.order)


def latest_document(folder: Path, source: str, address: str) -> Document | None:
    """The newest document fetched from an address. Only looks, also while a load runs.

    Args:
        folder: the archive's.
        source: the publisher.
        address: where the bytes came from, without any secret.

    Raises:
        ArchiveError: a sidecar is damaged.
    """
    for month in sorted((folder / "documents" / source).glob("*"), reverse=True):
        found = [document for path in month.glob("*.json") if (document := _read_sidecar(path)).address == address]
        if found:
            return max(found, key=lambda document: document.order)
    return None


def _read_sidecar(path: Path) -> Document:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for name in ("retrieved_at", "confirmed_at"):
            content[name] = dt.datetime.fromisoformat(content[name])
        document = Document(**content)
        _check_identity(document, path.stem)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ArchiveError(
            f"The archive's sidecar {path} is damaged ({error}). Restore it from a backup; or move it away: "
            "the next load takes its document in again if the publisher or the folder still serves it."
        ) from None
    return document


def read_object(folder: Path, document: Document) -> bytes:
    """Give the bytes of a document of the archive in this folder, checked against their hash.

    Raises:
        ArchiveError: the bytes are missing or damaged.
    """
    path = _object_path(folder, document.sha256)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ArchiveError(
            f"The archive has lost the bytes of {document.address} (retrieved {document.retrieved_at:%Y-%m-%d}): "
            f"{path}: {error.strerror}. Restore the file from a backup; a load from a folder or the live "
            "publisher stores it again if it still serves the same bytes."
        ) from None
    if hashlib.sha256(body).hexdigest() != document.sha256:
        raise ArchiveError(
            f"The archive's bytes of {document.address} (retrieved {document.retrieved_at:%Y-%m-%d}) are damaged: "
            f"{path} does not hash to its name any more. Restore the file from a backup; a load from a folder or "
            "the live publisher stores it again if it still serves the same bytes."
        )
    return body


def _object_path(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / sha256


def _document_id(address: str, retrieved_at: dt.datetime, sha256: str) -> str:
    identity = f"{address}\n{retrieved_at.isoformat()}\n{sha256}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _check_identity(document: Document, document_id: str) -> None:
    if not _SOURCE.fullmatch(document.source) or not _SHA256.fullmatch(document.sha256):
        raise ValueError("its source or its hash is none")
    if document_id != _document_id(document.address, document.retrieved_at, document.sha256):
        raise ValueError("its address, time and hash are not those that its name was made of")


def _known(documents: list[Document] | None) -> Known | None:
    if not documents:
        return None
    newest = documents[-1]
    return Known(retrieved_at=newest.retrieved_at, etag=newest.etag, last_modified=newest.last_modified)
