"""The archive on disk: `objects/` holds bytes by their hash, `documents/` a sidecar for each retrieval.

Belongs here: the layout and its guarantees. A document is one retrieval of one address that gave other bytes than the
retrieval before it. The same bytes are stored once; a sidecar is written only after its bytes are safely on disk,
so that a process killed anywhere leaves either a whole document or none.
Does not belong here: where bytes come from (`sources`) and what they mean.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.sources.base import Known, Response


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
    """An archive below one folder. Opening it reads all sidecars; adding keeps the view up to date."""

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self._sidecars = folder / "documents"
        self._by_address: dict[str, list[Document]] = defaultdict(list)
        self._by_dataset: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for document in sorted(self._read_sidecars(), key=lambda document: document.order):
            self._remember(document)

    def documents(self) -> list[Document]:
        """All documents, in the order of knowledge."""
        everything = (document for documents in self._by_dataset.values() for document in documents)
        return sorted(everything, key=lambda document: document.order)

    def documents_of(self, source: str, dataset: str) -> list[Document]:
        """All documents of one dataset, in the order of knowledge."""
        return list(self._by_dataset[source, dataset])

    def latest_of_address(self, address: str) -> Known | None:
        """The newest document fetched from this address."""
        return _known(self._by_address.get(address))

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset."""
        return _known(self._by_dataset.get((source, dataset)))

    def add(
        self, source: str, dataset: str, response: Response, form: str = "publisher-bytes", note: str | None = None
    ) -> Document | None:
        """Keep what a publisher answered.

        Returns:
            The new document; None if the address had these bytes already at that time.

        Raises:
            ArchiveError: the disk refused (full, read-only).
        """
        if response.not_modified:
            return None
        sha256 = hashlib.sha256(response.body).hexdigest()
        before = [d for d in self._by_address[response.address] if d.retrieved_at <= response.retrieved_at]
        if before and before[-1].sha256 == sha256:
            return None
        identity = f"{response.address}\n{response.retrieved_at.isoformat()}\n{sha256}"
        document_id = hashlib.sha256(identity.encode()).hexdigest()[:16]
        document = Document(
            document_id=document_id,
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
            confirmed_at=dt.datetime.now(dt.UTC),
        )
        try:
            self._store_object(sha256, response.body)
            self._write_sidecar(document)
        except OSError as error:
            raise ArchiveError(
                f"The archive could not store {response.address} below {self._objects.parent}: {error.strerror}. "
                "Nothing of it was kept; free the disk or its permissions and run the load again."
            ) from None
        known = [d for d in before if d.document_id == document_id]
        for old in known:
            self._forget(old)
        self._remember(document)
        return None if known else document

    def read(self, document: Document) -> bytes:
        """Give the bytes of a document, checked against their hash.

        Raises:
            ArchiveError: the bytes are missing or damaged.
        """
        path = self._object_path(document.sha256)
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
                f"{path} does not hash to its name any more. Restore it from a backup, or delete it and load again."
            )
        return body

    def _store_object(self, sha256: str, body: bytes) -> None:
        path = self._object_path(sha256)
        if not path.exists() or path.stat().st_size != len(body):
            _write_atomically(path, body)

    def _write_sidecar(self, document: Document) -> None:
        folder = self._sidecars / document.source / f"{document.retrieved_at:%Y-%m}"
        times = {"retrieved_at": document.retrieved_at.isoformat(), "confirmed_at": document.confirmed_at.isoformat()}
        content = asdict(document) | times
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        _write_atomically(folder / f"{document.document_id}.json", text.encode())

    def _read_sidecars(self) -> Iterable[Document]:
        for path in self._sidecars.glob("*/*/*.json"):
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                for name in ("retrieved_at", "confirmed_at"):
                    content[name] = dt.datetime.fromisoformat(content[name])
                yield Document(**content)
            except (OSError, ValueError, TypeError, KeyError) as error:
                raise ArchiveError(
                    f"The archive's sidecar {path} cannot be read ({error}). Restore it from a backup, or move it away."
                ) from None

    def _object_path(self, sha256: str) -> Path:
        return self._objects / sha256[:2] / sha256

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


def _known(documents: list[Document] | None) -> Known | None:
    if not documents:
        return None
    newest = documents[-1]
    return Known(retrieved_at=newest.retrieved_at, etag=newest.etag, last_modified=newest.last_modified)


def _write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
