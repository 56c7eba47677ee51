"""Checks for one input that a parser returns valid rows or a FormatError, in time.

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
import pyarrow as pa

from orchestration.loading import parse
from orchestration.loading.workspace import Entry
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_tables import RAW_TABLES
from tests.campaigns.parsers.seeds import Seed

CPU_SECONDS = 2.0
"""What one small document may cost. A clean one costs some hundredths of a second, and machines differ."""
HANG_SECONDS = 30
"""After this time by the clock, an input counts as a hang."""
LONGEST_MESSAGE = 6_000
"""A refusal lists at most twenty lines of a document, each in an excerpt of sixty characters."""

_KINDS = {"varchar": "str", "date": "datetime64", "timestamp": "datetime64", "integer": "int"}
"""How the dtype of a column begins, by its type in raw; all others are `float64`."""

_ADDED = ("document_id", "retrieved_at", "released_on")
"""Columns of raw that no parser knows."""

_DECIMAL = re.compile(r"decimal\((\d+), (\d+)\)")


class BrokenClaimError(AssertionError):
    """A parser broke its claim."""


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
            rows = source.parse(seed.dataset, body, seed.retrieved_at)
        except FormatError as error:
            _check_message(str(error))
            return _in_time(started, read=False)
        frame = rows.to_pandas(date_as_object=False) if isinstance(rows, pa.Table) else rows
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
    """A parser gives all columns of its raw table that a document can have, in types that fit, and the line."""
    raw = RAW_TABLES[table]
    wanted = {column.name: column.kind for column in raw.columns if column.name not in _ADDED}
    if raw.release_day is not None:
        wanted[raw.release_day.column] = "date"
    found = {str(name): str(kind).lower() for name, kind in frame.dtypes.items()}
    wrong = [name for name, kind in wanted.items() if not found.get(name, "").startswith(_KINDS.get(kind, "float64"))]
    if wrong:
        raise BrokenClaimError(f"{', '.join(wrong)} of {table} is missing or of another type in the frame: {found}")
    _check_fits_raw(table, frame)


def _check_fits_raw(table: str, frame: pd.DataFrame) -> None:
    """The next steps can take the frame: as Arrow in raw's columns, and as raw's decimals."""
    raw = RAW_TABLES[table]
    lineage = SimpleNamespace(document_id="0" * 16, retrieved_at="2026-01-01T00:00:00", released_on=None)
    parse._newest_period(frame, raw)
    rows = parse._with_lineage(frame, raw, cast(Entry, lineage), 0, parse._schema(raw))
    if rows.num_rows != len(frame):
        raise BrokenClaimError(f"{len(frame)} rows became {rows.num_rows}")
    for name, kind in raw.value_columns.items():
        found = _DECIMAL.fullmatch(kind)
        if found is None or frame[name].isna().all():
            continue
        digits, places = int(found[1]), int(found[2])
        if frame[name].abs().max() >= 10 ** (digits - places) - 0.5 * 10**-places:
            raise BrokenClaimError(f"{name} {frame[name].abs().max():g} does not fit into {kind}")
    newest = rows.column(raw.period_column[0])
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
