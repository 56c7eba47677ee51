"""The Office of Financial Research: its daily Financial Stress Index with its components.

Belongs here: the address of the index's CSV, its layout, and the request. Does not belong here: comparison with other
indexes, and when a figure became known.

Dataset: `fsi`, one document: the whole history since 2000, one row per business day, one column for the index, for each
of five categories (they add up to it) and for each of three regions. It is published two business days later. The
history has never been re-estimated (five editions from 2018 to 2025 agree), but every edition that differs is stored.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FetchError, FormatError, Publisher
from orchestration.sources.http import HttpClient
from orchestration.sources.numbers import read_figures, too_large
from orchestration.tables.raw import ofr_stress_index

PUBLISHER = Publisher(
    name="ofr",
    title="Office of Financial Research",
    website="https://www.financialresearch.gov",
    about="The OFR's daily Financial Stress Index: a benchmark for our own.",
    endpoints=(
        Endpoint(
            name="ofr",
            url="https://www.financialresearch.gov",
            gives="the Financial Stress Index, its five categories and three regions: `fsi.csv`",
            rhythm="each business day, two business days later",
        ),
    ),
    examples={
        "https://www.financialresearch.gov/financial-stress-index/data/fsi.csv": (
            b"Date,OFR FSI,Credit,Equity valuation,Safe assets,Funding,Volatility,"
            b"United States,Other advanced economies,Emerging markets\n"
            b"2000-01-03,-0.3005,-0.315,-0.325,-0.335,-0.345,-0.355,-0.365,-0.375,-0.385\n"
            b"2000-01-04,0.405,-0.415,,-0.435,-0.445,-0.455,-0.465,-0.475,-0.485\n"
            b"2000-01-05,-0.505,-0.515,-0.525,-0.535,-0.545,-0.555,-0.565,-0.575,-0.585\n"
        )
    },
)
DATASET = "fsi"

_PATH = "/financial-stress-index/data/fsi.csv"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WHOLE_DIGITS = 6
"""Digits before the point in raw's DECIMAL."""
_FIRST_DAYS = dt.date(2000, 1, 31)
"""The history begins before this day, on 3 January 2000."""
_LARGEST_DOCUMENT = 8 * 2**20
_AGAIN = "Fetch it again. If the problem persists, the publisher has changed its format."


def dataset_of(address: str) -> str | None:
    """The dataset that an address serves, at any host; None if it is not one of ours."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    return DATASET if path == _PATH else None


def explain(address: str) -> str | None:
    """Why a file of the OFR is not read, and which one is; None if it is read, or not the OFR's."""
    is_ours = "financialresearch.gov" in address or "financial-stress-index" in address
    return (
        f"Tidemark reads one file of the OFR: {PUBLISHER.website}{_PATH}"
        if is_ours and not dataset_of(address)
        else None
    )


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table of the dataset's rows."""
    return ofr_stress_index.TABLE.name


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Parse the CSV into rows.

    Args:
        dataset: `fsi`.
        body: the CSV.
        retrieved_at: later days cannot be known yet.

    Returns:
        date, component (as in the header: "OFR FSI"), value (index points; NaN for a blank cell), line_number.

    Raises:
        FormatError: it is not the index.
    """
    if dataset != DATASET:
        raise FormatError(f"OFR: {dataset!r} is not a dataset. Expected {DATASET!r}.")
    header, lines = _lines(body)
    columns = _columns(header)
    wrong = next((number for number, line in lines if len(line) != len(header)), None)
    if wrong is not None:
        raise FormatError(f"OFR {DATASET}: expected {len(header)} cells on line {wrong}, as in the header. {_AGAIN}")
    if not lines:
        raise FormatError(f"OFR {DATASET}: expected a row per business day, found none. Fetch it again.")
    numbers = np.array([number for number, _ in lines], dtype=np.int64)
    cells = pd.DataFrame([line for _, line in lines], dtype="str").apply(lambda column: column.str.strip())
    dates = _days(cells[0], numbers, retrieved_at)
    values = [_values(name, cells[place], numbers) for name, place in columns.items()]
    return pd.DataFrame(
        {
            "date": np.tile(dates, len(columns)),
            "component": pd.Series(np.repeat(np.array([*columns], dtype=object), len(dates)), dtype="str"),
            "value": np.concatenate(values),
            "line_number": np.tile(numbers, len(columns)),
        }
    )


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch the index. It is not required: it is only a benchmark for our own index.

    Yields:
        One Fetched or Failed.
    """
    address = address_of(settings)
    try:
        response = client.get(address, known=archive.latest_of_address(address, _rows_due(dt.datetime.now(dt.UTC))))
    except FetchError as error:
        yield Failed(DATASET, address, str(error), required=False)
    else:
        yield Fetched(DATASET, response)


def _rows_due(now: dt.datetime) -> int:
    """The minimum number of rows of the whole history: some business days are holidays."""
    days = int(np.busday_count(_FIRST_DAYS, now.date()))
    return len(ofr_stress_index.SERIES) * days * 9 // 10


def address_of(settings: Settings) -> str:
    """The address of the CSV."""
    return f"{PUBLISHER.base_url(settings)}{_PATH}"


def _lines(body: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header's cells, and the cells of each following line that is not blank, with its number."""
    if len(body) > _LARGEST_DOCUMENT:
        raise FormatError(f"OFR {DATASET}: expected some 600,000 bytes, found {len(body):,}. {_AGAIN}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"OFR {DATASET}: expected UTF-8, found the byte 0x{body[error.start]:02x} on line {line}. {_AGAIN}"
        ) from None
    if not text.strip():
        raise FormatError(f"OFR {DATASET}: the document is empty. {_AGAIN}")
    if text.lstrip().startswith("<"):
        raise FormatError(
            f"OFR {DATASET}: the document is a web page (HTML) or XML, not CSV: {_shown(text.lstrip())}. "
            "The publisher, or something on the way to it, refused the request: fetch it again later."
        )
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise FormatError(f"OFR {DATASET}: the document is not CSV ({error}). {_AGAIN}") from None
    # A last line without a line end may be cut off inside a number. Skip it; the next edition has it.
    whole = lines[1:] if text.endswith(("\n", "\r")) else lines[1:-1]
    return lines[0], [(number, line) for number, line in enumerate(whole, start=2) if line]


def _columns(header: list[str]) -> dict[str, int]:
    """The column of each component. Other columns are ignored."""
    names = [" ".join(cell.split()) for cell in header]
    known = [series.published_name for series in ofr_stress_index.SERIES]
    missing = [name for name in known if names.count(name) != 1]
    if not names or names[0] != "Date" or missing:
        lacks = f"; {missing[0]} is missing or repeated" if missing else ""
        raise FormatError(
            f"OFR {DATASET}: expected `Date` and {', '.join(known)}, each once, "
            f"found {_shown(', '.join(names))} on line 1{lacks}. {_AGAIN}"
        )
    return {name: names.index(name) for name in known}


def _days(texts: pd.Series, numbers: npt.NDArray[np.int64], retrieved_at: dt.datetime) -> npt.NDArray[np.datetime64]:
    """The days: each once, in order, and none in the future."""
    dates = pd.to_datetime(texts.where(texts.str.fullmatch(_DAY)), format="%Y-%m-%d", errors="coerce")
    is_day = dates.notna().to_numpy()
    if not is_day.all():
        place = int(np.argmin(is_day))
        raise FormatError(
            f"OFR {DATASET}: expected a date like 2000-01-03 on line {numbers[place]}, "
            f"found {_shown(str(texts.iloc[place]))}. {_AGAIN}"
        )
    days = dates.to_numpy().astype("datetime64[us]")
    is_next = np.append(True, np.diff(days) > np.timedelta64(0, "D"))
    # A wrong clock or another time zone must not cause the newest day to be refused.
    is_right = is_next & (days <= np.datetime64(retrieved_at.date(), "D") + np.timedelta64(1, "D"))
    if not is_right.all():
        place = int(np.argmin(is_right))
        raise FormatError(
            f"OFR {DATASET}: expected the days in order, each once, up to the retrieval, "
            f"found {texts.iloc[place]} on line {numbers[place]}. {_AGAIN}"
        )
    if days[0] > np.datetime64(_FIRST_DAYS):
        raise FormatError(
            f"OFR {DATASET}: expected the history since January 2000, found none before {texts.iloc[0]}. {_AGAIN}"
        )
    return days


def _values(component: str, texts: pd.Series, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    values, is_number = read_figures(texts.tolist())
    is_right = (texts == "").to_numpy(dtype=bool) | (is_number & ~too_large(values, _WHOLE_DIGITS))
    if not is_right.all():
        place = int(np.argmin(is_right))
        size = f" below 10^{_WHOLE_DIGITS}" if is_number[place] else ""
        raise FormatError(
            f"OFR {DATASET}: expected a number{size} as {component} on line {numbers[place]}, "
            f"found {_shown(str(texts.iloc[place]))}. {_AGAIN}"
        )
    return values


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
