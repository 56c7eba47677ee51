"""What must hold whatever a parser is given, and how it is found out for one input.

Belongs here: the claim. Does not belong here: where inputs come from (`seeds`, `mutator`, `strategies`).
"""

from __future__ import annotations

import re
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, SimpleNamespace
from typing import cast

import pandas as pd

from orchestration.loading import parse as offer
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_tables import RAW_TABLES
from tests.campaigns.parsers.seeds import Seed

CPU_SECONDS = 2.0
"""What one small document may cost. A clean one costs some hundredths of a second, and machines differ."""
HANG_SECONDS = 30
"""After so long by the clock an input is taken for a hang."""
LONGEST_MESSAGE = 6_000
"""A refusal lists at most twenty lines of a document, each in an excerpt of sixty characters."""

FORMS: dict[str, dict[str, str]] = {
    "tic_holdings": {
        **dict.fromkeys(("series", "country_code", "published_name"), "str"),
        "month_end": "datetime64[s]",
        **dict.fromkeys(("security_type", "instrument", "measure"), "str"),
        "value": "float64",
        **dict.fromkeys(("value_note", "unit", "basis"), "str"),
        "revised_on": "datetime64[s]",
        "line_number": "int64",
    },
    "tic_release_calendar": {
        "data_month_end": "datetime64[s]",
        "released_on": "datetime64[s]",
        "kind": "str",
        "note": "str",
        "line_number": "int64",
    },
    "fred_observations": {
        "series_id": "str",
        "date": "datetime64[us]",
        "value": "float64",
        "realtime_start": "datetime64[us]",
        "realtime_end": "datetime64[us]",
        "line_number": "int64",
    },
    "fred_series": {
        **dict.fromkeys(("series_id", "title", "units", "frequency", "seasonal_adjustment"), "str"),
        "last_updated": "datetime64[us]",
        "line_number": "int64",
    },
    "treasury_par_yields": {"date": "datetime64[us]", "tenor": "str", "value": "float64", "line_number": "int64"},
    "ofr_stress_index": {"date": "datetime64[us]", "component": "str", "value": "float64", "line_number": "int64"},
    "crypto_candles": {
        **dict.fromkeys(("venue", "symbol", "quote", "candle_interval"), "str"),
        "opened_at": "datetime64[us]",
        **dict.fromkeys(("open", "high", "low", "close", "volume"), "float64"),
        "line_number": "int64",
    },
}
"""The frame that a parser gives for each raw table: column -> dtype, in order."""

_DECIMAL = re.compile(r"decimal\((\d+), (\d+)\)")


class BrokenClaimError(AssertionError):
    """A parser did what it must never do."""


class HangError(BaseException):
    """An input held a parser for too long. No `Exception`, so that no parser catches it."""


def judge(seed: Seed, body: bytes) -> bool:
    """Give an input to the parser of a seed.

    Args:
        seed: tells the parser, the dataset, and the time of retrieval.
        body: the input.

    Returns:
        Whether it was read; if not, it was refused as it should be.

    Raises:
        BrokenClaimError: a frame or a message is not what is promised, or took too long.
        HangError: the parser did not come back.
        Exception: whatever a parser raises that is no FormatError. Warnings are raised, too.
    """
    source = SOURCES[seed.source]
    started = time.thread_time()
    with _alarm(), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            frame = source.parse(seed.dataset, body, seed.retrieved_at)
        except FormatError as error:
            _check_message(str(error))
            return _in_time(started, read=False)
        _check_frame(source.raw_table(seed.dataset), frame)
    return _in_time(started, read=True)


def _in_time(started: float, *, read: bool) -> bool:
    spent = time.thread_time() - started
    if spent > CPU_SECONDS:
        raise BrokenClaimError(f"an input took {spent:.1f} seconds of CPU")
    return read


def _check_message(message: str) -> None:
    """A refusal is a sentence that fits a screen, and can be printed, logged and stored."""
    if not 20 <= len(message) <= LONGEST_MESSAGE:
        raise BrokenClaimError(f"a refusal of {len(message)} characters: {message[:200]!r}")
    if not message.isprintable():
        raise BrokenClaimError(f"a refusal with characters that are none to print: {message[:200]!r}")


def _check_frame(table: str, frame: pd.DataFrame) -> None:
    found = {str(name): str(kind) for name, kind in frame.dtypes.items()}
    if list(found.items()) != list(FORMS[table].items()):
        raise BrokenClaimError(f"a frame of other columns than {table}'s: {found}")
    _check_fits_raw(table, frame)


def _check_fits_raw(table: str, frame: pd.DataFrame) -> None:
    """The next steps can take the frame: as Arrow in raw's columns, and as raw's decimals."""
    raw = RAW_TABLES[table]
    rows = offer._in_raw_columns(table, frame)
    lineage = SimpleNamespace(document_id="0" * 16, retrieved_at="2026-01-01T00:00:00", released_on=None)
    offer._newest_period(rows, raw)
    offered = offer._with_lineage(rows, raw, cast(offer.Entry, lineage), 0, offer._schema(raw))
    if offered.num_rows != len(rows):
        raise BrokenClaimError(f"{len(rows)} rows became {offered.num_rows}")
    for name, kind in raw.value_columns.items():
        found = _DECIMAL.fullmatch(kind)
        if found is None or rows[name].isna().all():
            continue
        digits, places = int(found[1]), int(found[2])
        if rows[name].abs().max() >= 10 ** (digits - places) - 0.5 * 10**-places:
            raise BrokenClaimError(f"{name} {rows[name].abs().max():g} does not fit into {kind}")
    newest = offered.column(raw.period_column[0])
    if newest.null_count:
        raise BrokenClaimError(f"{newest.null_count} rows without a {raw.period_column[0]}")


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise HangError(f"no answer after {HANG_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
