"""Our own statements about the next TIC releases: a load appends them to the archive, and a later one reads them.

Belongs here: the address and the format of such a document, written and read. Does not belong here: when one is written
(`marts.record`), and what it says (`marts.statistics.nowcast`).

Dataset: `statements`. A document is what was said on one day about one month, a CSV with a line per holder. There is
nothing to fetch: only loads write them. The archive never changes a document, so a statement cannot be improved later.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Failed, Fetched, FormatError, Publisher
from orchestration.sources.http import HttpClient
from orchestration.sources.numbers import read_figures, too_large
from orchestration.tables.raw import nowcast_record

DATASET = "statements"
COLUMNS = (
    "target_month",
    "country_code",
    "made_on",
    "holdings_q10_usd_bn",
    "holdings_q50_usd_bn",
    "holdings_q90_usd_bn",
    "net_purchases_usd_bn",
    "valuation_change_usd_bn",
    "last_holdings_usd_bn",
    "last_month_end",
    "horizon_days",
    "steps",
    "basis",
    "method",
)
"""The columns of a document, in this order."""

BASES = ("live", "replayed", "simulated")

_ADDRESS = re.compile(r"tidemark:nowcast/([0-9]{4}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_EXAMPLE = (
    b"target_month,country_code,made_on,holdings_q10_usd_bn,holdings_q50_usd_bn,holdings_q90_usd_bn,"
    b"net_purchases_usd_bn,valuation_change_usd_bn,last_holdings_usd_bn,last_month_end,horizon_days,steps,basis,method\n"
    b"2026-05-31,99996,2026-06-18,8900.123,9000.456,9100.789,45.678,-12.345,8967.123,2026-04-30,26,1,simulated,invented\n"
    b"2026-05-31,42609,2026-06-18,990.123,1000.456,1010.789,4.567,-1.234,997.123,2026-04-30,26,1,simulated,invented\n"
)

PUBLISHER = Publisher(
    name="nowcast",
    title="Tidemark",
    website="https://home.treasury.gov/data/treasury-international-capital-tic-system",
    about="Our own statements about the next TIC releases, as they were made. Loads write them; nothing is fetched.",
    endpoints=(),
    examples={"tidemark:nowcast/2026-05/2026-06-18": _EXAMPLE},
)

_DATES = ("target_month", "made_on", "last_month_end")
_AMOUNTS = tuple(name for name in COLUMNS if name.endswith("_usd_bn"))
_COUNTS = ("horizon_days", "steps")
_TEXTS = ("country_code", "basis", "method")
_WHOLE_DIGITS = 12
_LARGEST_COUNT = 100_000
_AGAIN = "Only loads write such documents: restore it from a backup of the archive."


def address_of(target_month: dt.date, made_on: dt.date) -> str:
    """The address of what was said on a day about a month."""
    return f"tidemark:nowcast/{target_month:%Y-%m}/{made_on.isoformat()}"


def dataset_of(address: str) -> str | None:
    """The dataset that an address belongs to; None if it is not one of ours."""
    return DATASET if _ADDRESS.fullmatch(address) else None


def explain(address: str) -> str | None:
    """Why an address of ours is not read; None if it is read, or not ours."""
    is_ours = address.startswith("tidemark:")
    return "Tidemark's own statements have addresses like tidemark:nowcast/2026-05/2026-06-18." if is_ours else None


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table of the dataset's rows."""
    return nowcast_record.TABLE.name


def render(rows: Sequence[Mapping[str, Any]], basis: str) -> bytes:
    """Write a document.

    Args:
        rows: of `marts.tic_nowcast`, all about one month.
        basis: one of `BASES`.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "basis": basis} for row in rows)
    return text.getvalue().encode()


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:  # noqa: ARG001 - all sources' signature
    """Read a document.

    Args:
        dataset: `statements`.
        body: the CSV.
        retrieved_at: when the statement was made; not needed.

    Returns:
        The columns of the document, and line_number.

    Raises:
        FormatError: it is not such a document.
    """
    if dataset != DATASET:
        raise FormatError(f"Nowcast: {dataset!r} is not a dataset. Expected {DATASET!r}.")
    lines = _lines(body)
    cells = pd.DataFrame([line for _, line in lines], columns=list(COLUMNS), dtype="str")
    numbers = [number for number, _ in lines]
    read: dict[str, Any] = {name: cells[name] for name in _TEXTS}
    read |= {name: _dates(name, cells[name], numbers) for name in _DATES}
    read |= {name: _amounts(name, cells[name], numbers) for name in _AMOUNTS}
    read |= {name: _counts(name, cells[name], numbers) for name in _COUNTS}
    wrong = ~cells["basis"].isin(BASES)
    if wrong.any():
        _refuse("one of " + ", ".join(BASES), cells["basis"], "basis", numbers, wrong)
    return pd.DataFrame({name: read[name] for name in COLUMNS}).assign(line_number=numbers)


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:  # noqa: ARG001
    """Fetch nothing: only a load writes these documents."""
    yield from ()


def _lines(body: bytes) -> list[tuple[int, list[str]]]:
    """The lines after the header, each with its number."""
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"Nowcast {DATASET}: the document is not CSV in UTF-8 ({error}). {_AGAIN}") from None
    if not lines or tuple(lines[0]) != COLUMNS:
        found = repr(", ".join(lines[0])[:80]) if lines else "nothing"
        raise FormatError(f"Nowcast {DATASET}: expected the columns {', '.join(COLUMNS)}, found {found}. {_AGAIN}")
    if not body.endswith(b"\n"):
        raise FormatError(f"Nowcast {DATASET}: the last line is cut off. {_AGAIN}")
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if line]
    wrong = next((number for number, line in rows if len(line) != len(COLUMNS)), None)
    if wrong is not None or not rows:
        where = f"line {wrong} has another number of cells" if rows else "there is no line"
        raise FormatError(f"Nowcast {DATASET}: expected {len(COLUMNS)} cells a line; {where}. {_AGAIN}")
    return rows


def _dates(name: str, texts: pd.Series, numbers: list[int]) -> pd.Series:
    whole = texts.where(texts.str.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"))
    dates = pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        _refuse("a date like 2026-05-31", texts, name, numbers, dates.isna())
    return dates.astype("datetime64[us]")


def _amounts(name: str, texts: pd.Series, numbers: list[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values, is_number = read_figures(texts.tolist())
    is_wrong = ~is_number | too_large(values, _WHOLE_DIGITS)
    if is_wrong.any():
        _refuse("an amount", texts, name, numbers, pd.Series(is_wrong))
    return values


def _counts(name: str, texts: pd.Series, numbers: list[int]) -> pd.Series:
    is_wrong = ~texts.str.fullmatch(r"[0-9]{1,5}")
    if is_wrong.any():
        _refuse(f"a whole number below {_LARGEST_COUNT:,}", texts, name, numbers, is_wrong)
    return texts.astype("int64")


def _refuse(expected: str, texts: pd.Series, name: str, numbers: list[int], is_wrong: pd.Series) -> None:
    place = int(np.argmax(is_wrong.to_numpy()))
    found = repr(str(texts.iloc[place])[:80])
    raise FormatError(
        f"Nowcast {DATASET}: expected {expected} as {name} on line {numbers[place]}, found {found}. {_AGAIN}"
    )
