"""Lists the archive: one line per document, and whether its bytes are intact.

Belongs here: choosing, verifying and laying out documents; it only looks, also while a load runs. Does not belong here:
what a document says, and the archive's layout (`store.py`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.archive.store import ArchiveError, Document, read_object

SHORT_HASH = 12
NOT_IN_LEDGER = "-"


@dataclass(frozen=True)
class Line:
    """A document, with its entry in the ledger of the published warehouse.

    Attributes:
        document: as the archive has it.
        released_on: its publisher's day; None where the ledger has none.
        status: as in `raw.documents`; None where the warehouse does not know the document.
    """

    document: Document
    released_on: dt.date | None
    status: str | None


def read_ledger(published: Path) -> Mapping[str, tuple[str, dt.date | None]]:
    """Status and release day by document_id; empty if no readable warehouse is published."""
    try:
        with duckdb.connect(str(published.resolve(strict=True)), read_only=True) as connection:
            rows = connection.execute("select document_id, status, released_on from raw.documents").fetchall()
    except (OSError, duckdb.Error):
        return {}
    return {document_id: (status, released_on) for document_id, status, released_on in rows}


def lines_of(
    documents: Iterable[Document],
    ledger: Mapping[str, tuple[str, dt.date | None]],
    source: str | None = None,
    since: dt.date | None = None,
) -> list[Line]:
    """Documents of a source, retrieved on this day or later; newest first."""
    chosen = [
        document
        for document in documents
        if (source is None or document.source == source) and (since is None or document.retrieved_at.date() >= since)
    ]
    found = [(document, *ledger.get(document.document_id, (None, None))) for document in chosen]
    newest_first = sorted(found, key=lambda entry: entry[0].order, reverse=True)
    return [Line(document, released_on, status) for document, status, released_on in newest_first]


def damaged(folder: Path, documents: Iterable[Document]) -> Iterator[str]:
    """A sentence for each missing or damaged document; nothing if all are intact."""
    for document in documents:
        try:
            read_object(folder, document)
        except ArchiveError as error:
            yield str(error)


def table(lines: Sequence[Line]) -> str:
    """The lines in aligned columns, with a heading."""
    heading = ("retrieved (UTC)", "source", "dataset", "released", "bytes", "sha256", "form", "status")
    cells = [
        (
            f"{line.document.retrieved_at:%Y-%m-%d %H:%M:%S}",
            line.document.source,
            line.document.dataset,
            str(line.released_on or NOT_IN_LEDGER),
            f"{line.document.size:,}",
            line.document.sha256[:SHORT_HASH],
            line.document.form,
            (line.status or NOT_IN_LEDGER).replace("_", " "),
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
    """The lines as a JSON array, one object per document."""
    return json.dumps(
        [
            {
                "document_id": line.document.document_id,
                "source": line.document.source,
                "dataset": line.document.dataset,
                "address": line.document.address,
                "retrieved_at": line.document.retrieved_at.isoformat(),
                "released_on": line.released_on.isoformat() if line.released_on else None,
                "size": line.document.size,
                "sha256": line.document.sha256,
                "form": line.document.form,
                "status": line.status,
            }
            for line in lines
        ],
        indent=1,
        ensure_ascii=False,
    )
