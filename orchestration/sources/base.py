"""What every publisher's module shares: the errors, and what a fetch yields.

Belongs here: types that cross the border of a publisher's module. Does not belong here: anything that knows one
publisher, or how HTTP is spoken (`http.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


class SourceError(Exception):
    """Something a publisher did, or a file holds; the message is the sentence that a user reads."""


class FormatError(SourceError):
    """Bytes that are not what the publisher serves under this name. The only error that a parser raises."""


class DeadFileError(FormatError):
    """A file that its publisher froze and still serves; the message names the file to use instead."""


class FetchError(SourceError):
    """A document could not be had: what was asked, what happened, how often it was tried. Never names a key."""


@dataclass(frozen=True)
class Response:
    """A complete answer of a publisher.

    Attributes:
        address: what was asked, without any secret.
        body: the bytes as served (content encoding undone); empty if `not_modified`.
        retrieved_at: when the last byte arrived, UTC.
        etag, last_modified: the validators to send next time, as the publisher wrote them; None if it sent none.
        not_modified: the publisher said 304 to our validators.
    """

    address: str
    body: bytes
    retrieved_at: dt.datetime
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


@dataclass(frozen=True)
class Fetched:
    """One document of a dataset, fetched (or confirmed as unchanged)."""

    dataset: str
    response: Response


@dataclass(frozen=True)
class Failed:
    """One document that could not be had. A required one stops the load; another is reported, and the load goes on."""

    dataset: str
    address: str
    reason: str
    required: bool


@dataclass(frozen=True)
class Known:
    """What the archive has of a dataset or an address already."""

    retrieved_at: dt.datetime
    etag: str | None
    last_modified: str | None


class ArchiveView(Protocol):
    """The part of the archive that a fetch may look at: what we have already."""

    def latest_of_address(self, address: str) -> Known | None:
        """The newest document fetched from this address (secrets removed)."""

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset."""
