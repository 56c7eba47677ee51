"""Fiscal Data: the Treasury's Monthly Statement of the Public Debt, table I.

Belongs here: the address of the statement, the layout of its JSON, and the request. Does not belong here: net issuance,
and when a figure became known.

Dataset: `mspd_table_1`, one document: the whole history since 2001, one object per month and line; every value is a
text, amounts are millions of dollars. Only the line `Total Marketable` is loaded: marketable debt held by the public,
the Federal Reserve included, at face value. It is published on the fourth business day of the next month.

The address has no filter: the server stalls on several, and on values with blanks.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FetchError, FormatError, Publisher
from orchestration.sources.http import HttpClient
from orchestration.sources.numbers import read_figures, too_large
from orchestration.sources.parameters import parameters_of
from orchestration.tables.raw import treasury_debt

DATASET = "mspd_table_1"
LINE = treasury_debt.SERIES[0].published_name

_PATH = "/services/api/fiscal_service/v1/debt/mspd/mspd_table_1"
_QUERY = (
    "sort=record_date&page%5Bsize%5D=10000"
    "&fields=record_date,security_type_desc,security_class_desc,debt_held_public_mil_amt,total_mil_amt"
)
_PARAMETERS = {"sort", "page[size]", "page[number]", "fields"}
_FIELDS = ("record_date", "security_type_desc", "debt_held_public_mil_amt")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WHOLE_DIGITS = 12
"""Digits before the point in raw's DECIMAL."""
_FIRST_YEAR = 2001
_LARGEST_DOCUMENT = 16 * 2**20
_AGAIN = "Fetch it again. If the problem persists, the publisher has changed its format."

PUBLISHER = Publisher(
    name="fiscaldata",
    title="US Department of the Treasury, Bureau of the Fiscal Service, Fiscal Data",
    website="https://fiscaldata.treasury.gov",
    about="The Monthly Statement of the Public Debt: marketable debt at face value.",
    endpoints=(
        Endpoint(
            name="fiscaldata",
            url="https://api.fiscaldata.treasury.gov",
            gives="table I of the Monthly Statement of the Public Debt, one JSON object with the history since 2001",
            rhythm="each month, on the fourth business day",
        ),
    ),
    examples={
        f"https://api.fiscaldata.treasury.gov{_PATH}?{_QUERY}": (
            b'{"data":[{"record_date":"2026-01-31","security_type_desc":"Marketable","security_class_desc":"Bills",'
            b'"debt_held_public_mil_amt":"6500000.5","total_mil_amt":"6500100.5"},'
            b'{"record_date":"2026-01-31","security_type_desc":"Total Marketable","security_class_desc":"_",'
            b'"debt_held_public_mil_amt":"30400000.5","total_mil_amt":"30450000.25"},'
            b'{"record_date":"2026-02-28","security_type_desc":"Total Marketable","security_class_desc":"_",'
            b'"debt_held_public_mil_amt":"30600000.25","total_mil_amt":"30650000.75"}],'
            b'"meta":{"count":3,"total-count":3,"total-pages":1},"links":{"next":null}}'
        )
    },
)


def dataset_of(address: str) -> str | None:
    """The dataset that an address serves, at any host; None if it is not the whole statement."""
    try:
        parts = urlsplit(address)
        query = parameters_of(parts.query, _PARAMETERS)
    except ValueError:
        return None
    if parts.path != _PATH or query is None or query.get("page[number]", "1") != "1":
        return None
    return DATASET if set(_FIELDS) <= set(query.get("fields", "").split(",")) else None


def explain(address: str) -> str | None:
    """Why an address of Fiscal Data is not read, and which one is; None if it is read, or of another host."""
    if "fiscaldata.treasury.gov" not in address or dataset_of(address) is not None:
        return None
    return f"Tidemark reads one table of Fiscal Data: {PUBLISHER.endpoints[0].url}{_PATH}?{_QUERY}"


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table of the dataset's rows."""
    return treasury_debt.TABLE.name


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Parse the statement into rows.

    Args:
        dataset: `mspd_table_1`.
        body: the JSON.
        retrieved_at: later months cannot be known yet.

    Returns:
        security_type (`Total Marketable`), date, value (millions of dollars), line_number: the place of the object in
        the array, from 1.

    Raises:
        FormatError: it is not the whole statement.
    """
    if dataset != DATASET:
        raise FormatError(f"Fiscal Data: {dataset!r} is not a dataset. Expected {DATASET!r}.")
    totals = [(number, record) for number, record in enumerate(_records(body), start=1) if _is_total(number, record)]
    if not totals:
        raise FormatError(f"Fiscal Data {DATASET}: expected a line {LINE!r} per month, found none. {_AGAIN}")
    numbers = np.array([number for number, _ in totals], dtype=np.int64)
    days = pd.Series([record["record_date"] for _, record in totals], dtype="str")
    amounts = [record["debt_held_public_mil_amt"].strip() for _, record in totals]
    dates = pd.to_datetime(days.where(days.str.fullmatch(_DAY)), format="%Y-%m-%d", errors="coerce")
    values, is_number = read_figures(amounts)
    is_right = dates.notna().to_numpy(dtype=bool) & (dates == dates + pd.offsets.MonthEnd(0)).to_numpy(dtype=bool)
    _refuse_first("record_date", "the last day of a month", list(days), numbers, is_right)
    _refuse_first(
        "debt_held_public_mil_amt",
        f"a number below 10^{_WHOLE_DIGITS}",
        amounts,
        numbers,
        np.asarray(is_number) & ~too_large(values, _WHOLE_DIGITS),
    )
    # A wrong clock or another time zone must not cause the newest month to be refused.
    is_known = (dates <= pd.Timestamp(retrieved_at.date()) + pd.Timedelta(days=1)).to_numpy(dtype=bool)
    is_next = np.append(True, np.diff(dates.to_numpy()) > np.timedelta64(0, "D"))
    _refuse_first(
        "record_date", "the months in order, each once, up to the retrieval", list(days), numbers, is_known & is_next
    )
    return pd.DataFrame(
        {
            "security_type": pd.Series([LINE] * len(totals), dtype="str"),
            "date": dates.astype("datetime64[us]"),
            "value": values,
            "line_number": numbers,
        }
    )


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch the statement. It is not required: net issuance is then estimated.

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


def address_of(settings: Settings) -> str:
    """The address of the statement."""
    return f"{PUBLISHER.base_url(settings)}{_PATH}?{_QUERY}"


def _rows_due(now: dt.datetime) -> int:
    """The minimum number of months of the whole history."""
    return 12 * (now.year - _FIRST_YEAR) * 9 // 10


def _records(body: bytes) -> list[Any]:
    """The objects of the array `data`, after checking that it is the only page."""
    if len(body) > _LARGEST_DOCUMENT:
        raise FormatError(f"Fiscal Data {DATASET}: expected about a million bytes, found {len(body):,}. {_AGAIN}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"Fiscal Data {DATASET}: expected UTF-8, found the byte 0x{body[error.start]:02x}. {_AGAIN}"
        ) from None
    if text.lstrip().startswith("<"):
        raise FormatError(
            f"Fiscal Data {DATASET}: the document is a web page (HTML) or XML, not JSON: {_shown(text.lstrip())}. "
            "The publisher, or something on the way to it, refused the request: fetch it again later."
        )
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError(
            f"Fiscal Data {DATASET}: expected a JSON object, found {_shown(text)}: not JSON, or cut off. {_AGAIN}"
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get("data"), list):
        raise FormatError(
            f"Fiscal Data {DATASET}: expected a JSON object with an array `data`, found {_shown(text)}. {_AGAIN}"
        )
    meta = content.get("meta")
    pages = str(meta.get("total-pages", 1)) if isinstance(meta, dict) else "1"
    if pages != "1":
        raise FormatError(
            f"Fiscal Data {DATASET}: expected the whole statement on one page, found the first of {_shown(pages)}. "
            "The publisher has more lines than it shows at once: a larger page[size] is needed."
        )
    found: list[Any] = content["data"]
    return found


def _is_total(number: int, record: object) -> bool:
    if not isinstance(record, dict):
        raise FormatError(
            f"Fiscal Data {DATASET}: expected an object as line {number}, found {_shown(str(record))}. {_AGAIN}"
        )
    for name in _FIELDS:
        text = record.get(name)
        if not isinstance(text, str) or not text.isascii():
            found = f"found {_shown(repr(record[name]))}" if name in record else "it is missing"
            raise FormatError(
                f"Fiscal Data {DATASET}: expected a text in ASCII as {name} of line {number}, {found}. {_AGAIN}"
            )
    return bool(record["security_type_desc"].strip() == LINE)


def _refuse_first(name: str, takes: str, texts: list[str], numbers: Any, is_right: Any) -> None:
    if not is_right.all():
        place = int(np.argmin(is_right))
        raise FormatError(
            f"Fiscal Data {DATASET}: expected {takes} as {name} of line {numbers[place]}, "
            f"found {_shown(texts[place])}. {_AGAIN}"
        )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
