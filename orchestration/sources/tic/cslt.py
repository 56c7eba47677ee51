"""The full history of long-term securities, cslt.zip: positions, net transactions and valuation changes since 1984.

Belongs here: its JSON, series by series while it is unpacked, since the whole is a hundred megabytes; the ids of its
series. Does not belong here: whether its figures add up (`expectations/tic_cslt`).

The JSON is cut between two series, which no other place of it looks like: its metadata hold no list of objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from orchestration.sources import zipped
from orchestration.sources.base import FormatError
from orchestration.sources.numbers import read_figures, too_large
from orchestration.sources.tic.countries import known_codes
from orchestration.sources.tic.document import ADVICE, TRUNCATED, excerpt

FILE = "cslt.zip"
MEASURES = {"pos": "holdings", "net": "net_sales", "valchg": "valuation_change"}
"""In an id -> the column of `tic_cslt`."""

_LIMITS = zipped.Limits(
    "the one file cslt.json", re.compile(r"cslt\.json", re.IGNORECASE), (1, 1), 512 * 2**20, ratio=200
)
_HEADER = {"releaseID": "3", "version": "2.0"}
_METADATA = {"frequency": "M", "units": "Millions of Dollars"}
_SERIES = re.compile(rb'"series"\s*:\s*\[\s*')
_BETWEEN = re.compile(rb"\}\s*,\s*\{")
_ID = re.compile(r"((?:for|us)_[a-z][a-z_]{0,30}?)_(pos|net|valchg)_([0-9]{5})")
_DATE = re.compile(rb"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-01")
_BLANK_INSIDE = re.compile(rb"[ \t\r\n](?<=[0-9.][ \t\r\n])[ \t\r\n]*[0-9.]")
_NOT_PLAIN = re.compile(rb"[^0-9.,+-]|\.(?![0-9])")
_DISCONTINUED = " (DISCONTINUED)"
_MISSING = frozenset({"null", "", ".", "NA"})
_WHOLE_DIGITS = 12
"""Digits before the point in raw's DECIMAL."""
_LONGEST_HEAD = 100_000
_LISTED = 10


@dataclass
class _Table:
    """The measures of one family and geography, month by month from `first`."""

    line: int
    name: str
    columns: dict[str, tuple[int, npt.NDArray[np.float64]]] = field(default_factory=dict)


def parse_cslt(body: bytes) -> pa.Table:
    """Read cslt.zip.

    Returns:
        A row per family (`for_lt_treas`), geography and month, the oldest first: `series`, `country_code`,
        `published_name`, `month_end`, `holdings`, `net_sales`, `valuation_change` in millions of US dollars, null
        where the file has none, and `line_number`, the number of the first series that they are from.

    Raises:
        FormatError: it is not this file, a series is not what its id says, or a geography is unknown.
    """
    reader = _Reader()
    for number, piece in enumerate(_pieces(zipped.blocks(FILE, body, _LIMITS)), start=1):
        reader.add(number, piece)
    return reader.table()


def _error(what: str, advice: str = ADVICE) -> FormatError:
    return FormatError(f"{FILE}: {what}. {advice}")


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The JSON objects of the series, one by one; checks what is around them at the end."""
    buffer = bytearray()
    head: bytes | None = None
    for block in blocks:
        buffer += block
        if head is None:
            start = _SERIES.search(buffer)
            if start is None:
                if len(buffer) > _LONGEST_HEAD:
                    break
                continue
            head = bytes(buffer[: start.start()])
            del buffer[: start.end()]
        begin = 0
        for border in _BETWEEN.finditer(buffer):
            yield bytes(buffer[begin : border.start() + 1])
            begin = border.end() - 1
        del buffer[:begin]
    if head is None:
        raise _error("expected the JSON of a release with its series, found none")
    end = buffer.rfind(b"]")
    if end < 0:
        raise _error("expected the end of the list of series, found none", TRUNCATED)
    _check_header(head + b'"series":[' + bytes(buffer[end:]))
    if buffer[:end].strip():
        yield bytes(buffer[:end])


def _check_header(text: bytes) -> None:
    try:
        header = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _error("expected JSON around the list of series, found something else", TRUNCATED) from None
    for name, wanted in _HEADER.items():
        if str(header.get(name)) != wanted:
            raise _error(f"expected {name} {wanted}, found {excerpt(str(header.get(name)))}")


class _Reader:
    """Takes the series one by one, and puts the measures of a family and geography next to each other."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], _Table] = {}
        self._seen: set[str] = set()
        self._titles: dict[tuple[str, str], str] = {}
        self._spans: dict[bytes, int] = {}
        self._names: dict[str, str] = {}
        self._unknown: dict[str, str] = {}

    def add(self, number: int, piece: bytes) -> None:
        """Read one series."""
        try:
            begin, end = piece.index(b"[", piece.index(b'"observations"')), piece.rindex(b"]") + 1
            series = orjson.loads(piece[:begin] + b"[]" + piece[end:])
            source_id, metadata = series["source_id"], series["metadata"]
            name, title = str(metadata["additional"]["geography"]["name"]), str(metadata["title"])
            found = _ID.fullmatch(source_id)
            dates, values = _observations(piece[begin:end])
        except (KeyError, TypeError, ValueError):
            raise _error(
                f"expected an id, metadata and pairs of date and value in series {number}, found "
                f"{excerpt(piece[:200].decode('utf-8', errors='replace'))}"
            ) from None
        if found is None:
            raise _error(f"expected an id like for_lt_treas_pos_41408, found {excerpt(source_id)}")
        if source_id in self._seen:
            raise _error(f"the series {source_id} is there twice")
        self._seen.add(source_id)
        family, measure, code = found.groups()
        self._check(source_id, (family, measure), code, name, title, metadata)
        if not dates:
            return
        first = self._first(source_id, dates)
        table = self._tables.setdefault((family, code), _Table(number, name))
        table.columns[MEASURES[measure]] = (first, _numbers(source_id, values))

    def _check(
        self, source_id: str, kind: tuple[str, str], code: str, name: str, title: str, metadata: dict[str, Any]
    ) -> None:
        for key, wanted in _METADATA.items():
            if metadata.get(key) != wanted:
                raise _error(f"{source_id}: expected the {key} {wanted!r}, found {excerpt(str(metadata.get(key)))}")
        words = title.removesuffix(_DISCONTINUED)
        if not words.endswith(f": {name}"):
            raise _error(f"{source_id}: expected a title that ends with its geography {name!r}, found {excerpt(title)}")
        words = words.removesuffix(f": {name}")
        if self._titles.setdefault(kind, words) != words:
            raise _error(f"{source_id}: expected the title {self._titles[kind]!r} like others, found {excerpt(words)}")
        if self._names.setdefault(code, name) != name:
            raise _error(f"{source_id}: expected {self._names[code]!r} for {code} as elsewhere, found {excerpt(name)}")
        if code not in known_codes():
            self._unknown[code] = name

    def _first(self, source_id: str, dates: list[bytes]) -> int:
        """The oldest month, as months since 1970; the dates are one month apart, the newest first."""
        key = b" ".join(dates)
        if key in self._spans:
            return self._spans[key]
        wrong = next((date for date in dates if not _DATE.fullmatch(date)), None)
        if wrong is not None:
            raise _error(f"{source_id}: expected the first day of a month, found {excerpt(repr(wrong))}")
        months = np.array([date.decode() for date in dates], "datetime64[M]").astype("int64").tolist()
        for (newer, older), date in zip(pairwise(months), dates, strict=False):
            if newer - older != 1:
                raise _error(f"{source_id}: expected the month before {date.decode()} below it, found another")
        self._spans[key] = months[-1]
        return int(months[-1])

    def table(self) -> pa.Table:
        """All series, in the order of the file.

        Raises:
            FormatError: no series, unknown geographies, or two kinds of series with one title.
        """
        if self._unknown:
            listed = ", ".join(f"{code} ({name})" for code, name in list(self._unknown.items())[:_LISTED])
            raise _error(f"unknown geography {listed}", "Add it to dbt_project/seeds/countries.csv, then load again.")
        if len(set(self._titles.values())) < len(self._titles):
            twin = next(t for t in self._titles.values() if list(self._titles.values()).count(t) > 1)
            kinds = ", ".join("_".join(kind) for kind, title in self._titles.items() if title == twin)
            raise _error(f"expected a title for each kind of series, found {excerpt(twin)} for {kinds}")
        if not self._tables:
            raise _error("expected series with figures, found none", TRUNCATED)
        return _joined(self._tables)


def _observations(text: bytes) -> tuple[list[bytes], list[bytes]]:
    """Dates and values of a list of pairs, without a Python list for each of two million pairs.

    Raises:
        ValueError: it is no list of pairs of quoted texts, or null.
    """
    cells = text.translate(None, b'[]" \t\r\n').split(b",")
    if cells == [b""]:
        return [], []
    dates, values = cells[::2], cells[1::2]
    pairs, quotes = len(values), 2 * (len(cells) - values.count(b"null"))
    if (
        _BLANK_INSIDE.search(text)
        or len(dates) != pairs
        or (text.count(b"["), text.count(b"]"), text.count(b'"')) != (pairs + 1, pairs + 1, quotes)
    ):
        raise ValueError
    return dates, values


def _numbers(source_id: str, values: list[bytes]) -> npt.NDArray[np.float64]:
    """Values, the oldest first; NaN where a month has no value."""
    try:
        # Faster than Arrow, but Python also takes 1_000 and nan for numbers.
        is_plain = _NOT_PLAIN.search(b",".join(values)) is None
        numbers = np.array(list(map(float, values))) if is_plain else _some_numbers(source_id, values)
    except ValueError:
        numbers = _some_numbers(source_id, values)
    if too_large(numbers, _WHOLE_DIGITS).any():
        raise _error(f"{source_id}: expected millions of dollars below 10^{_WHOLE_DIGITS}, found a larger value")
    return numbers[::-1]


def _some_numbers(source_id: str, values: list[bytes]) -> npt.NDArray[np.float64]:
    texts = [value.decode("utf-8", "replace") for value in values]
    numbers, is_number = read_figures(texts)
    wrong = next((texts[place] for place in np.flatnonzero(~is_number) if texts[place] not in _MISSING), None)
    if wrong is not None:
        raise _error(f"{source_id}: expected a number, found {excerpt(repr(wrong))}")
    return numbers


def _joined(tables: dict[tuple[str, str], _Table]) -> pa.Table:
    first_of = [min(first for first, _ in table.columns.values()) for table in tables.values()]
    lengths = [
        max(first + len(values) for first, values in table.columns.values()) - start
        for start, table in zip(first_of, tables.values(), strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    columns = {name: np.full(int(starts[-1]), np.nan) for name in MEASURES.values()}
    months = np.concatenate([np.arange(first, first + n) for first, n in zip(first_of, lengths, strict=True)])
    for table, start, first in zip(tables.values(), starts, first_of, strict=False):
        for name, (since, values) in table.columns.items():
            at = int(start) + since - first
            columns[name][at : at + len(values)] = values
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    place = pa.array(np.repeat(np.arange(len(tables)), lengths))

    def spread(values: Iterable[object], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(place)

    return pa.table(
        {
            "series": spread([family for family, _ in tables], pa.string()),
            "country_code": spread([code for _, code in tables], pa.string()),
            "published_name": spread([table.name for table in tables.values()], pa.string()),
            "month_end": pa.array(ends.astype("datetime64[D]")),
            **{name: pa.array(values, from_pandas=True) for name, values in columns.items()},
            "line_number": spread([table.line for table in tables.values()], pa.int32()),
        }
    )
