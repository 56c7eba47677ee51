"""The Treasury's daily par yield curve: the figures of FRED's DGS series, from their source and a day earlier.

Belongs here: the address of a year's CSV, its layout, and the request. Does not belong here: the comparison with FRED,
and which of the two a mart prefers.

Dataset: `daily_treasury_yield_curve/2025`, one per year. Newest day first; holidays have no row; columns were added
over time, and a tenor is blank before its first day. Only the file of the current year grows.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import cast
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FetchError, FormatError, Publisher
from orchestration.sources.http import HttpClient
from orchestration.sources.numbers import read_figures, too_large
from orchestration.sources.parameters import parameters_of

PUBLISHER = Publisher(
    name="treasury",
    title="US Department of the Treasury",
    website="https://home.treasury.gov",
    about="The Treasury's own par yield curve: a cross-check of FRED's, and its fallback.",
    endpoints=(
        Endpoint(
            name="treasury",
            url="https://home.treasury.gov",
            gives="the par yield curve, one CSV per year: this year and last year",
            rhythm="each business day, the same evening",
        ),
    ),
    examples={
        "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/2026/all"
        "?type=daily_treasury_yield_curve&field_tdr_date_value=2026&page&_format=csv": (
            b'Date,"1 Mo","3 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr","30 Yr"\n'
            b"01/06/2026,3.60,3.61,3.62,3.63,3.64,3.65,3.66,3.67,3.68,3.69\n"
            b"01/05/2026,3.50,3.51,3.52,3.53,3.54,3.55,3.56,3.57,3.58,3.59\n"
            b"01/02/2026,3.20,3.21,3.22,3.23,3.24,3.25,3.26,3.27,3.28,\n"
        )
    },
)
FIRST_YEAR = 1990

TENORS_OF_ALL_YEARS = ("3 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr")
"""Columns of every year. If one is missing, it was renamed, and its yields would be lost."""

_CURVE = "daily_treasury_yield_curve"
_PATH = re.compile(r"/daily-treasury-rates\.csv/([0-9]{4})(?:/all)?/?$")
_DATASET = re.compile(rf"{_CURVE}/([0-9]{{4}})")
_TENOR = re.compile(r"[0-9]+(?:\.[0-9]+)? (?:Mo|Month|Yr|Year)s?")
_DAY = r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_WHOLE_DIGITS = 5
"""Digits before the point in raw's DECIMAL."""
_MISSING = ["", "N/A"]
_FIRST_DAYS = 8
"""The first business day of a year is never later than this in January."""
_LARGEST_DOCUMENT = 4 * 2**20
_AGAIN = "Fetch it again. If the problem persists, the publisher has changed its format."

Days = npt.NDArray[np.datetime64]


def dataset_of(address: str) -> str | None:
    """The dataset (a year's curve) that an address serves, at any host; None if it is not one of ours."""
    try:
        parts = urlsplit(address)
        query = parameters_of(parts.query, {"type", "field_tdr_date_value", "page", "_format"})
    except ValueError:
        return None
    found = _PATH.search(parts.path)
    if found is None or query is None:
        return None
    # The same path serves bills, real yields and long-term rates under other types, and single months.
    is_curve = query.get("type") == _CURVE and query.get("field_tdr_date_value", found[1]) == found[1]
    return f"{_CURVE}/{found[1]}" if is_curve and query.get("page", "") in ("", "0") else None


def explain(address: str) -> str | None:
    """Why an address of these files is not read, and which one is; None if it is read, or not of this kind."""
    try:
        found = _PATH.search(urlsplit(address).path)
    except ValueError:
        return None
    if found is None or dataset_of(address) is not None:
        return None
    return f"It is not the par yield curve of a whole year. Tidemark reads {_address(PUBLISHER.website, int(found[1]))}"


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table of the dataset's rows."""
    return "treasury_par_yields"


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Parse the CSV of a year into rows.

    Args:
        dataset: `daily_treasury_yield_curve/YYYY`.
        body: the CSV.
        retrieved_at: a new year may still have no day, and later days cannot be known yet.

    Returns:
        date, tenor (as in the header: "10 Yr"), value (per cent; NaN for a blank cell), line_number.

    Raises:
        FormatError: it is not the par yield curve of that year.
    """
    year = _year(dataset)
    lines, is_ended = _lines(dataset, body)
    tenors = _tenors(dataset, lines[0])
    numbered = [(number, row) for number, row in enumerate(lines[1:], start=2) if row]
    wrong = next((entry for entry in numbered if len(entry[1]) != len(lines[0])), None)
    if wrong:
        raise FormatError(
            f"Treasury {dataset}: expected {len(lines[0])} cells on line {wrong[0]}, found {len(wrong[1])}: "
            f"{_shown(','.join(wrong[1]))}. {_AGAIN}"
        )
    if not is_ended and numbered and _may_be_cut(dataset, numbered):
        numbered.pop()
    if not numbered:
        if retrieved_at.date() <= dt.date(year, 1, _FIRST_DAYS):
            return _frame([], np.array([], dtype="datetime64[us]"), np.array([], dtype=np.int64))
        raise FormatError(f"Treasury {dataset}: expected a row per business day, found none. {_AGAIN}")
    numbers = np.array([number for number, _ in numbered], dtype=np.int64)
    columns = list(zip(*(row for _, row in numbered), strict=True))
    dates = _days(dataset, columns[0], numbers)
    _check_days(dataset, dates, numbers, year, retrieved_at)
    values = [(tenor, _values(dataset, tenor, columns[place], numbers)) for tenor, place in tenors.items()]
    return _frame(values, dates, numbers)


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch the current and the previous year. Neither is required: the curve checks FRED, and is its fallback.

    Yields:
        Fetched and Failed, one per year.
    """
    today = dt.datetime.now(dt.UTC).date()
    for year in (today.year - 1, today.year):
        dataset = f"{_CURVE}/{year}"
        address = address_of(settings, year)
        try:
            response = client.get(address, known=archive.latest_of_address(address, _rows_due(year, today)))
        except FetchError as error:
            yield Failed(dataset, address, str(error), required=False)
        else:
            yield Fetched(dataset, response)


def _rows_due(year: int, today: dt.date) -> int:
    """The minimum number of rows of a year's file: some business days are holidays, and the newest may be late."""
    days = int(np.busday_count(dt.date(year, 1, 1), min(today, dt.date(year + 1, 1, 1))))
    return max(0, days * 9 // 10 - 5) * len(TENORS_OF_ALL_YEARS)


def address_of(settings: Settings, year: int) -> str:
    """The address of the CSV of a year."""
    return _address(PUBLISHER.base_url(settings), year)


def _address(base: str, year: int) -> str:
    return (
        f"{base}/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all"
        f"?type={_CURVE}&field_tdr_date_value={year}&page&_format=csv"
    )


def _year(dataset: str) -> int:
    found = _DATASET.fullmatch(dataset)
    if found is None or int(found[1]) < FIRST_YEAR:
        raise FormatError(f"Treasury: {dataset!r} is not a dataset. Expected {_CURVE}/YYYY, from {FIRST_YEAR} on.")
    return int(found[1])


def _lines(dataset: str, body: bytes) -> tuple[list[list[str]], bool]:
    """The cells, line by line, and whether the last line has a line end."""
    if len(body) > _LARGEST_DOCUMENT:
        raise FormatError(f"Treasury {dataset}: expected some 20,000 bytes, found {len(body):,}. {_AGAIN}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"Treasury {dataset}: expected UTF-8, found the byte 0x{body[error.start]:02x} on line {line}. {_AGAIN}"
        ) from None
    if not text.strip():
        raise FormatError(f"Treasury {dataset}: the document is empty. {_AGAIN}")
    if text.lstrip().startswith("<"):
        raise FormatError(
            f"Treasury {dataset}: the document is a web page (HTML) or XML, not CSV: {_shown(text.lstrip())}. "
            "The publisher, or something on the way to it, refused the request: fetch it again later."
        )
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True)), text.endswith(("\n", "\r"))
    except csv.Error as error:
        raise FormatError(f"Treasury {dataset}: the document is not CSV ({error}). {_AGAIN}") from None


def _may_be_cut(dataset: str, numbered: list[tuple[int, list[str]]]) -> bool:
    """Whether the last cell may have been cut off. The file has no final line end that would show it.

    All yields have two decimals. A blank cell is valid only below another blank one: 30-year yields were missing for
    years. If the decimals of other cells vary, a short last cell proves nothing: its line is left out.

    Raises:
        FormatError: it was cut off.
    """
    *above, last = [row[-1].strip() for _, row in numbered]
    if last in _MISSING:
        is_short, is_certain = not above or above[-1] not in _MISSING, True
    else:
        others = [cell for cell in above if cell not in _MISSING] or numbered[-1][1][1:-1]
        decimals = {_decimals(cell.strip()) for cell in others}
        is_short, is_certain = _decimals(last) < max(decimals), len(decimals) == 1
    if is_short and is_certain:
        raise FormatError(
            f"Treasury {dataset}: expected as many decimals in the last cell on line {numbered[-1][0]} as in others, "
            f"found {_shown(last)}: the document is cut off. Fetch it again."
        )
    return is_short


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2])


def _tenors(dataset: str, cells: list[str]) -> dict[str, int]:
    """The column of each tenor. Other columns are ignored."""
    header = [" ".join(cell.split()) for cell in cells]
    tenors = [name for name in header if _TENOR.fullmatch(name)]
    missing = [name for name in TENORS_OF_ALL_YEARS if tenors.count(name) != 1]
    if not header or header[0] != "Date" or missing or len(set(tenors)) != len(tenors):
        lacks = f"; {missing[0]} is missing or repeated" if missing else ""
        raise FormatError(
            f"Treasury {dataset}: expected `Date` and each tenor once ({', '.join(TENORS_OF_ALL_YEARS)}, ...), "
            f"found {_shown(', '.join(header))} on line 1{lacks}. {_AGAIN}"
        )
    return {name: header.index(name) for name in tenors}


def _texts(cells: Sequence[str]) -> pd.Series:
    return pd.Series(cells, dtype="str").str.strip()


def _days(dataset: str, cells: Sequence[str], numbers: npt.NDArray[np.int64]) -> Days:
    texts = _texts(cells)
    dates = pd.to_datetime(texts.where(texts.str.fullmatch(_DAY)), format="%m/%d/%Y", errors="coerce")
    is_day = dates.notna().to_numpy()
    if not is_day.all():
        place = int(np.argmin(is_day))
        raise FormatError(
            f"Treasury {dataset}: expected a date like 12/31/2025 on line {numbers[place]}, "
            f"found {_shown(texts.iloc[place])}. {_AGAIN}"
        )
    return cast("Days", dates.to_numpy().astype("datetime64[us]"))


def _check_days(
    dataset: str, dates: Days, numbers: npt.NDArray[np.int64], year: int, retrieved_at: dt.datetime
) -> None:
    """Check that the days are of that year, in order, not in the future, and start at its first business day."""
    days = dates.astype("datetime64[D]")
    # A wrong clock or another time zone must not cause the newest day to be refused.
    latest = np.datetime64(retrieved_at.date(), "D") + np.timedelta64(1, "D")
    is_right = (days.astype("datetime64[Y]").astype(int) + 1970 == year) & (days <= latest)
    if not is_right.all():
        place = int(np.argmin(is_right))
        raise FormatError(
            f"Treasury {dataset}: expected days of {year} up to the retrieval, found {days[place]} "
            f"on line {numbers[place]}: another year's file, or a wrong date. Fetch it again."
        )
    steps = np.diff(days).astype(np.int64)
    is_step = steps > 0 if len(steps) == 0 or steps[0] > 0 else steps < 0
    if not is_step.all():
        place = int(np.argmin(is_step)) + 1
        what = "twice" if steps[place - 1] == 0 else "out of order"
        raise FormatError(
            f"Treasury {dataset}: expected the days in order, each once, found {days[place]} {what} "
            f"on line {numbers[place]}. {_AGAIN}"
        )
    if days.min() > np.datetime64(dt.date(year, 1, _FIRST_DAYS), "D"):
        raise FormatError(
            f"Treasury {dataset}: expected days from the first business day of {year} on, found none before "
            f"{days.min()}: the document is cut off. Fetch it again."
        )


def _values(dataset: str, tenor: str, cells: Sequence[str], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    texts = _texts(cells)
    values, is_number = read_figures(texts.tolist())
    is_right = texts.isin(_MISSING).to_numpy(dtype=bool) | (is_number & ~too_large(values, _WHOLE_DIGITS))
    if not is_right.all():
        place = int(np.argmin(is_right))
        size = f" below 10^{_WHOLE_DIGITS}" if is_number[place] else ""
        raise FormatError(
            f"Treasury {dataset}: expected a yield{size} as {tenor} on line {numbers[place]}, "
            f"found {_shown(texts.iloc[place])}. {_AGAIN}"
        )
    return values


def _frame(
    values: list[tuple[str, npt.NDArray[np.float64]]], dates: Days, numbers: npt.NDArray[np.int64]
) -> pd.DataFrame:
    tenors = [tenor for tenor, _ in values]
    return pd.DataFrame(
        {
            "date": np.tile(dates, len(tenors)),
            "tenor": pd.Series(np.repeat(np.array(tenors, dtype=object), len(dates)), dtype="str"),
            "value": np.concatenate([column for _, column in values]) if values else np.array([], dtype=np.float64),
            "line_number": np.tile(numbers, len(tenors)),
        }
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
