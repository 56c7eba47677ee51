"""FRED: daily, weekly and quarterly series of the St. Louis Fed, as CSV without a key, or through its API with a key.

Belongs here: FRED's addresses, its CSV in both formats, its ZIP of mixed frequencies, its JSON with vintages, and the
requests. Does not belong here: the list of series (the seed `fred_series`), and the comparison of vintages.

Datasets: `DGS10` has the observations of a series (`A,B` those of several in one document), `DGS10/series` FRED's
metadata of the series, above all its units. The CSV without a key always has the whole history and is small, so each
fetch requests all of it. It does not name units: only the catalogue's bounds distinguish millions from billions there.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources import zipped
from orchestration.sources.base import (
    ArchiveView,
    Endpoint,
    Failed,
    Fetched,
    FetchError,
    FormatError,
    Publisher,
    SourceError,
)
from orchestration.sources.fred_addresses import meaning_of
from orchestration.sources.http import HttpClient, StatusError, full_address
from orchestration.sources.numbers import read_figures, too_large
from orchestration.tables.seeds import read_seed

API = "fred_api"
GRAPH_URL, API_URL = "https://fred.stlouisfed.org", "https://api.stlouisfed.org"
PUBLISHER = Publisher(
    name="fred",
    title="FRED, Federal Reserve Bank of St. Louis",
    website=GRAPH_URL,
    about="FRED's series: yields, funding, credit, equities, the dollar, stress indexes.",
    endpoints=(
        Endpoint("fred", GRAPH_URL, gives="the series below, as CSV", rhythm="by series"),
        Endpoint(API, API_URL, gives="the same with units and vintages; used only with a key", rhythm="by series"),
    ),
    release_day=lambda document: vintage_day(document.address, document.retrieved_on),
)

GRAPH_REQUESTS_PER_SECOND = 1.0
"""The rate limit in robots.txt of the publisher's site."""
API_REQUESTS_PER_SECOND = 1.9
"""The API allows 120 requests a minute and key."""
UNKNOWN = "unknown"
"""Units of a series without units in the catalogue: any units of FRED are accepted."""
OBSERVATIONS_PER_PAGE = 100_000
VINTAGES_PER_PAGE = 10_000
SERIES_PER_PAGE = 1_000
VINTAGES_PER_REQUEST = 100
"""How many vintage dates one window covers. The API accepts fewer than 2,000; if each vintage restates the whole
history, a hundred fill a few pages. A full window never changes, so it is fetched once."""
LARGEST_DOCUMENT = 64 * 2**20
"""Bytes, unpacked. The longest series has 0.5 MB, a full page of the API 11 MB."""
_LIMITS = zipped.Limits(
    "CSV files in it",
    re.compile(r"[A-Za-z0-9_ -][A-Za-z0-9_. -]{0,80}\.(csv|txt)", re.IGNORECASE),
    (1, 20),
    LARGEST_DOCUMENT,
)

_FIRST_DAY, _LAST_DAY = dt.date(1776, 7, 4), dt.date(9999, 12, 31)
_ONE_DAY = np.timedelta64(1, "D")
_SERIES_COLUMNS = [
    "series_id",
    "title",
    "units",
    "frequency",
    "seasonal_adjustment",
    "last_updated",
    "line_number",
]
_OTHER_FILES = re.compile(r"^https?://[^/]*\bstlouisfed\.org/|/fred/|fredgraph")
_REALTIME = re.compile(rb'"realtime_(?:start|end)"\s*:\s*"[0-9-]{10}"\s*,?')
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WHOLE_DIGITS = 14
"""Digits before the point in raw's DECIMAL."""
_MISSING = ["", "."]
_OBSERVATIONS = "/series/observations"
_ROWS_PER_DAY = {"D": 5 / 7, "D7": 1, "W": 1 / 7, "M": 12 / 365.25, "Q": 4 / 365.25}
"""By frequency in the catalogue. FRED's CSV has a row for each period, also if the value is missing."""
_COMPLETE = 0.95
"""Newest periods may be late."""
_SERIES_ID = re.compile(r"[A-Z0-9_.]{1,60}")
_UPDATED = re.compile(r"([0-9-]{10} [0-9:]{8})([+-][0-9]{2})")
_AGAIN = "Fetch it again. If the problem persists, the publisher has changed its format."

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class _Series:
    """A row of the catalogue."""

    series_id: str
    units: str
    is_revised: bool
    frequency: str = "unknown"
    first_date: dt.date | None = None
    years_served: int | None = None
    """None: FRED serves the whole history."""

    def rows_due(self, today: dt.date) -> int:
        """About how many rows the CSV has, a little less; 0 if the catalogue does not say.

        A series that has ended has fewer. Then every request is unconditional, which only costs its bytes.
        """
        if self.first_date is None:
            return 0
        days = (today - self.first_date).days
        if self.years_served is not None:
            days = min(days, self.years_served * 365)
        return int(_COMPLETE * days * _ROWS_PER_DAY.get(self.frequency, 0))


def dataset_of(address: str) -> str | None:
    """The dataset that an address serves, at any host; None if it serves none.

    Transformed or aggregated figures (`units=pc1`, `fq=Monthly`) are not the series.
    """
    meaning = meaning_of(address)
    return None if meaning is None or meaning.parameter else meaning.dataset


def is_transformed(address: str) -> bool:
    """Whether an address requests figures made from a series, and not the series."""
    meaning = meaning_of(address)
    return meaning is not None and meaning.parameter is not None


def explain(address: str) -> str | None:
    """Why an address of FRED is not read, and which one is; None if it is read, or not FRED's."""
    meaning = meaning_of(address)
    if meaning is not None and meaning.parameter:
        return (
            f"Its address does not request the plain series {meaning.series} from FRED "
            f"({meaning.parameter}). Tidemark reads {meaning.plain_address}"
        )
    if meaning is None and _OTHER_FILES.search(address):
        return "Tidemark reads FRED's CSV and its API: https://fred.stlouisfed.org/graph/fredgraph.csv?id=<series>"
    return None


def vintage_day(address: str, retrieved_on: dt.date) -> dt.date | None:
    """The vintage day in an address; None if the answer is of the day of retrieval.

    The day in a plain answer of the API is not used, because it can be that of FRED's cache.
    """
    meaning = meaning_of(address)
    vintage = meaning.vintage if meaning else None
    return vintage if vintage is not None and vintage < retrieved_on else None


def raw_table(dataset: str) -> str:
    """The raw table of the dataset's rows."""
    return "fred_series" if dataset.endswith("/series") else "fred_observations"


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:  # noqa: ARG001 - all sources' signature
    """Parse a document into rows.

    Args:
        dataset: as `dataset_of` names it.
        body: CSV, a ZIP of CSV, or JSON of the API.
        retrieved_at: not used here.

    Returns:
        For observations: series_id, date, value (in the series' own units; a missing value is NaN, its row is kept),
        realtime_start, realtime_end, line_number. The realtime days are the vintage's first and last day. They are
        missing if the document has no vintages: in CSV, and in an answer of the API about a single day.
        For `.../series`: series_id, title, units, frequency, seasonal_adjustment, last_updated (UTC), line_number.

    Raises:
        FormatError: it does not have the format that FRED serves under this name.
    """
    if len(body) > LARGEST_DOCUMENT:
        raise FormatError(
            f"FRED {dataset}: the document has {len(body):,} bytes. Expected {LARGEST_DOCUMENT:,} at most. {_AGAIN}"
        )
    if raw_table(dataset) == "fred_series":
        return _read_description(dataset.removesuffix("/series"), _content(dataset, _decoded(dataset, body)))
    if body.startswith(b"PK\x03\x04"):
        return _read_zip(dataset, body)
    text = _decoded(dataset, body)
    if text.lstrip().startswith("{"):
        return _read_observations(dataset, _content(dataset, text))
    return _read_csv(dataset, text)


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch all series that the catalogue marks with `fetch`.

    With a key, through the API: the units first, and for series that are revised, all vintages. Without a key, as CSV.
    No series is required: a failure is reported, and the load continues with the others.

    Yields:
        Fetched and Failed, one per document.
    """
    client.limit_rate(GRAPH_URL, GRAPH_REQUESTS_PER_SECOND)
    client.limit_rate(API_URL, API_REQUESTS_PER_SECOND)
    series = _catalogue()
    if settings.fred_api_key is not None:
        api = _Api(client, settings, archive, settings.fred_api_key.get_secret_value())
        series = yield from api.fetch(series)
    for one in series:
        yield _fetch_csv(client, settings, archive, one)


def series_of_release(client: HttpClient, settings: Settings, archive: ArchiveView, release: int) -> list[str]:
    """The ids of all series of a release of FRED, in alphabetical order. Needs a key.

    Raises:
        FetchError: FRED refused the key or the release, or could not be asked.
        FormatError: its answer is not a list of series.
    """
    client.limit_rate(API_URL, API_REQUESTS_PER_SECOND)
    return sorted(_api(client, settings, archive).series_of_release(release))


def fetch_vintages(
    client: HttpClient, settings: Settings, archive: ArchiveView, series: Sequence[str]
) -> Iterator[Fetched | Failed]:
    """Fetch all vintages of series, whether or not the catalogue has them. Needs a key.

    Yields:
        Fetched and Failed, one per document.
    """
    client.limit_rate(API_URL, API_REQUESTS_PER_SECOND)
    yield from _api(client, settings, archive).fetch(tuple(_Series(one, UNKNOWN, is_revised=True) for one in series))


def same_units(one: str, other: str) -> bool:
    """Whether two spellings mean the same unit: FRED writes `U.S. Dollars`, `US Dollars` and `Dollars`.

    An index without a base year is the same as one with it.
    """
    first, second = _plain_units(one), _plain_units(other)
    if "index" in (first, second):
        return first.startswith("index") and second.startswith("index")
    return first == second


def vintage_windows(days: Sequence[dt.date], per_request: int) -> list[tuple[dt.date, dt.date]]:
    """Split the vintage dates into windows of at most `per_request` dates, without gap or overlap.

    Newer vintages change only the last window.
    """
    ordered = sorted(set(days))
    starts = [_FIRST_DAY, *ordered[per_request::per_request]]
    ends = [day - dt.timedelta(days=1) for day in starts[1:]]
    return list(zip(starts, [*ends, _LAST_DAY], strict=True))


def _plain_units(units: str) -> str:
    words = units.casefold().replace("u.s.", "us").split()
    return " ".join(word for word in words if word != "us")


@cache
def _catalogue() -> tuple[_Series, ...]:
    rows = read_seed("fred_series")
    chosen = rows[rows["fetch"] == "true"]
    days = [dt.date.fromisoformat(day) if isinstance(day, str) else None for day in chosen["first_date"]]
    years = [{"three_years": 3, "ten_years": 10}.get(window) for window in chosen["window_served"]]
    columns = (chosen["series_id"], chosen["units"], chosen["is_revised"] == "true", chosen["frequency"], days, years)
    return tuple(_Series(*row) for row in zip(*columns, strict=True))


# ---------------------------------------------------------------- bytes to rows


def _decoded(dataset: str, body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"FRED {dataset}: expected UTF-8 text, found the byte 0x{body[error.start]:02x} on line {line}. {_AGAIN}"
        ) from None
    if not text.strip():
        raise FormatError(f"FRED {dataset}: the document is empty. {_AGAIN}")
    if text.lstrip().startswith("<"):
        refusal = re.search(r'<error\b[^>]*\bmessage="([^"]*)"', text)
        if refusal:
            raise FormatError(f"FRED refused {dataset}: {_shown(refusal[1])}")
        raise FormatError(
            f"FRED {dataset}: the document is a web page or XML, not the data; it begins {_shown(text.lstrip())}. "
            "The publisher, or something on the way to it, refused the request: fetch it again later."
        )
    return text


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    return repr(text if len(text) <= 80 else f"{text[:80]}...")


def _read_zip(dataset: str, body: bytes) -> pd.DataFrame:
    frames = [
        _read_csv(dataset, _decoded(f"{dataset}, {name}", text), name)
        for name, text in zipped.members(f"FRED {dataset}", body, _LIMITS)
        if not name.lower().endswith(".txt")
    ]
    found = [series for frame in frames for series in frame["series_id"].unique()]
    for series in dataset.split(","):
        if found.count(series) != 1:
            raise FormatError(
                f"FRED {dataset}: expected {series} once in the ZIP, found it {found.count(series)} times. {_AGAIN}"
            )
    return pd.concat(frames, ignore_index=True)


def _read_csv(dataset: str, text: str, member: str | None = None) -> pd.DataFrame:
    """Read one CSV: a column of dates, then one per series. For a ZIP's member: only the columns of `dataset`."""
    where = f"FRED {dataset}" if member is None else f"FRED {dataset}, {member} of the ZIP"
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise FormatError(f"{where}: the document is not CSV ({error}). {_AGAIN}") from None
    header = [cell.strip() for cell in lines[0]]
    positions = _positions(where, dataset, header, is_member=member is not None)
    if not text.endswith(("\n", "\r")):
        raise FormatError(
            f"{where}: expected a line end after the last line, found none on line {len(lines)}: the document is "
            "cut off. Fetch it again."
        )
    numbered = [(number, row) for number, row in enumerate(lines[1:], start=2) if row]
    wrong = next((entry for entry in numbered if len(entry[1]) != len(header)), None)
    if wrong:
        raise FormatError(
            f"{where}: expected {len(header)} cells on line {wrong[0]}, found {len(wrong[1])}: "
            f"{_shown(','.join(wrong[1]))}. {_AGAIN}"
        )
    if not numbered:
        raise FormatError(f"{where}: expected observations after the header, found none. {_AGAIN}")
    numbers = np.array([number for number, _ in numbered], dtype=np.int64)
    columns = list(zip(*(row for _, row in numbered), strict=True))
    dates = _days(where, columns[0], numbers, "line")
    _check_order(where, dates, numbers)
    return _frame(
        [
            (series, dates, _values(where, columns[place], numbers, "line"), numbers)
            for series, place in positions.items()
        ]
    )


def _positions(where: str, dataset: str, header: list[str], *, is_member: bool) -> dict[str, int]:
    """The column of each series."""
    if len(header) < 2 or header[0] not in ("observation_date", "DATE"):
        raise FormatError(
            f"{where}: expected a header that begins `observation_date,` or `DATE,`, "
            f"found {_shown(','.join(header))} on line 1. {_AGAIN}"
        )
    asked = dataset.split(",")
    if header == ["DATE", "VALUE"] and len(asked) == 1:
        return {asked[0]: 1}
    missing = [series for series in asked if header.count(series) != 1]
    if missing and (not is_member or any(header.count(series) > 1 for series in missing)):
        raise FormatError(
            f"{where}: expected one column {missing[0]}, found the columns {_shown(', '.join(header[1:]))} on line 1: "
            "FRED served another series under this name. It was not used. Fetch it again."
        )
    return {series: header.index(series) for series in asked if series in header}


def _frame(parts: list[tuple[str, Days, npt.NDArray[np.float64], npt.NDArray[np.int64]]]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "series_id": pd.Series(series, index=range(len(dates)), dtype="str"),
                "date": dates,
                "value": values,
                "realtime_start": np.full(len(dates), "NaT", dtype="datetime64[us]"),
                "realtime_end": np.full(len(dates), "NaT", dtype="datetime64[us]"),
                "line_number": numbers,
            }
        )
        for series, dates, values, numbers in parts
    ]
    if not frames:
        empty = np.array([], dtype="datetime64[us]")
        return _frame([("", empty, np.array([], dtype=np.float64), np.array([], dtype=np.int64))])
    return pd.concat(frames, ignore_index=True)


def _texts(where: str, cells: Sequence[object], noun: str, name: str) -> pd.Series:
    """A column of cells as stripped text."""
    wrong = next((place for place, cell in enumerate(cells) if not isinstance(cell, str)), None)
    if wrong is not None:
        raise FormatError(
            f"{where}: expected text as {name} in {noun} {wrong + 1}, found {_shown(cells[wrong])}. {_AGAIN}"
        )
    try:
        return pd.Series(cast("Sequence[str]", cells), dtype="str").str.strip()
    except UnicodeError:
        raise FormatError(f"{where}: expected a {name}, found invalid characters. {_AGAIN}") from None


def _days(where: str, cells: Sequence[object], numbers: npt.NDArray[np.int64], noun: str, name: str = "date") -> Days:
    texts = _texts(where, cells, noun, name)
    is_day = texts.str.fullmatch(_DAY).to_numpy(dtype=bool)
    if is_day.all():
        try:
            return texts.to_numpy(dtype=object).astype("datetime64[D]").astype("datetime64[us]")
        except ValueError:
            is_day = np.array([_is_day(text) for text in texts])
    place = int(np.argmin(is_day))
    raise FormatError(
        f"{where}: expected a {name} like 2026-01-31 on {noun} {numbers[place]}, found {_shown(texts.iloc[place])}. "
        f"{_AGAIN}"
    )


def _is_day(text: str) -> bool:
    try:
        np.datetime64(text, "D")
    except ValueError:
        return False
    return True


def _values(where: str, cells: Sequence[object], numbers: npt.NDArray[np.int64], noun: str) -> npt.NDArray[np.float64]:
    """Figures as numbers; blank and `.` are missing values, any other text that is not a number is an error."""
    texts = _texts(where, cells, noun, "value")
    values, is_number = read_figures(texts.tolist())
    is_right = texts.isin(_MISSING).to_numpy(dtype=bool) | (is_number & ~too_large(values, _WHOLE_DIGITS))
    if not is_right.all():
        place = int(np.argmin(is_right))
        wanted = f"a number below 10^{_WHOLE_DIGITS}" if is_number[place] else "a number, `.` or nothing"
        raise FormatError(
            f"{where}: expected {wanted} on {noun} {numbers[place]}, found {_shown(texts.iloc[place])}. {_AGAIN}"
        )
    return values


def _check_order(where: str, dates: Days, numbers: npt.NDArray[np.int64]) -> None:
    """Check that dates only rise or only fall, so that none is repeated or out of order."""
    steps = np.diff(dates).astype(np.int64)
    is_right = steps > 0 if len(steps) == 0 or steps[0] > 0 else steps < 0
    if is_right.all():
        return
    place = int(np.argmin(is_right)) + 1
    what = "twice" if steps[place - 1] == 0 else "out of order"
    raise FormatError(
        f"{where}: expected the dates in order, each once, found {dates[place].astype('datetime64[D]')} {what} "
        f"on line {numbers[place]}. {_AGAIN}"
    )


# ---------------------------------------------------------------- JSON of the API


def _content(dataset: str, text: str) -> dict[str, Any]:
    """Decode an answer of the API; its errors are quoted."""
    try:
        content = json.loads(text)
    # ValueError: also a number of thousands of digits; RecursionError: thousands of brackets.
    except (ValueError, RecursionError):
        raise FormatError(
            f"FRED {dataset}: expected JSON, found {_shown(text)}: the document is cut off, or not FRED's. "
            "Fetch it again."
        ) from None
    if not isinstance(content, dict):
        raise FormatError(f"FRED {dataset}: expected a JSON object, found {_shown(content)}. {_AGAIN}")
    if "error_message" in content:
        raise FormatError(f"FRED refused {dataset}: {_shown(content['error_message'])}")
    return content


def _whole_number(dataset: str, content: dict[str, Any], name: str) -> int:
    value = content.get(name)
    if type(value) is not int or not 0 <= value < 2**40:
        raise FormatError(f"FRED {dataset}: expected a whole number as `{name}`, found {_shown(value)}. {_AGAIN}")
    return value


def _rows(dataset: str, content: dict[str, Any], name: str) -> list[Any]:
    """The rows of one page, after checking their number against the page's own count."""
    rows = content.get(name)
    if not isinstance(rows, list):
        raise FormatError(f"FRED {dataset}: expected a list `{name}`, found {_shown(rows)}. {_AGAIN}")
    count, offset, limit = (_whole_number(dataset, content, field) for field in ("count", "offset", "limit"))
    promised = max(0, min(limit, count - offset))
    if len(rows) != promised:
        raise FormatError(
            f"FRED {dataset}: expected {promised:,} rows (count {count:,}, offset {offset:,}, limit {limit:,}), "
            f"found {len(rows):,}. Fetch it again."
        )
    return rows


def _read_observations(dataset: str, content: dict[str, Any]) -> pd.DataFrame:
    where = f"FRED {dataset}"
    if "," in dataset:
        raise FormatError(f"{where}: expected CSV of several series, found JSON, which has one. {_AGAIN}")
    if content.get("units", "lin") != "lin" or content.get("output_type", 1) != 1:
        raise FormatError(
            f"{where}: expected the series as it is, found units {_shown(content.get('units'))} and output_type "
            f"{_shown(content.get('output_type'))}: transformed figures. Request units=lin and output_type=1."
        )
    rows = _rows(dataset, content, "observations")
    wrong = next((place for place, row in enumerate(rows) if not isinstance(row, dict)), None)
    if wrong is not None:
        raise FormatError(f"{where}: expected an observation in row {wrong + 1}, found {_shown(rows[wrong])}. {_AGAIN}")
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    dates = _days(where, [row.get("date") for row in rows], numbers, "row")
    values = _values(where, [row.get("value") for row in rows], numbers, "row")
    frame = _frame([(dataset, dates, values, numbers)])
    asked_for_one_day = content.get("realtime_start") == content.get("realtime_end")
    if not asked_for_one_day:
        for name in ("realtime_start", "realtime_end"):
            frame[name] = _days(where, [row.get(name) for row in rows], numbers, "row", name)
    if (frame["realtime_end"] < frame["realtime_start"]).any():
        raise FormatError(f"{where}: a realtime_end is before its realtime_start. {_AGAIN}")
    repeated = frame.duplicated(["date", "realtime_start"])
    if repeated.any():
        place = int(np.argmax(repeated))
        raise FormatError(
            f"{where}: expected each date once per vintage, found {frame['date'].iloc[place]:%Y-%m-%d} again "
            f"in row {place + 1}. {_AGAIN}"
        )
    return frame


def _read_description(series: str, content: dict[str, Any]) -> pd.DataFrame:
    entries = content.get("seriess")
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        raise FormatError(f"FRED {series}: expected the description of one series, found {_shown(entries)}. {_AGAIN}")
    entry = entries[0]
    names = ("id", "title", "units", "frequency", "seasonal_adjustment", "last_updated")
    for name in names:
        if not isinstance(entry.get(name), str) or not entry[name].strip() or not entry[name].isprintable():
            raise FormatError(f"FRED {series}: expected text as `{name}`, found {_shown(entry.get(name))}. {_AGAIN}")
    if entry["id"].strip().upper() != series:
        raise FormatError(
            f"FRED {series}: expected the description of {series}, found that of {_shown(entry['id'])}. "
            "FRED served another series under this name. It was not used. Fetch it again."
        )
    cells: dict[str, Any] = {name: entry[name].strip() for name in names[1:-1]}
    updated = _updated(series, entry["last_updated"].strip())
    return pd.DataFrame([{"series_id": series, **cells, "last_updated": updated, "line_number": 1}]).astype(
        dict.fromkeys(("series_id", *names[1:-1]), "str") | {"last_updated": "datetime64[us]"}
    )[_SERIES_COLUMNS]


def _updated(series: str, text: str) -> dt.datetime:
    """`2024-10-30 07:54:01-05` as UTC, without a zone."""
    found = _UPDATED.fullmatch(text)
    try:
        if found:
            local = dt.datetime.fromisoformat(f"{found[1]}{found[2]}:00")
            return local.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        pass
    raise FormatError(f"FRED {series}: expected a time as `last_updated`, found {_shown(text)}. {_AGAIN}")


# ---------------------------------------------------------------- requests


def _fetch_csv(client: HttpClient, settings: Settings, archive: ArchiveView, series: _Series) -> Fetched | Failed:
    address = f"{PUBLISHER.base_url(settings)}/graph/fredgraph.csv"
    params = {"id": series.series_id}
    asked = full_address(address, params)
    known = archive.latest_of_address(asked, series.rows_due(dt.datetime.now(dt.UTC).date()))
    try:
        response = client.get(address, params=params, known=known)
    except FetchError as error:
        return Failed(series.series_id, asked, str(error), required=False)
    return Fetched(series.series_id, response)


def _api(client: HttpClient, settings: Settings, archive: ArchiveView) -> _Api:
    key = settings.fred_api_key
    if key is None:
        raise FetchError("FRED's vintages need a key: set FRED_API_KEY (free, from FRED's site).")
    return _Api(client, settings, archive, key.get_secret_value())


class _Api:
    """FRED's API v1, with a key that never becomes part of a stored address."""

    def __init__(self, client: HttpClient, settings: Settings, archive: ArchiveView, key: str) -> None:
        self._client = client
        self._archive = archive
        self._base = f"{PUBLISHER.base_url(settings, API)}/fred"
        self._secret = {"api_key": key}
        self._asked = self._base

    def fetch(self, catalogue: tuple[_Series, ...]) -> Generator[Fetched | Failed, None, tuple[_Series, ...]]:
        """Fetch each series; a failure is reported, and the others continue.

        Returns:
            The series that were not fetched because FRED does not accept the key; none if it does.
        """
        for place, series in enumerate(catalogue):
            try:
                yield from self._fetch_series(series)
            except SourceError as error:
                if isinstance(error, StatusError) and "api_key" in error.words:
                    yield Failed(
                        f"{series.series_id}/series",
                        self._asked,
                        f"FRED does not accept the key in FRED_API_KEY. It answered: {error.words} "
                        "The load continues without the key and without vintages. Correct the key, or unset it.",
                        required=False,
                    )
                    return catalogue[place:]
                yield Failed(series.series_id, self._asked, str(error), required=False)
        return ()

    def series_of_release(self, release: int) -> list[str]:
        """The ids of all series of a release."""
        found: list[str] = []
        count = 1
        while len(found) < count:
            asked = {"release_id": str(release), "limit": str(SERIES_PER_PAGE), "offset": str(len(found))}
            name = f"release {release}"
            content = _content(name, _decoded(name, self._get(name, "/release/series", asked).response.body))
            count = _whole_number(name, content, "count")
            entries = content.get("seriess")
            ids = [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
            if not ids or not all(isinstance(one, str) and _SERIES_ID.fullmatch(one) for one in ids):
                raise FormatError(f"FRED {name}: expected a list of series with ids, found {_shown(entries)}. {_AGAIN}")
            found += [str(one) for one in ids]
        return found

    def _fetch_series(self, series: _Series) -> Iterator[Fetched | Failed]:
        name = series.series_id
        description = self._get(f"{name}/series", "/series", {"series_id": name}, is_conditional=True)
        if not description.response.not_modified:
            self._check_units(series, description.response.body)
        yield description
        windows: list[tuple[dt.date, dt.date] | None] = [None]
        if series.is_revised:
            windows = [*vintage_windows(self._vintage_dates(name), VINTAGES_PER_REQUEST)]
        for window in windows:
            yield from self._fetch_window(name, window)

    def _check_units(self, series: _Series, body: bytes) -> None:
        content = _content(series.series_id, _decoded(series.series_id, body))
        published = str(_read_description(series.series_id, content)["units"].iloc[0])
        if series.units != UNKNOWN and not same_units(published, series.units):
            raise FormatError(
                f"FRED {series.series_id}: expected units {series.units!r}, as in the catalogue, found {published!r}. "
                "Its observations are not loaded. If the publisher changed its units, correct the row in "
                "dbt_project/seeds/fred_series.csv (units, lowest, highest) and what is computed from the series."
            )

    def _vintage_dates(self, series: str) -> list[dt.date]:
        days: list[dt.date] = []
        count = 1
        while len(days) < count:
            page = self._get(
                series,
                "/series/vintagedates",
                {
                    "series_id": series,
                    "realtime_start": _FIRST_DAY.isoformat(),
                    "realtime_end": _LAST_DAY.isoformat(),
                    "limit": str(VINTAGES_PER_PAGE),
                    "offset": str(len(days)),
                },
            )
            content = _content(series, _decoded(series, page.response.body))
            rows = _rows(series, content, "vintage_dates")
            count = _whole_number(series, content, "count")
            numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
            days += _days(f"FRED {series}", rows, numbers, "row", "vintage date").astype("datetime64[D]").tolist()
            if not rows:
                break
        return days

    def _fetch_window(self, series: str, window: tuple[dt.date, dt.date] | None) -> Iterator[Fetched]:
        """All pages of the observations in one window of vintage dates; None means today.

        The first page is yielded last: an archive that has it has the whole window. A full window never changes, so it
        is fetched once, unless a page of it was refused or empty.
        """
        realtime = dict(
            zip(("realtime_start", "realtime_end"), (day.isoformat() for day in window or ()), strict=False)
        )
        asked = {"series_id": series, **realtime, "limit": str(OBSERVATIONS_PER_PAGE)}
        is_full = window is not None and window[1] != _LAST_DAY
        is_held = self._is_held(series, asked)
        if is_full and (is_held or not self._archive.is_due(self._address(_OBSERVATIONS, asked | {"offset": "0"}))):
            return
        first = self._get(series, _OBSERVATIONS, asked | {"offset": "0"}, is_conditional=is_held)
        if not first.response.not_modified:
            count = self._count(series, first)
            for offset in range(OBSERVATIONS_PER_PAGE, count, OBSERVATIONS_PER_PAGE):
                page = self._get(series, _OBSERVATIONS, asked | {"offset": str(offset)})
                if self._count(series, page) != count:
                    raise FetchError(
                        f"{self._asked}: the series was changed while its pages were read. Run the load again."
                    )
                yield page
        yield first

    def _is_held(self, series: str, asked: dict[str, str]) -> bool:
        """Whether the archive has all pages of a window, none of them refused, and some figures."""
        offset = 0
        while True:
            kept = self._archive.kept(self._address(_OBSERVATIONS, asked | {"offset": str(offset)}))
            if kept is None or kept.is_refused:
                return False
            if kept.rows is not None and kept.rows < OBSERVATIONS_PER_PAGE:
                return offset + kept.rows > 0
            try:
                count = _whole_number(series, _content(series, _decoded(series, kept.body())), "count")
            except FormatError:
                return False
            offset += OBSERVATIONS_PER_PAGE
            if offset >= count:
                return count > 0

    def _count(self, series: str, page: Fetched) -> int:
        content = _content(series, _decoded(series, page.response.body))
        _rows(series, content, "observations")
        return _whole_number(series, content, "count")

    def _address(self, path: str, params: dict[str, str]) -> str:
        return full_address(self._base + path, _as_json(params))

    def _get(self, dataset: str, path: str, params: dict[str, str], *, is_conditional: bool = False) -> Fetched:
        self._asked = self._address(path, params)
        response = self._client.get(
            self._base + path,
            params=_as_json(params),
            secret_params=self._secret,
            known=self._archive.latest_of_address(self._asked) if is_conditional else None,
        )
        return Fetched(dataset, response, essence=essence)


def essence(body: bytes) -> bytes:
    """The content of an answer of the API, without the day of the answer.

    FRED writes today's date into every row of an answer about today, and into a description. The days of an answer
    about vintages are part of the content. Of a description, only the columns of raw count.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(content, dict) or not content.get("realtime_start"):
        return body
    entries = content.get("seriess")
    if isinstance(entries, list) and len(entries) == 1 and isinstance(entries[0], dict):
        kept = ("id", "title", "units", "frequency", "seasonal_adjustment")
        return json.dumps([entries[0].get(name) for name in kept]).encode()
    if content["realtime_start"] != content.get("realtime_end"):
        return body
    return _REALTIME.sub(b"", body)


def _as_json(params: dict[str, str]) -> dict[str, str]:
    return params | {"file_type": "json"}
