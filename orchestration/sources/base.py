"""Defines what all publishers' modules share: the description of a publisher, the errors, and the results of a fetch.

Belongs here: types in the interface of a publisher's module. Does not belong here: anything about one publisher, and
HTTP (`http.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from orchestration.settings import Settings


class SourceError(Exception):
    """A publisher's answer or a file is wrong; the message is for users."""


class FormatError(SourceError):
    """The bytes do not have the format that the publisher serves under this name. The only error that parsers raise."""


class DeadFileError(FormatError):
    """The publisher serves this file but no longer updates it; the message names the one to use instead."""


class FetchError(SourceError):
    """A document could not be fetched. The message has the address, the reason and the attempts, and never a key."""


@dataclass(frozen=True)
class Response:
    """A complete answer of a publisher.

    Attributes:
        address: of the request, without any secret.
        body: the bytes as served (content encoding undone); empty if `not_modified`.
        retrieved_at: when the last byte arrived, UTC.
        etag, last_modified: the validators to send next time, as the publisher wrote them; None if it sent none.
        not_modified: the publisher answered 304 to our validators.
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
        warning: a remark for people, such as missing days, or None.
        essence: reduces bytes to their content, if the publisher writes the same figures in other bytes each day.
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
    """The newest document of a dataset or an address in the archive."""

    retrieved_at: dt.datetime
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Kept:
    """The document of an address that is fetched only once, such as a page of the past.

    Attributes:
        retrieved_at: UTC.
        is_refused: a load refused it.
        rows: how many rows it had; None if no load has parsed it yet.
        body: reads the bytes.
    """

    retrieved_at: dt.datetime
    is_refused: bool
    rows: int | None
    body: Callable[[], bytes]


class ArchiveView(Protocol):
    """The part of the archive that a fetch may read: the documents that are there already."""

    def latest_of_address(self, address: str, at_least: int = 0) -> Known | None:
        """The validators of the newest document of an address (secrets removed), if it was accepted and is complete.

        None if the request must be unconditional. `at_least`: the rows of a complete document.
        """

    def latest_of_dataset(self, source: str, dataset: str) -> Known | None:
        """The newest document of this dataset."""

    def kept(self, address: str) -> Kept | None:
        """The newest document of an address that is fetched only once, and its status, or None."""

    def is_due(self, address: str) -> bool:
        """Whether to fetch a refused, empty or incomplete document again now."""


@dataclass(frozen=True)
class Retrieval:
    """A parsed document, for the rule that finds its release day.

    Attributes:
        dataset, address: of the document.
        newest_period: the newest day or month with figures; None if it has no row.
        retrieved_on: day of retrieval.
        retrieved_before: day of retrieval of the previous document of the dataset, or None.
        frames_of: (dataset) -> the parsed documents of another dataset of the publisher, the oldest first; those that
            cannot be read are left out.
    """

    dataset: str
    address: str
    newest_period: dt.date | None
    retrieved_on: dt.date
    retrieved_before: dt.date | None
    frames_of: Callable[[str], Iterable[pd.DataFrame]] = lambda _: ()


@dataclass(frozen=True)
class Aside:
    """How to treat documents that are too fine for the warehouse: their rows go to files, and a digest is loaded.

    Attributes:
        applies: whether the documents of a dataset are treated this way.
        keep: (parsed rows, document_id, retrieved_at, folder) -> the rows to load; writes the parsed rows below the
            folder. Raises FormatError.
    """

    applies: Callable[[str], bool]
    keep: Callable[[pd.DataFrame, str, dt.datetime, Path], pd.DataFrame]


@dataclass(frozen=True)
class Endpoint:
    """One base address of a publisher.

    Attributes:
        name: `TIDEMARK_<NAME>_URL` replaces the address.
        url: the address, without a path that belongs to one document.
        gives: its documents, as part of a sentence.
        rhythm: how often they change, as part of a sentence.
    """

    name: str
    url: str
    gives: str
    rhythm: str


@dataclass(frozen=True)
class Publisher:
    """One publisher: the facts that steps, settings and docs use.

    Attributes:
        name: of the source; names its folder in the archive and its Dagster asset.
        title: its full name, for citations.
        website: its address, for citations.
        about: its data, in a sentence.
        endpoints: its base addresses; the first one has the name of the publisher.
        release_days: the days of its past releases, oldest first, if it publishes once a month; None if it publishes on
            business days or every day.
        release_day: the rule that finds the release day of a document; None if the publisher has no release days.
        aside: how to treat its documents that are too fine; None if it has none.
        examples: address -> a small complete document with invented figures. Tests parse every one, and the fuzz
            campaign starts from them.
    """

    name: str
    title: str
    website: str
    about: str
    endpoints: tuple[Endpoint, ...]
    release_days: Callable[[], Sequence[dt.date]] | None = None
    release_day: Callable[[Retrieval], dt.date | None] | None = None
    aside: Aside | None = None
    examples: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def base_url(self, settings: Settings, name: str | None = None) -> str:
        """The base address: from the settings, or else the publisher's own.

        Args:
            settings: of this load.
            name: of the endpoint; by default the first one.
        """
        chosen = name or self.name
        (default,) = (endpoint.url for endpoint in self.endpoints if endpoint.name == chosen)
        return settings.base_urls.get(chosen, default)
