"""Fills the archive from the live publishers or from a folder of their files.

Belongs here: fetching the documents of each source, storing them, and the summary of new, changed, unchanged and failed
documents. Does not belong here: requests to publishers (`sources`), and the content of documents.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.archive.store import Archive, Document
from orchestration.settings import Settings
from orchestration.sources.base import Failed, Response
from orchestration.sources.folder import read_manifest
from orchestration.sources.http import HttpClient
from orchestration.sources.registry import OTHER, SOURCES, identify, is_transformed

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Answer:
    """A publisher answered for a dataset, even if only with "not modified".

    Attributes:
        source, dataset, address: what was requested.
        answered_at: UTC, ISO 8601.
    """

    source: str
    dataset: str
    address: str
    answered_at: str


@dataclass
class GatherSummary:
    """The result of fetching from one source.

    Attributes:
        source: the publisher.
        counts: documents by outcome (new: first of its address; changed; unchanged).
        failed: what could not be fetched, with reasons.
        warnings: problems with documents that were fetched, a sentence each.
        answers: the last answer for each dataset, changed or not, with its address and time.
        size: bytes added to the archive.
    """

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Failed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    size: int = 0

    @property
    def missing(self) -> list[Failed]:
        """The failed documents that are required for a load."""
        return [failure for failure in self.failed if failure.required]


def gather_live(archive: Archive, source: str, settings: Settings) -> GatherSummary:
    """Fetch everything from one live publisher.

    Raises:
        ArchiveError: this machine's clock is behind the archive, or the archive refused a document.
    """
    archive.check_clock(dt.datetime.now(dt.UTC))
    summary = GatherSummary(source)
    try:
        with HttpClient(settings) as client:
            for outcome in SOURCES[source].fetch(client, settings, archive):
                if isinstance(outcome, Failed):
                    summary.failed.append(outcome)
                    continue
                if outcome.warning is not None:
                    summary.warnings.append(f"{outcome.dataset}: {outcome.warning}")
                keep(archive, summary, outcome.dataset, outcome.response, essence=outcome.essence)
    finally:
        archive.save_asked()
    return summary


def gather_folder(
    archive: Archive, source: str, folder: Path, first_day: dt.date | None, last_day: dt.date | None
) -> GatherSummary:
    """Store one source's documents of these days from a folder. For `OTHER`: the documents that no source reads.

    Raises:
        SourceError: the manifest, or a file it lists, is not usable.
    """
    summary = GatherSummary(source)
    for document in read_manifest(folder):
        in_time = (first_day is None or document.as_of >= first_day) and (
            last_day is None or document.as_of <= last_day
        )
        owner, dataset = identify(document.address) or (OTHER, document.path.name)
        if in_time and owner == source:
            keep(archive, summary, dataset, document.response(), document.form, document.note)
    return summary


def claimed(documents: Iterable[Document]) -> list[Document]:
    """The documents, each under the source that reads it now, even if no source read it when it arrived.

    Sidecars never change. If a coin is listed later, its earlier documents are assigned to it here. A document whose
    publisher's module was removed, or whose address requests other figures than its dataset, is listed under `OTHER`.
    """
    return [_claimed(document) for document in documents]


def _claimed(document: Document) -> Document:
    if document.source in SOURCES and not is_transformed(document.source, document.address):
        return document
    source, dataset = identify(document.address) or (OTHER, document.dataset)
    return replace(document, source=source, dataset=dataset)


def source_names() -> Iterator[str]:
    """The publishers, and `OTHER`."""
    yield from SOURCES
    yield OTHER


def keep(
    archive: Archive,
    summary: GatherSummary,
    dataset: str,
    response: Response,
    form: str = "publisher-bytes",
    note: str | None = None,
    essence: Callable[[bytes], bytes] | None = None,
) -> None:
    """Store one answer, and count it in the summary.

    Raises:
        ArchiveError: the disk is full or read-only.
    """
    known = archive.has_address(response.address)
    answer = Answer(summary.source, dataset, response.address, response.retrieved_at.isoformat())
    if dataset not in summary.answers or summary.answers[dataset].answered_at < answer.answered_at:
        summary.answers[dataset] = answer
    document = archive.add(summary.source, dataset, response, form, note, essence)
    if document is None:
        summary.counts[UNCHANGED] += 1
        return
    summary.counts[CHANGED if known else NEW] += 1
    summary.size += document.size
