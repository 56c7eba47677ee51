"""Reads the ledger of the published warehouse: the archive needs to know which documents were accepted.

Belongs here: reading the ledger's lines. Does not belong here: writing them (`loading.ledger`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.published import PublishedError, explain, open_published

ACCEPTED = frozenset({"loaded", "dead"})
"""Statuses of documents that a publisher need not send again while they are unchanged."""
REFUSED = "refused"


@dataclass(frozen=True)
class Identity:
    """Which document a line of the ledger is about; every version of Tidemark writes these columns.

    Attributes:
        source, dataset, address: as in the document.
        retrieved_at: UTC.
    """

    source: str
    dataset: str
    address: str
    retrieved_at: dt.datetime


@dataclass(frozen=True)
class LedgerLine(Identity):
    """What happened to a document.

    Attributes:
        released_on: the publisher's release day; None if it has none.
        status: loaded, refused, dead or not_used.
        reason: why it was refused or is not used; None otherwise.
        rows: how many rows it had.
    """

    released_on: dt.date | None
    status: str
    reason: str | None
    rows: int


Ledger = Mapping[str, LedgerLine]
"""Lines by document_id."""
Identities = Mapping[str, Identity]
"""The documents of a ledger by document_id."""


def ledger_of(connection: duckdb.DuckDBPyConnection) -> dict[str, LedgerLine]:
    """The ledger of an open warehouse."""
    rows = connection.execute(
        "select document_id, source, dataset, address, retrieved_at, released_on, status, reason, rows_parsed "
        "from raw.documents"
    ).fetchall()
    return {
        document_id: LedgerLine(
            source, dataset, address, retrieved_at.replace(tzinfo=dt.UTC), released_on, status, reason, parsed
        )
        for document_id, source, dataset, address, retrieved_at, released_on, status, reason, parsed in rows
    }


def read_ledger(published: Path) -> dict[str, LedgerLine]:
    """The ledger of a published warehouse; empty if none is published.

    Raises:
        PublishedError: it exists and cannot be read.
    """
    if not published.exists():
        return {}
    try:
        with open_published(published) as connection:
            return ledger_of(connection)
    except duckdb.Error as error:
        raise PublishedError(explain(error, published)) from None


def first_identities(files: Iterable[Path], warn: Callable[[str], object]) -> dict[str, Identity]:
    """The documents of the first of these warehouses that can be read, also if another version of Tidemark made it.

    Args:
        files: warehouses, the preferred one first.
        warn: gets the reason why one cannot be read.

    Returns:
        By document_id; empty if none can be read.
    """
    for file in files:
        try:
            with open_published(file) as connection:
                rows = connection.execute(
                    "select document_id, source, dataset, address, retrieved_at from raw.documents"
                ).fetchall()
        except PublishedError as error:
            warn(str(error))
        except duckdb.Error as error:
            warn(explain(error, file))
        else:
            return {
                document_id: Identity(source, dataset, address, retrieved_at.replace(tzinfo=dt.UTC))
                for document_id, source, dataset, address, retrieved_at in rows
            }
    return {}
