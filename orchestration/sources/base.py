"""What every publisher's module shares: the errors, and what a fetch yields.

Belongs here: types that cross the border of a publisher's module. Does not belong here: anything that knows one
publisher, or how HTTP is spoken (`http.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class SourceError(Exception):
    """Something a publisher did, or a file holds; the message is the sentence that a user reads."""


class FormatError(SourceError):
    """Bytes that are not what the publisher serves under this name. The only error that a parser raises."""


class DeadFileError(FormatError):
    """A file that its publisher froze and still serves; the message names the file to use instead."""


class FetchError(SourceError):
    """A document could not be fetched: what was asked, what happened, how often it was tried. Never names a key."""


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
    """One document of a dataset, fetched (or confirmed as unchanged).

    Attributes:
        dataset: what it is about.
        response: the publisher's answer.
        warning: what a person should know about it, such as days that it lacks; None if nothing.
        essence: reduces bytes to what they say, where the publisher writes the same figures in other bytes each day.
    """

    dataset: str
    response: Response
    warning: str | None = None
    essence: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True)
class Failed:
    """A document that could not be fetched. A required one stops the load; any other is only reported."""

    dataset: str
    address: str
    reason: str
    required: bool


@dataclass(frozen=True)
class Known:
    """The newest document that the archive has of a dataset or an address."""

    retrieved_at: dt.datetime
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Kept:
    """What the archive has of an address that is asked for once, such as a page of the past.

    Attributes:
        retrieved_at: UTC.
        is_refused: the load that looked at it refused it.
        rows: how many rows it offered; None if no load has looked at it yet.
        body: reads the bytes.
    """

    retrieved_at: dt.datetime
    is_refused: bool
    rows: int | None
    body: Callable[[], bytes]


class ArchiveView(Protocol):
    """The part of the archive that a fetch may look at: what we have already."""

    def latest_of_address(self, address: str, at_least: int = 0) -> Known | None:
        """The validators of the newest document of an address (secrets removed), if it was accepted and is complete.

        None if the publisher must send the document whatever we have. `at_least`: the rows of a complete document.
        """

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset."""

    def kept(self, address: str) -> Kept | None:
        """The newest document of an address that is asked for once, and what became of it; None if there is none."""

    def is_due(self, address: str) -> bool:
        """Whether it is time to ask again for a document that was refused, empty or incomplete."""
