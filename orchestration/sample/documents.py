"""One document of the sample on its way to a file, and the manifest that lists them.

Belongs here: the path, address and bytes of a document, and the manifest's columns. Does not belong here: what stands
in a document.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.sample import FORM

COLUMNS = ("path", "source", "url", "as_of", "form", "bytes", "sha256", "note")


@dataclass(frozen=True)
class Document:
    """A file in a publisher's format.

    Attributes:
        path: below the sample's folder, with "/".
        source: the publisher, as manifests name it.
        address: where the publisher serves this document.
        as_of: the day on which these would have been the bytes served.
        body: the bytes.
        note: what is remarkable about it; may be empty.
    """

    path: str
    source: str
    address: str
    as_of: dt.date
    body: bytes
    note: str = ""


def manifest(documents: Iterable[Document]) -> bytes:
    """Write the manifest of a folder of documents, in the order of their paths."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for document in sorted(documents, key=lambda item: item.path):
        writer.writerow(
            [
                document.path,
                document.source,
                document.address,
                document.as_of.isoformat(),
                FORM,
                len(document.body),
                hashlib.sha256(document.body).hexdigest(),
                document.note,
            ]
        )
    return text.getvalue().encode("utf-8")
