"""Repairs an archive on request: sets aside documents with a future date, and fetches documents again.

Belongs here: selecting those documents and the repair itself. Does not belong here: what a load does by itself
(`gather`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from orchestration.archive.index import drop_index
from orchestration.archive.ledger import REFUSED, Ledger
from orchestration.archive.objects import write_file
from orchestration.archive.store import Archive, ArchiveError, Document, plain, set_aside_path, sidecar_path
from orchestration.settings import Settings
from orchestration.sources.base import FormatError, SourceError
from orchestration.sources.http import HttpClient
from orchestration.sources.registry import OTHER, SOURCES, missing_periods

END_OF_DAY = dt.time(23, 59, 59, tzinfo=dt.UTC)
"""The time of retrieval of documents from a folder."""

_MOVES_WITH_THE_DAY = frozenset({"end", "endTime"})
"""Query parameters that differ between two addresses of the same page of candles."""


def future_documents(documents: Iterable[Document], now: dt.datetime) -> list[Document]:
    """The documents whose retrieval is in the future by this machine's clock, oldest first.

    A folder's documents of today count as retrieved at the end of the day, and are not among them.
    """
    end_of_today = dt.datetime.combine(now.date(), END_OF_DAY)
    return [d for d in documents if d.retrieved_at > now and d.retrieved_at != end_of_today]


def set_aside(folder: Path, documents: Iterable[Document]) -> None:
    """Move the sidecars of documents out of the archive in a folder, to `set_aside/`; moving them back undoes it.

    Raises:
        ArchiveError: a file cannot be moved or written.
    """
    try:
        for document in documents:
            target = set_aside_path(folder, document)
            target.parent.mkdir(parents=True, exist_ok=True)
            sidecar_path(folder, document).replace(target)
    except OSError as error:
        raise ArchiveError(
            f"{error.filename} could not be moved: {error.strerror}. Change its owner or permissions, then try again."
        ) from None


def confirmed_in_the_future(documents: Iterable[Document], now: dt.datetime) -> list[Document]:
    """The documents that were stored, but not retrieved, in the future: a folder's, under a wrong clock."""
    stored = [document for document in documents if document.confirmed_at > now]
    aside = {document.document_id for document in future_documents(stored, now)}
    return [document for document in stored if document.document_id not in aside]


def correct_confirmation(folder: Path, documents: Iterable[Document], now: dt.datetime) -> None:
    """Set the time of storage of documents to now, in their original order.

    Raises:
        ArchiveError: a sidecar cannot be written.
    """
    drop_index(folder)
    ordered = sorted(documents, key=lambda document: document.confirmed_at)
    for place, document in enumerate(ordered, start=1 - len(ordered)):
        corrected = replace(document, confirmed_at=now + dt.timedelta(microseconds=place))
        text = json.dumps(plain(corrected), indent=1, ensure_ascii=False) + "\n"
        try:
            write_file(folder, sidecar_path(folder, document), text.encode())
        except OSError as error:
            raise ArchiveError(f"{sidecar_path(folder, document)} could not be written: {error.strerror}.") from None


@dataclass(frozen=True)
class Target:
    """An address to fetch again, and the reason."""

    source: str
    dataset: str
    address: str
    why: str


def targets(documents: Iterable[Document], ledger: Ledger, what: str | None) -> list[Target]:
    """The addresses to fetch again, in the order of knowledge.

    Args:
        documents: of the archive, in the order of knowledge.
        ledger: what happened to them.
        what: a dataset or an address; None for all documents that were refused, are empty or lack periods.
    """
    newest: dict[str, Document] = {}
    for document in documents:
        if document.source != OTHER and urlsplit(document.address).scheme in ("http", "https"):
            page = _page(document.address)
            newest.pop(page, None)
            newest[page] = document
    found = []
    for document in newest.values():
        why = "asked for" if what in (document.dataset, document.address) else None
        if what is None:
            why = _trouble(document, ledger)
        if why is not None:
            found.append(Target(document.source, document.dataset, document.address, why))
    return found


def refetch(archive: Archive, settings: Settings, chosen: Iterable[Target]) -> Iterator[tuple[Target, bool, str]]:
    """Fetch documents unconditionally, and store those that can be read.

    Yields:
        (target, whether it could be fetched and read, the result in words).

    Raises:
        ArchiveError: this machine's clock is behind the archive, or the disk cannot be written.
    """
    archive.check_clock(dt.datetime.now(dt.UTC))
    with HttpClient(settings) as client:
        for target in chosen:
            source = SOURCES[target.source]
            try:
                response = client.get(
                    target.address,
                    secret_params=_secrets(target, settings),
                    accept_html=target.dataset == "release_calendar",
                )
                rows = len(source.parse(target.dataset, response.body, response.retrieved_at))
            except FormatError as error:
                yield target, False, f"still cannot be read, and was not stored: {error}"
                continue
            except SourceError as error:
                yield target, False, str(error)
                continue
            essence = getattr(source, "essence", None)
            document = archive.add(target.source, target.dataset, response, essence=essence)
            lacking = missing_periods(target.source, target.address, rows)
            short = f", and still lacks {lacking}" if lacking else ""
            yield target, True, f"{'unchanged' if document is None else 'new bytes'}, {rows:,} rows{short}"
    archive.save_asked()


def _trouble(document: Document, ledger: Ledger) -> str | None:
    line = ledger.get(document.document_id)
    if line is None:
        return None
    if line.status == REFUSED:
        return "refused"
    if line.status == "loaded" and not line.rows:
        return "empty"
    lacking = missing_periods(document.source, document.address, line.rows) if line.status == "loaded" else 0
    return f"{lacking} periods missing" if lacking else None


def _page(address: str) -> str:
    """An address without the parameters that change from day to day."""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _MOVES_WITH_THE_DAY]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _secrets(target: Target, settings: Settings) -> dict[str, str]:
    key = settings.fred_api_key
    is_api = target.source == "fred" and urlsplit(target.address).path.startswith("/fred/")
    return {"api_key": key.get_secret_value()} if is_api and key is not None else {}
