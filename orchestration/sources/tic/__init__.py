"""The Treasury International Capital system (TIC): who holds US securities, by country.

Belongs here: which datasets there are, at which addresses, and how they are fetched.
Does not belong here: the layout of a file. Each family of files has a module: `slt` (tables 1, 3, 5 and 3D),
`slt_in_order` (a faster way to read tables 1 and 3), `history` (mfhhis01), `major_holders` (mfh), `cslt` (all
securities since 1984), `transactions` (form S), `survey` (SHL), `release_calendar`. `release_archives` has the ZIP
files of past releases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa

from orchestration.settings import Settings
from orchestration.sources.base import (
    ArchiveView,
    Endpoint,
    Failed,
    Fetched,
    FetchError,
    Publisher,
    Retrieval,
)
from orchestration.sources.tic.countries import country_code_of, known_names
from orchestration.sources.tic.cslt import FILE as CSLT_FILE
from orchestration.sources.tic.cslt import parse_cslt
from orchestration.sources.tic.document import Document, read_document
from orchestration.sources.tic.history import parse_history
from orchestration.sources.tic.major_holders import DATASET as MAJOR_HOLDERS
from orchestration.sources.tic.major_holders import FILE as MAJOR_HOLDERS_FILE
from orchestration.sources.tic.major_holders import check_alive, parse_major_holders
from orchestration.sources.tic.release_archives import INDEX_PATH, ReleaseArchive, parse_index
from orchestration.sources.tic.release_archives import NAME as ARCHIVE_NAME
from orchestration.sources.tic.release_calendar import essence as calendar_essence
from orchestration.sources.tic.release_calendar import parse_release_calendar
from orchestration.sources.tic.releases import announced_days, past_release_days, release_day
from orchestration.sources.tic.slt import parse_table_1, parse_table_3, parse_table_3d, parse_table_5
from orchestration.sources.tic.slt_in_order import read_in_order
from orchestration.sources.tic.statements import statements
from orchestration.sources.tic.survey import parse_survey
from orchestration.sources.tic.transactions import parse_transactions

if TYPE_CHECKING:
    from orchestration.sources.http import HttpClient

__all__ = [
    "NAME",
    "PUBLISHER",
    "address_of",
    "announced_days",
    "country_code_of",
    "dataset_of",
    "fetch",
    "figures",
    "known_names",
    "parse",
    "raw_table",
    "release_archives",
    "release_day",
]

NAME = "tic"
TREASURY = "treasury"
RELEASES = "tic_releases"


def _released_on(document: Retrieval) -> dt.date | None:
    """The release that a document belongs to; the calendar of releases belongs to none."""
    if document.dataset == "release_calendar" or document.newest_period is None:
        return None
    announced = announced_days(document.frames_of("release_calendar"))
    retrieved = (document.retrieved_on, document.retrieved_before)
    return release_day(document.dataset, document.newest_period, *retrieved, announced)


PUBLISHER = Publisher(
    name=NAME,
    title="US Department of the Treasury, Treasury International Capital",
    website="https://ticdata.treasury.gov",
    about="TIC's files: who holds US Treasuries, as the Treasury Department publishes it.",
    endpoints=(
        Endpoint(
            name=NAME,
            url="https://ticdata.treasury.gov",
            gives=(
                "who holds US Treasuries: `slt_table1.txt`, `slt_table3.txt`, `slt_table5.txt`, `mfhhis01.txt`; forty "
                "years of all long-term securities: `cslt.zip`; and history that rarely changes: `slt3d_globl.csv`, "
                "`s1_globl.txt`, `shlhistdat.txt`"
            ),
            rhythm="monthly, about the 18th at 16:00 in Washington, for the month two months earlier",
        ),
        Endpoint(
            name=TREASURY,
            url="https://home.treasury.gov",
            gives="the release calendar; the list of the archives of past releases",
            rhythm="yearly",
        ),
        Endpoint(
            name=RELEASES,
            url="https://www.treasury.gov",
            gives="the archives of past releases, only for `tidemark archive backfill tic`",
            rhythm="monthly",
        ),
    ),
    release_days=past_release_days,
    release_day=_released_on,
)

HOLDINGS = "tic_holdings"
CSLT = "tic_cslt"
CALENDAR = "tic_release_calendar"

_DOCUMENTS = "/resource-center/data-chart-center/tic/Documents/"
_CALENDAR_PAGE = "/data/treasury-international-capital-tic-system/release-dates-of-tic-data"

_PARSERS: dict[str, tuple[str, Callable[[Document], pd.DataFrame]]] = {
    "slt_table3": ("slt_table3.txt", parse_table_3),
    "slt_table5": ("slt_table5.txt", parse_table_5),
    "slt_table1": ("slt_table1.txt", parse_table_1),
    "mfhhis01": ("mfhhis01.txt", parse_history),
    "slt3d_globl": ("slt3d_globl.csv", parse_table_3d),
    "s1_globl": ("s1_globl.txt", parse_transactions),
    "shlhistdat": ("shlhistdat.txt", parse_survey),
}
"""Dataset -> (file name at the publisher, parser)."""

_HISTORY = "cslt"
_FILES = {file: dataset for dataset, (file, _) in _PARSERS.items()} | {
    CSLT_FILE: _HISTORY,
    "mfhhis01.csv": "mfhhis01",
    MAJOR_HOLDERS_FILE: MAJOR_HOLDERS,
    "release-dates-of-tic-data": "release_calendar",
}
_REPLACED_EVERY_MONTH = frozenset({"slt_table3", "slt_table5", "slt_table1", "mfhhis01"})
_TABLES = {**dict.fromkeys(_PARSERS, HOLDINGS), MAJOR_HOLDERS: HOLDINGS, _HISTORY: CSLT, "release_calendar": CALENDAR}


def dataset_of(address: str) -> str | None:
    """Say which TIC dataset an address serves.

    Args:
        address: any address; only the last part of its path counts, since TIC moves between hosts and folders.

    Returns:
        The dataset, or None if the address serves none that is read.
    """
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    return _FILES.get(path.rstrip("/").rpartition("/")[2])


def explain(address: str) -> str | None:
    """Why a file of TIC is not read, and which ones would be; None if it is read, or not TIC's."""
    is_ours = "ticdata.treasury.gov" in address or "/tic/" in address.lower()
    if not is_ours or dataset_of(address) is not None:
        return None
    if ARCHIVE_NAME.fullmatch(address.rpartition("/")[2]):
        return "A whole release in one ZIP. `tidemark archive backfill tic` fetches such files and unpacks them."
    files = ", ".join([*(file for file, _ in _PARSERS.values()), CSLT_FILE])
    return f"Tidemark does not use this file of TIC. It reads {files} at {PUBLISHER.website}{_DOCUMENTS}"


def address_of(settings: Settings, dataset: str) -> str:
    """Where the live publisher serves a dataset of figures.

    Raises:
        KeyError: TIC has no such dataset.
    """
    file = {_HISTORY: CSLT_FILE, MAJOR_HOLDERS: MAJOR_HOLDERS_FILE}.get(dataset) or _PARSERS[dataset][0]
    return f"{PUBLISHER.base_url(settings)}{_DOCUMENTS}{file}"


def release_archives(client: HttpClient, settings: Settings) -> list[ReleaseArchive]:
    """The archives of past releases that the publisher lists, in the order in which they became public.

    Raises:
        FetchError: the page could not be fetched.
        FormatError: it lists no archive.
    """
    page = client.get(f"{PUBLISHER.base_url(settings, TREASURY)}{INDEX_PATH}", accept_html=True)
    return parse_index(page.body, PUBLISHER.base_url(settings, RELEASES), past_release_days())


def raw_table(dataset: str) -> str:
    """The raw table that a dataset's rows go to.

    Raises:
        KeyError: TIC has no such dataset.
    """
    return _TABLES[dataset]


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame | pa.Table:
    """Turn the bytes of a TIC document into rows of its raw table.

    Args:
        dataset: one of the datasets that `dataset_of` gives.
        body: the publisher's bytes, any line ends, UTF-8 or Latin-1.
        retrieved_at: when they were fetched, UTC.

    Returns:
        The columns of `tic_holdings`, `tic_cslt` or `tic_release_calendar`; holdings are in `unit`, millions or
        billions of US dollars, at the end of the month.

    Raises:
        FormatError: the bytes are not the dataset; the message names lines, what was expected, and what to do.
        DeadFileError: an mfh.txt of a time when the publisher no longer updated it.
        KeyError: TIC has no such dataset.
    """
    if dataset == MAJOR_HOLDERS:
        check_alive(retrieved_at)
        return statements(parse_major_holders(read_document(MAJOR_HOLDERS_FILE, body)))
    if dataset == "release_calendar":
        return parse_release_calendar("release dates of TIC data", body, retrieved_at)
    if dataset == _HISTORY:
        return parse_cslt(body)
    in_order = read_in_order(dataset, body)
    return statements(figures(dataset, body)) if in_order is None else in_order


def figures(dataset: str, body: bytes) -> pd.DataFrame:
    """The figures of a document, one per row, as its file lists them: `holdings.COLUMNS`.

    Raises:
        FormatError: as `parse`.
        KeyError: TIC has no such dataset of figures.
    """
    file, parser = _PARSERS[dataset]
    return parser(read_document(file, body))


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Ask the live publisher for each dataset, conditionally where the archive has it.

    The monthly files are required. The frozen files and the survey are required until the archive has them once.
    The full history is required once the archive has it: without it, flows before 2023 are estimates. The calendar is
    never required, since the seed has the past.

    Args:
        client: polite HTTP.
        settings: of this load.
        archive: what we have already.

    Yields:
        One Fetched or Failed for each document, monthly files first. mfh.txt is never asked for.
    """
    for dataset in (*_PARSERS, _HISTORY):
        is_held = archive.latest_of_dataset(NAME, dataset) is not None
        required = is_held if dataset == _HISTORY else dataset in _REPLACED_EVERY_MONTH or not is_held
        yield _ask(client, archive, dataset, address_of(settings, dataset), required)
    calendar = f"{PUBLISHER.base_url(settings, TREASURY)}{_CALENDAR_PAGE}"
    yield _ask(client, archive, "release_calendar", calendar, required=False)


def _ask(client: HttpClient, archive: ArchiveView, dataset: str, address: str, required: bool) -> Fetched | Failed:
    known = archive.latest_of_address(address)
    try:
        response = client.get(address, known=known, accept_html=dataset == "release_calendar")
    except FetchError as error:
        return Failed(dataset, address, str(error), required)
    return Fetched(dataset, response, essence=calendar_essence if dataset == "release_calendar" else None)
