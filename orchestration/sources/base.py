"""What every publisher's module shares: its description, the errors, and what a fetch yields.

Belongs here: types that cross the border of a publisher's module. Does not belong here: anything that knows one
publisher, or how HTTP is spoken (`http.py`).
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
    """A publisher or a file did something wrong; the message is the sentence that a user reads."""


class FormatError(SourceError):
    """The bytes are not what the publisher serves under this name. The only error that a parser raises."""


class DeadFileError(FormatError):
    """A file that its publisher no longer updates and still serves; the message names the one to use instead."""


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


@dataclass(frozen=True)
class Retrieval:
    """A parsed document, for the rule that says on which day its publisher released it.

    Attributes:
        dataset, address: of the document.
        newest_period: the newest day or month that it has figures for; None where it has no row.
        retrieved_on: when we got it.
        retrieved_before: when we got the previous document of the dataset; None if there is none.
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
    """How documents that are too fine for the warehouse are treated: their rows go to files, a digest is loaded.

    Attributes:
        applies: whether the documents of a dataset are such.
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
        gives: what is fetched there, as part of a sentence.
        rhythm: how often that changes, as part of a sentence.
    """

    name: str
    url: str
    gives: str
    rhythm: str


@dataclass(frozen=True)
class Publisher:
    """One publisher: what every step, setting and page says of it.

    Attributes:
        name: of the source; names its folder in the archive and its Dagster asset.
        title: its full name, as a citation has it.
        website: the address that a citation has.
        about: what it gives, in a sentence.
        endpoints: its base addresses; the first one is called like the publisher.
        release_days: the days of its past releases, oldest first, where it publishes once a month; None for one that
            publishes on business days or every day.
        release_day: on which day it released a document, or None; no rule where it has no release days.
        aside: how its documents that are too fine are treated; None where it has none.
        examples: address -> a small whole document with made-up figures: what its format looks like. Tests parse every
            one, and the fuzz campaign starts from them.
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
        """Where to ask: what the settings say, or else its own address.

        Args:
            settings: of this load.
            name: of the endpoint; by default the one called like the publisher.
        """
        chosen = name or self.name
        (default,) = (endpoint.url for endpoint in self.endpoints if endpoint.name == chosen)
        return settings.base_urls.get(chosen, default)
