"""Lists the archive for people: one line per document, and whether all documents are there and intact.

Belongs here: selecting, verifying and listing documents; it only reads, so it is safe during a load. Does not belong
here: the content of documents, and the archive's layout (`store.py`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.archive.ledger import Identity, Ledger, LedgerLine
from orchestration.archive.store import ArchiveError, Document, read_object

SHORT_HASH = 12
NOT_IN_LEDGER = "-"
SHOWN_MISSING = 5


@dataclass(frozen=True)
class Line:
    """A document and its line in the ledger of the published warehouse.

    Attributes:
        document: as the archive has it.
        entry: the ledger's line; None if the ledger does not have the document.
    """

    document: Document
    entry: LedgerLine | None


def lines_of(
    documents: Iterable[Document],
    ledger: Ledger,
    source: str | None = None,
    since: dt.date | None = None,
) -> list[Line]:
    """Documents of a source, retrieved on this day or later; the newest first."""
    chosen = [
        document
        for document in documents
        if (source is None or document.source == source) and (since is None or document.retrieved_at.date() >= since)
    ]
    newest_first = sorted(chosen, key=lambda document: document.order, reverse=True)
    return [Line(document, ledger.get(document.document_id)) for document in newest_first]


def damaged(folder: Path, documents: Iterable[Document]) -> Iterator[str]:
    """The problems with the bytes of these documents, a sentence each; empty if all are intact."""
    for document in documents:
        try:
            read_object(folder, document)
        except ArchiveError as error:
            yield str(error)


def named(line: Identity) -> str:
    """A document that is only in the ledger, in words."""
    return f"{line.source} {line.dataset}, retrieved {line.retrieved_at:%Y-%m-%d %H:%M} UTC from {line.address}"


def loss(folder: Path, published: Path, missing: Sequence[Identity], known: int) -> str:
    """A message about lost documents, and what to do about them.

    Args:
        folder: the archive's.
        published: the warehouse that was built from them.
        missing: the lost documents, at least one.
        known: how many documents the warehouse was built from.
    """
    shown = [f"  {named(line)}" for line in missing[:SHOWN_MISSING]]
    if len(missing) > SHOWN_MISSING:
        shown.append(f"  and {len(missing) - SHOWN_MISSING} more: `tidemark archive verify` lists them")
    newest = max(line.retrieved_at for line in missing)
    what = f"The archive {folder} lacks {len(missing):,} of the {known:,} documents that the published warehouse has:"
    advice = (
        f"Restore the archive from a backup made after {newest:%Y-%m-%d %H:%M} UTC, and run the load again. If no "
        f"backup has them, remove {published}: the next load then builds a warehouse from the documents that are left, "
        "without the figures of the lost ones."
    )
    return "\n".join([what, *shown, advice])


def table(lines: Sequence[Line]) -> str:
    """The lines in aligned columns, below a heading."""
    heading = ("retrieved (UTC)", "source", "dataset", "released", "bytes", "sha256", "form", "status")
    cells = [
        (
            f"{line.document.retrieved_at:%Y-%m-%d %H:%M:%S}",
            line.document.source,
            line.document.dataset,
            str((line.entry and line.entry.released_on) or NOT_IN_LEDGER),
            f"{line.document.size:,}",
            line.document.sha256[:SHORT_HASH],
            line.document.form,
            (line.entry.status if line.entry else NOT_IN_LEDGER).replace("_", " "),
        )
        for line in lines
    ]
    widths = [max(len(row[place]) for row in (heading, *cells)) for place in range(len(heading))]
    right = heading.index("bytes")
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place == right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (heading, *cells)
    )


def as_json(lines: Sequence[Line]) -> str:
    """The lines for programs: a JSON array, one object per document."""
    return json.dumps(
        [
            {
                "document_id": line.document.document_id,
                "source": line.document.source,
                "dataset": line.document.dataset,
                "address": line.document.address,
                "retrieved_at": line.document.retrieved_at.isoformat(),
                "released_on": line.entry.released_on.isoformat() if line.entry and line.entry.released_on else None,
                "size": line.document.size,
                "sha256": line.document.sha256,
                "form": line.document.form,
                "status": line.entry.status if line.entry else None,
                "reason": line.entry.reason if line.entry else None,
            }
            for line in lines
        ],
        indent=1,
        ensure_ascii=False,
    )
