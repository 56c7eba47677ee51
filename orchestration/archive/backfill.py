"""Fills the archive with past TIC releases, from the publisher's own archives of them.

Belongs here: which archives are fetched, and storing their files as documents of the release's day. Does not belong
here: the page and the ZIP files (`sources.tic.release_archives`), requests, and loading: the next load does that.

A file of an archive becomes a document that was retrieved at the end of the day on which its release became public. So
it takes its place among the vintages as if it had been fetched on that day. The last thing stored is a list of the
files of the archive, under the archive's own address: an archive that has it is complete and is not fetched again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orchestration.archive.store import LIST_FORM, Archive
from orchestration.settings import Settings
from orchestration.sources import tic
from orchestration.sources.base import DeadFileError, FormatError, Response, SourceError
from orchestration.sources.http import HttpClient
from orchestration.sources.registry import OTHER
from orchestration.sources.tic.release_archives import ReleaseArchive, members

_END_OF_DAY = dt.time(23, 59, 59, tzinfo=dt.UTC)
_MONTHLY = frozenset({"slt_table1", "slt_table3", "slt_table5", "mfhhis01", "mfh", "cslt"})
"""A release is not complete if one of these is in its archive and cannot be read."""


@dataclass
class Restored:
    """What became of one archive.

    Attributes:
        archive: the archive.
        trouble: why it could not be fetched or read, or which of its tables could not; None if all is well.
        new, unchanged: how many of its files are new documents, and how many were known.
        not_read: its files that no parser reads, and why if there is a reason.
        size: bytes fetched.
    """

    archive: ReleaseArchive
    trouble: str | None = None
    new: int = 0
    unchanged: int = 0
    not_read: list[str] = field(default_factory=list)
    size: int = 0


def is_held(store: Archive, archive: ReleaseArchive) -> bool:
    """Whether all files of an archive were stored before."""
    return store.kept(archive.address) is not None


def chosen(
    archives: Sequence[ReleaseArchive], first_day: dt.date | None, last_day: dt.date | None
) -> list[ReleaseArchive]:
    """The archives of these days, without those whose figures a later one of the same day replaces."""
    return [
        archive
        for archive in archives
        if archive.superseded_by is None
        and (first_day is None or archive.public_on >= first_day)
        and (last_day is None or archive.public_on <= last_day)
    ]


def restore(
    store: Archive, client: HttpClient, settings: Settings, archives: Sequence[ReleaseArchive]
) -> Iterator[Restored]:
    """Fetch archives one at a time, and store their files. A failure affects one archive; the others go on.

    Raises:
        ArchiveError: this machine's clock is behind the archive, or the disk cannot be written.
    """
    store.check_clock(dt.datetime.now(dt.UTC))
    for archive in archives:
        result = Restored(archive)
        try:
            response = client.get(archive.address)
            result.size = len(response.body)
            _store(store, settings, response, result)
        except SourceError as error:
            result.trouble = str(error)
        yield result


def _store(store: Archive, settings: Settings, response: Response, result: Restored) -> None:
    """Store the files of an archive that can be read, and its list of files if none of its tables is missing.

    Raises:
        FormatError: nothing was stored: it is not a ZIP of a release, or no file in it can be read.
    """
    archive = result.archive
    retrieved_at = dt.datetime.combine(archive.public_on, _END_OF_DAY)
    # All of it is unpacked first: a ZIP that breaks off in its last file stores nothing.
    files = list(members(archive, response.body))
    readable, troubles = _readable(files, retrieved_at, result)
    if not readable:
        reason = troubles[0] if troubles else f"none of its {len(files)} files is a table that Tidemark reads."
        raise FormatError(f"{archive.name}: {reason}")
    for dataset, body in readable.items():
        address = tic.address_of(settings, dataset)
        document = store.add(
            tic.NAME, dataset, Response(address, body, retrieved_at), note=f"from {archive.name} of {archive.address}"
        )
        result.new += document is not None
        result.unchanged += document is None
    if troubles:
        result.trouble = f"{archive.name}: not all of its tables can be read. {' '.join(troubles)}"
        return
    listed = [{"name": name, "size": len(body), "dataset": _dataset(name)} for name, body in files]
    content = json.dumps({"size": len(response.body), "files": listed}, indent=1).encode()
    marker = Response(archive.address, content, retrieved_at, response.etag, response.last_modified)
    store.add(OTHER, archive.name, marker, LIST_FORM, "a list of the files of the archive")


def _readable(
    files: Sequence[tuple[str, bytes]], retrieved_at: dt.datetime, result: Restored
) -> tuple[dict[str, bytes], list[str]]:
    """The bytes of each dataset that can be read, and what is wrong with monthly tables that cannot."""
    readable: dict[str, bytes] = {}
    troubles: list[str] = []
    # The text of a table is preferred to the same table in another form: mfhhis01.txt to mfhhis01.csv.
    for name, body in sorted(files, key=lambda file: not file[0].lower().endswith(".txt")):
        dataset = _dataset(name)
        if dataset is None:
            result.not_read.append(name)
        elif dataset not in readable:
            try:
                tic.parse(dataset, body, retrieved_at)
            except DeadFileError:
                result.not_read.append(f"{name} (no longer updated)")
            except FormatError as error:
                result.not_read.append(f"{name} (cannot be read)")
                if dataset in _MONTHLY:
                    troubles.append(str(error))
            else:
                readable[dataset] = body
    return readable, troubles


def _dataset(name: str) -> str | None:
    """The dataset of a file of an archive; None if no parser of figures reads it."""
    dataset = tic.dataset_of(name.lower())
    return None if dataset is None or tic.raw_table(dataset) == tic.CALENDAR else dataset
