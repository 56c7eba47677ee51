"""The archive on disk: `objects/` has the bytes by their hash, `documents/` a sidecar for each retrieval.

Belongs here: the layout and its guarantees. A document is one retrieval of one address whose bytes differ from the
previous retrieval. The same bytes are stored once. A sidecar is written only after its bytes are safely on disk, so a
killed process leaves a complete document or none. Files are written in `incoming/` and then moved into place. Damaged
bytes are stored again as soon as they are fetched again; until then, requests for them are unconditional.

Does not belong here: where bytes come from (`sources`), how they are compressed (`objects`), and what they mean.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from orchestration.archive.index import REWRITTEN_AFTER, drop_index, read_index, write_index
from orchestration.archive.ledger import ACCEPTED, Identities, Identity, Ledger
from orchestration.archive.objects import (
    DamagedError,
    can_be_base,
    object_path,
    read_bytes,
    write_bytes,
    write_file,
)
from orchestration.sources.base import Kept, Known, Response

BASE_DAYS = 100
"""Bytes are compressed against those of the same address that are at most this many days older."""
LIST_FORM = "list"
"""The form of a list of the files of a fetched ZIP: it is ours, and nothing of it is loaded."""
SHRUNK = 0.9
"""A document with fewer rows than this share of the previous one's may be incomplete."""
LONGEST_WAIT = dt.timedelta(days=30)
"""Documents that stay bad are fetched again at least this often."""

# A nightly load does not start at the same second each night.
_EARLY = dt.timedelta(hours=6)

# Both are parts of paths.
_SOURCE = re.compile(r"[a-z][a-z_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAMAGED_ADVICE = (
    "Restore the file from a backup; a load from a folder or the live publisher stores it again if it still serves "
    "the same bytes."
)


class ArchiveError(Exception):
    """The archive cannot read or store a document; the message says which, and what to do."""


@dataclass(frozen=True)
class Document:
    """One retrieval with new bytes.

    Attributes:
        document_id: 16 hexadecimal digits, a function of address, time of retrieval and content.
        source, dataset: the publisher and its dataset, as `sources` identified them.
        address: where the bytes came from, without any secret.
        retrieved_at: when the publisher served the bytes, UTC.
        sha256, size: of the bytes.
        form: `publisher-bytes`, or the form given in a manifest (`re-expressed`, `re-saved`, `simulated`).
        etag, last_modified: the publisher's validators.
        note: the note in a manifest.
        confirmed_at: when the source last served these bytes for that time, UTC. It decides which of two documents is
            current if a file of a folder was replaced without a new day.
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
        """The sort key for the order of knowledge."""
        return self.retrieved_at, self.confirmed_at, self.document_id


_FIELDS = tuple(field.name for field in fields(Document))
_TIMES = (_FIELDS.index("retrieved_at"), _FIELDS.index("confirmed_at"))
_ORDER = attrgetter("order")


class Archive:
    """An archive below one folder. Opening it lists all documents; adding a document updates the list.

    Opening it removes what a killed load left half-written, so only a process that has locked the home may open it,
    or read it with `read_only`.

    Args:
        folder: the archive's.
        ledger: what happened to the documents in earlier loads; None without a warehouse: then every document counts as
            accepted.
        clock: returns the current time, UTC.
        read_only: change nothing, so that a load may be running and the folder may be missing.
        published: the documents of the published warehouse, if they are not in the ledger.

    Raises:
        ArchiveError: a sidecar is damaged or cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        *,
        read_only: bool = False,
        published: Identities | None = None,
    ) -> None:
        self.folder = folder
        self.expected: Identities = {**(published or {}), **(ledger or {})}
        self._ledger = ledger
        self._clock = clock
        if not read_only:
            shutil.rmtree(folder / "incoming", ignore_errors=True)
        self._by_address: dict[str, list[Document]] = defaultdict(list)
        self._by_dataset: dict[tuple[str, str], list[Document]] = defaultdict(list)
        self._everything = read_sidecars(folder) if read_only else _open(folder)
        self._newest: Document | None = None
        for document in self._everything:
            self._by_address[document.address].append(document)
            self._by_dataset[document.source, document.dataset].append(document)
            if self._newest is None or document.confirmed_at > self._newest.confirmed_at:
                self._newest = document
        self._asked = _read_asked(folder, clock())

    def documents(self) -> list[Document]:
        """All documents, in the order of knowledge."""
        return list(self._everything)

    def documents_of(self, source: str, dataset: str) -> list[Document]:
        """All documents of one dataset, in the order of knowledge."""
        return list(self._by_dataset.get((source, dataset), ()))

    def has_address(self, address: str) -> bool:
        """Whether the archive has a document of this address."""
        return bool(self._by_address.get(address))

    def latest_of_address(self, address: str, at_least: int = 0) -> Known | None:
        """The validators for a conditional request; None if the request must be unconditional.

        A request is conditional only if the bytes of the newest document of the address are intact, a load accepted
        it, and its number of rows is complete. After a maintenance page, half a table or no rows, the publisher would
        otherwise answer "not modified" until its next release.

        Args:
            address: where the document comes from, without any secret.
            at_least: how many rows a complete document has.
        """
        documents = self._by_address.get(address)
        if not documents or not self._is_accepted(documents, at_least) or not self._is_whole(documents[-1]):
            return None
        newest = documents[-1]
        return Known(retrieved_at=newest.retrieved_at, etag=newest.etag, last_modified=newest.last_modified)

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset, whether or not its bytes are intact."""
        documents = self._by_dataset.get((source, dataset))
        if not documents:
            return None
        newest = documents[-1]
        return Known(retrieved_at=newest.retrieved_at, etag=newest.etag, last_modified=newest.last_modified)

    def kept(self, address: str) -> Kept | None:
        """The document of an address that is fetched once (a page or an archive of the past), or None."""
        documents = self._by_address.get(address)
        if not documents or not self._is_whole(documents[-1]):
            return None
        newest = documents[-1]
        line = self._ledger.get(newest.document_id) if self._ledger is not None else None
        return Kept(
            retrieved_at=newest.retrieved_at,
            is_refused=line is not None and line.status not in ACCEPTED,
            rows=line.rows if line else None,
            body=lambda: self.read(newest),
        )

    def is_due(self, address: str) -> bool:
        """Whether to fetch a refused, empty or incomplete document of the past again now.

        First at the next load, then less and less often: the wait is as long as the document has been bad, in whole
        days, and at most `LONGEST_WAIT`.
        """
        documents = self._by_address.get(address)
        if not documents:
            return True
        bad_since = documents[-1].retrieved_at
        asked_at = max(self._asked.get(address, bad_since), bad_since)
        wait = min(dt.timedelta(days=round((asked_at - bad_since) / dt.timedelta(days=1))), LONGEST_WAIT)
        return not wait or self._clock() - asked_at >= wait - _EARLY

    def check_clock(self, now: dt.datetime) -> None:
        """Check that new documents will be dated after all documents that were retrieved before.

        Raises:
            ArchiveError: this machine's clock is behind the archive, or was ahead when something was stored.
        """
        if self._newest is not None and now < self._newest.confirmed_at:
            raise ArchiveError(
                f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the archive stored a document later than "
                f"that, at {self._newest.confirmed_at:%Y-%m-%d %H:%M} UTC ({self._sidecar_path(self._newest)}). New "
                "documents would count as known before it. Set the clock, and run the load again. If the clock is "
                "right now, it was wrong then: `tidemark archive set-aside-future` moves the documents of that time "
                "out of the archive (--dry-run lists them)."
            )

    def missing(self) -> list[Identity]:
        """The expected documents that the archive has lost, oldest first; documents set aside do not count."""
        return missing_documents(self.folder, self._everything, self.expected)

    def add(
        self,
        source: str,
        dataset: str,
        response: Response,
        form: str = "publisher-bytes",
        note: str | None = None,
        essence: Callable[[bytes], bytes] | None = None,
    ) -> Document | None:
        """Store a publisher's answer.

        Args:
            source: the publisher.
            dataset: of the answer.
            response: the answer.
            form: of the bytes.
            note: a remark about them.
            essence: reduces bytes to their content, if a publisher writes the same content in other bytes each day.

        Returns:
            The new document; None if the bytes of the address are unchanged.

        Raises:
            ArchiveError: the disk is full or read-only.
        """
        if not _SOURCE.fullmatch(source):  # it names a folder
            raise ValueError(f"{source!r} cannot be the name of a source")
        if response.not_modified:
            return None
        sha256 = hashlib.sha256(response.body).hexdigest()
        before = [d for d in self._by_address[response.address] if d.retrieved_at <= response.retrieved_at]
        is_unchanged = bool(before) and before[-1].sha256 == sha256
        if before and not is_unchanged and essence is not None and self._says_the_same(before[-1], response, essence):
            self._asked[response.address] = response.retrieved_at
            return None
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
        known = [d for d in before if d.document_id == document.document_id]
        try:
            self._store_object(sha256, response, before)
            if is_unchanged:
                self._asked[response.address] = response.retrieved_at
                return None
            if known:
                drop_index(self.folder)
            self._write_sidecar(document)
        except OSError as error:
            raise ArchiveError(
                f"The archive could not store {response.address} below {self.folder}: {error.strerror}. "
                "Nothing was stored. Free disk space or change the permissions, and run the load again."
            ) from None
        for old in known:
            self._forget(old)
        self._remember(document)
        return None if known else document

    def save_asked(self) -> None:
        """Record when the bytes of addresses were last confirmed. If that fails, they are requested sooner."""
        oldest = self._clock() - 2 * LONGEST_WAIT
        recent = {address: moment.isoformat() for address, moment in self._asked.items() if moment > oldest}
        try:
            write_file(self.folder, _asked_path(self.folder), json.dumps(recent, indent=1).encode())
        except OSError:
            return

    def read(self, document: Document) -> bytes:
        """The bytes of a document, checked against their hash.

        Raises:
            ArchiveError: the bytes are missing, damaged or not readable by this user.
        """
        return read_object(self.folder, document)

    def _is_accepted(self, documents: Sequence[Document], at_least: int) -> bool:
        """Whether the newest document of an address was accepted and has enough rows."""
        if self._ledger is None:
            return True
        line = self._ledger.get(documents[-1].document_id)
        if line is None or line.status not in ACCEPTED:
            return False
        if line.status != "loaded":
            return True
        before = self._ledger.get(documents[-2].document_id) if len(documents) > 1 else None
        has_shrunk = before is not None and before.status == "loaded" and line.rows < SHRUNK * before.rows
        return line.rows >= max(at_least, 1) and not has_shrunk

    def _is_whole(self, document: Document) -> bool:
        try:
            self.read(document)
        except ArchiveError:
            return False
        return True

    def _says_the_same(self, before: Document, response: Response, essence: Callable[[bytes], bytes]) -> bool:
        try:
            return essence(self.read(before)) == essence(response.body)
        except ArchiveError:
            return False

    def _now(self) -> dt.datetime:
        """The time by the clock; just after the newest document if the clock was set back."""
        now = self._clock()
        return now if self._newest is None else max(now, self._newest.confirmed_at + dt.timedelta(microseconds=1))

    def _store_object(self, sha256: str, response: Response, before: Sequence[Document]) -> None:
        # Compare all bytes: they are in memory, and a damaged file can have the right length.
        try:
            if read_bytes(self.folder, sha256) == response.body:
                return
        except (OSError, DamagedError):
            pass
        write_bytes(self.folder, sha256, response.body, self._base_for(sha256, response.retrieved_at, before))

    def _base_for(self, sha256: str, retrieved_at: dt.datetime, before: Sequence[Document]) -> str | None:
        """The bytes to compress against: the newest of the address that are not a delta."""
        for document in reversed(before):
            if retrieved_at - document.retrieved_at > dt.timedelta(days=BASE_DAYS):
                return None
            if document.sha256 != sha256 and can_be_base(self.folder, document.sha256):
                return document.sha256
        return None

    def _write_sidecar(self, document: Document) -> None:
        text = json.dumps(plain(document), indent=1, ensure_ascii=False) + "\n"
        write_file(self.folder, self._sidecar_path(document), text.encode())

    def _sidecar_path(self, document: Document) -> Path:
        return sidecar_path(self.folder, document)

    def _forget(self, document: Document) -> None:
        for documents in self._lists_of(document):
            documents.remove(document)

    def _remember(self, document: Document) -> None:
        for documents in self._lists_of(document):
            insort(documents, document, key=_ORDER)
        if self._newest is None or document.confirmed_at > self._newest.confirmed_at:
            self._newest = document

    def _lists_of(self, document: Document) -> Iterator[list[Document]]:
        yield self._everything
        yield self._by_address[document.address]
        yield self._by_dataset[document.source, document.dataset]


def sidecar_path(folder: Path, document: Document) -> Path:
    """The path of the sidecar of a document in an archive."""
    return folder / "documents" / document.source / f"{document.retrieved_at:%Y-%m}" / f"{document.document_id}.json"


def set_aside_path(folder: Path, document: Document) -> Path:
    """The path of the sidecar of a document that was set aside."""
    return folder / "set_aside" / sidecar_path(folder, document).relative_to(folder / "documents")


def read_sidecars(folder: Path, *, with_index: bool = True) -> list[Document]:
    """All documents of the archive in this folder, in the order of knowledge. Read-only, so safe during a load.

    Args:
        folder: the archive's.
        with_index: whether to use the index instead of the sidecars that are in it.

    Raises:
        ArchiveError: a sidecar is damaged or cannot be read.
    """
    index = read_index(folder) if with_index else {}
    documents = [_indexed(index.get(path)) or _read_sidecar(folder / "documents" / path) for path in _names(folder)]
    return sorted(documents, key=_ORDER)


def set_aside_ids(folder: Path) -> frozenset[str]:
    """The ids of the documents that were set aside."""
    return frozenset(path.stem for path in (folder / "set_aside").glob("*/*/*.json"))


def missing_documents(folder: Path, documents: Iterable[Document], expected: Identities) -> list[Identity]:
    """The expected documents that are not among those of the archive in this folder, and were not set aside."""
    lost = expected.keys() - {document.document_id for document in documents}
    if lost:
        lost -= set_aside_ids(folder)
    return sorted((expected[document_id] for document_id in lost), key=lambda line: (line.retrieved_at, line.address))


def latest_document(folder: Path, source: str, address: str) -> Document | None:
    """The newest document fetched from an address. Read-only, so safe during a load.

    Args:
        folder: the archive's.
        source: the publisher.
        address: where the bytes came from, without any secret.

    Raises:
        ArchiveError: a sidecar is damaged or cannot be read.
    """
    for month in sorted((folder / "documents" / source).glob("*"), reverse=True):
        found = [document for path in month.glob("*.json") if (document := _read_sidecar(path)).address == address]
        if found:
            return max(found, key=_ORDER)
    return None


def read_object(folder: Path, document: Document) -> bytes:
    """The bytes of a document of the archive in this folder, checked against their hash.

    Raises:
        ArchiveError: the bytes are missing, damaged or not readable by this user.
    """
    which = f"{document.address} (retrieved {document.retrieved_at:%Y-%m-%d})"
    try:
        return read_bytes(folder, document.sha256)
    except PermissionError as error:
        raise _not_readable(Path(error.filename)) from None
    except OSError as error:
        path = error.filename or object_path(folder, document.sha256)
        raise ArchiveError(
            f"The archive has lost the bytes of {which}: {path}: {error.strerror}. {_DAMAGED_ADVICE}"
        ) from None
    except DamagedError as error:
        raise ArchiveError(
            f"The archive's bytes of {which} are damaged: {error} does not hash to its name any more. {_DAMAGED_ADVICE}"
        ) from None


def _open(folder: Path) -> list[Document]:
    """All documents in the order of knowledge; writes the index again if many are missing in it."""
    index = read_index(folder)
    found: dict[str, Document] = {}
    unindexed = 0
    for path in _names(folder):
        document = _indexed(index.get(path))
        if document is None:
            document = _read_sidecar(folder / "documents" / path)
            unindexed += 1
        found[path] = document
    if unindexed >= REWRITTEN_AFTER:
        write_index(folder, {path: plain(document).values() for path, document in found.items()})
    return sorted(found.values(), key=_ORDER)


def _names(folder: Path) -> Iterator[str]:
    """The paths of all sidecars below `documents`. A folder that cannot be listed is an error, not empty."""
    root = folder / "documents"
    for source in _listed(root):
        for month in _listed(root / source):
            yield from (f"{source}/{month}/{name}" for name in _listed(root / source / month) if name.endswith(".json"))


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names alone, of tens of thousands of files
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        raise _not_readable(folder) from None


def _read_sidecar(path: Path) -> Document:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        document = _document(_cells(content))
        _check_identity(document, path.stem)
    except PermissionError:
        raise _not_readable(path) from None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ArchiveError(
            f"The archive's sidecar {path} is damaged ({error}). Restore it from a backup, or move it away: "
            "the next load stores its document again if the publisher or the folder still serves it."
        ) from None
    return document


def _indexed(cells: Sequence[Any] | None) -> Document | None:
    """The document of an entry of the index; None if there is no usable entry."""
    try:
        return _document(cells) if cells and len(cells) == len(_FIELDS) else None
    except (ValueError, TypeError):
        return None


def _cells(content: dict[str, Any]) -> list[Any]:
    if content.keys() != set(_FIELDS):
        raise ValueError(f"its fields are not {', '.join(_FIELDS)}")
    return [content[name] for name in _FIELDS]


def _document(cells: Sequence[Any]) -> Document:
    content = list(cells)
    for place in _TIMES:
        content[place] = dt.datetime.fromisoformat(content[place])
    return Document(*content)


def plain(document: Document) -> dict[str, Any]:
    """The content of a document's sidecar."""
    cells = vars(document)
    return cells | {_FIELDS[place]: cells[_FIELDS[place]].isoformat() for place in _TIMES}


def from_plain(content: dict[str, Any]) -> Document:
    """The document whose content `plain` gave."""
    return _document(_cells(content))


def _not_readable(path: Path) -> ArchiveError:
    return ArchiveError(
        f"{path} is not readable by this user. It may be intact: run this as the user who loads, or give this user "
        "the right to read the archive."
    )


def _asked_path(folder: Path) -> Path:
    return folder / "asked.json"


def _read_asked(folder: Path, now: dt.datetime) -> dict[str, dt.datetime]:
    """When the bytes of addresses were last confirmed; empty if unknown. A time in the future is from a wrong clock."""
    try:
        content = json.loads(_asked_path(folder).read_text(encoding="utf-8"))
        asked = {address: dt.datetime.fromisoformat(moment) for address, moment in content.items()}
        return {address: moment for address, moment in asked.items() if moment <= now}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _document_id(address: str, retrieved_at: dt.datetime, sha256: str) -> str:
    identity = f"{address}\n{retrieved_at.isoformat()}\n{sha256}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _check_identity(document: Document, document_id: str) -> None:
    if not _SOURCE.fullmatch(document.source) or not _SHA256.fullmatch(document.sha256):
        raise ValueError("its source or its hash is invalid")
    if document_id != _document_id(document.address, document.retrieved_at, document.sha256):
        raise ValueError("its name does not match its address, time and hash")
