"""Fills the archive: from the live publishers, or from a folder in their place.

Belongs here: asking each source for its documents, keeping them, and the summary of what was new, changed, unchanged
or failed. Does not belong here: how a publisher is asked (`sources`), and what documents say.
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
from orchestration.sources.registry import OTHER, SOURCES, identify

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Answer:
    """A publisher answered for a dataset, if only to say that nothing has changed.

    Attributes:
        source, dataset, address: what was asked.
        answered_at: UTC, ISO 8601.
    """

    source: str
    dataset: str
    address: str
    answered_at: str


@dataclass
class GatherSummary:
    """What one source gave.

    Attributes:
        source: the publisher.
        counts: documents by outcome (new: first of its address; changed; unchanged).
        failed: what could not be fetched, with reasons.
        warnings: what is wrong with documents that were fetched, a sentence each.
        answers: when each dataset last gave an answer, changed or not, and from where.
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
        """The failed documents that the load cannot do without."""
        return [failure for failure in self.failed if failure.required]


def gather_live(archive: Archive, source: str, settings: Settings) -> GatherSummary:
    """Ask one live publisher for everything it has for us.

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
                _keep(archive, summary, outcome.dataset, outcome.response, essence=outcome.essence)
    finally:
        archive.save_asked()
    return summary


def gather_folder(
    archive: Archive, source: str, folder: Path, first_day: dt.date | None, last_day: dt.date | None
) -> GatherSummary:
    """Take one source's documents of these days from a folder. `OTHER` takes the documents that no source reads.

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
            _keep(archive, summary, dataset, document.response(), document.form, document.note)
    return summary


def claimed(documents: Iterable[Document]) -> list[Document]:
    """The documents, those that no source read when they came under the source that reads them now.

    A sidecar is never changed: a coin that is listed later claims its documents here. One whose publisher's module is
    gone is listed under `OTHER`.
    """
    return [_claimed(document) for document in documents]


def _claimed(document: Document) -> Document:
    if document.source in SOURCES:
        return document
    source, dataset = identify(document.address) or (OTHER, document.dataset)
    return replace(document, source=source, dataset=dataset)


def source_names() -> Iterator[str]:
    """The publishers, and `OTHER`."""
    yield from SOURCES
    yield OTHER


def _keep(
    archive: Archive,
    summary: GatherSummary,
    dataset: str,
    response: Response,
    form: str = "publisher-bytes",
    note: str | None = None,
    essence: Callable[[bytes], bytes] | None = None,
) -> None:
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
