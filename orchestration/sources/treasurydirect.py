"""TreasuryDirect: the results of every auction of Treasury securities since November 1979.

Belongs here: the address of a year's auctions, the layout of the JSON, and the requests. Does not belong here: shares,
scores, and when a result became known.

Datasets: `Note/2026`, one per type of security and year of the auction. A document is a bare array with an object per
auction; every value is a text, and an empty text means "not applicable" or "not yet". Only the current year grows. An
announced auction is in the array without results: it is left out until it has results.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.settings import Settings
from orchestration.sources.base import (
    ArchiveView,
    Endpoint,
    Failed,
    Fetched,
    FetchError,
    FormatError,
    Kept,
    Publisher,
    Response,
)
from orchestration.sources.http import HttpClient, full_address
from orchestration.sources.numbers import read_figures, too_large
from orchestration.sources.parameters import parameters_of
from orchestration.tables.raw import treasury_auctions

PUBLISHER = Publisher(
    name="treasurydirect",
    title="US Department of the Treasury, Bureau of the Fiscal Service",
    website="https://www.treasurydirect.gov",
    about="The results of the Treasury's auctions, with the awards of each class of bidders.",
    endpoints=(
        Endpoint(
            name="treasurydirect",
            url="https://www.treasurydirect.gov",
            gives="auction results, one JSON array per type of security and year, since 1979",
            rhythm="on each day with an auction, within the hour",
        ),
    ),
    examples={
        "https://www.treasurydirect.gov/TA_WS/securities/search?format=json&type=Note&dateFieldName=auctionDate"
        "&startDate=01/01/2026&endDate=12/31/2026": (
            b'[{"cusip":"91282CAB1","issueDate":"2026-01-15T00:00:00","securityType":"Note",'
            b'"securityTerm":"9-Year 10-Month","maturityDate":"2035-11-15T00:00:00","interestRate":"4.000000",'
            b'"announcementDate":"2026-01-08T00:00:00","auctionDate":"2026-01-12T00:00:00",'
            b'"allocationPercentage":"40.500000","averageMedianYield":"4.101000","bidToCoverRatio":"2.500000",'
            b'"competitiveAccepted":"38900000000","competitiveTendered":"97400000000",'
            b'"directBidderAccepted":"4900000000","directBidderTendered":"9000000000",'
            b'"fimaNoncompetitiveAccepted":"0","highDiscountRate":"","highInvestmentRate":"","highYield":"4.1500",'
            b'"indirectBidderAccepted":"30000000000","indirectBidderTendered":"38400000000","lowYield":"4.010000",'
            b'"noncompetitiveAccepted":"100000000","offeringAmount":"39000000000","originalSecurityTerm":"10-Year",'
            b'"pricePer100":"98.775000","primaryDealerAccepted":"4000000000","primaryDealerTendered":"50000000000",'
            b'"reopening":"Yes","somaAccepted":"4000000000","tips":"No","floatingRate":"No",'
            b'"totalAccepted":"43000000000","totalTendered":"101500000000","type":"Note"}]'
        )
    },
)
FIRST_YEARS = {"Bill": 1979, "Note": 1979, "Bond": 1979, "TIPS": 1997, "FRN": 2014, "CMB": 1980}
"""The types, each with the first year that may have an auction."""

_PATH = "/TA_WS/securities/search"
_PARAMETERS = {"format", "type", "dateFieldName", "startDate", "endDate"}
_DATASET = re.compile(rf"({'|'.join(FIRST_YEARS)})/([0-9]{{4}})")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T00:00:00)?"
_LEAST: dict[str, dict[int, int]] = {
    "Bill": {1980: 100, 2002: 145},
    "Note": {1980: 16, 2004: 30, 2010: 55},
    "Bond": {1980: 1, 2002: 0, 2006: 1, 2010: 11, 2021: 22},
    "TIPS": {1998: 2, 2004: 6, 2011: 11},
    "FRN": {2015: 11},
}
"""Minimum number of auctions in a year, from each of these years on, a little below the calendar of auctions.

From November 2001 to February 2006, no bond was sold. Cash management bills have no calendar.
"""
_START = dt.timedelta(days=31)
"""How long a new year may have no auction of any type."""
_SETTLED = dt.timedelta(days=7)
"""How long after its end a year may still get results."""
_LARGEST_DOCUMENT = 16 * 2**20
_AGAIN = "Fetch it again. If the problem persists, the publisher has changed its format."

_TEXTS = {
    "cusip": "cusip",
    "securityTerm": "security_term",
    "originalSecurityTerm": "original_security_term",
    "reopening": "reopening",
}
_DATES = {
    "auctionDate": "auction_date",
    "announcementDate": "announcement_date",
    "issueDate": "issue_date",
    "maturityDate": "maturity_date",
}
_AMOUNTS = {
    "offeringAmount": "offering_amount",
    "totalTendered": "total_tendered",
    "totalAccepted": "total_accepted",
    "competitiveTendered": "competitive_tendered",
    "competitiveAccepted": "competitive_accepted",
    "noncompetitiveAccepted": "noncompetitive_accepted",
    "fimaNoncompetitiveAccepted": "fima_noncompetitive_accepted",
    "somaAccepted": "soma_accepted",
    "primaryDealerTendered": "primary_dealer_tendered",
    "primaryDealerAccepted": "primary_dealer_accepted",
    "directBidderTendered": "direct_bidder_tendered",
    "directBidderAccepted": "direct_bidder_accepted",
    "indirectBidderTendered": "indirect_bidder_tendered",
    "indirectBidderAccepted": "indirect_bidder_accepted",
}
_FIGURES = {
    "bidToCoverRatio": "bid_to_cover_ratio",
    "highYield": "high_yield",
    "averageMedianYield": "average_median_yield",
    "lowYield": "low_yield",
    "highDiscountRate": "high_discount_rate",
    "averageMedianDiscountRate": "average_median_discount_rate",
    "highInvestmentRate": "high_investment_rate",
    "highDiscountMargin": "high_discount_margin",
    "interestRate": "interest_rate",
    "pricePer100": "price_per_100",
    "allocationPercentage": "allocation_percentage",
}
_OF_SOME_TYPES = {"averageMedianDiscountRate", "highDiscountMargin"}
"""Fields that a document of other types may leave out."""
_RESULTS = ("totalAccepted", "bidToCoverRatio", "highYield", "highDiscountRate", "highDiscountMargin")
"""A finished auction has one of these fields."""
_WHOLE_DIGITS = {"price_per_100": 6}
_LARGEST_AMOUNT_DIGITS = 15
"""A double represents every dollar of such an amount exactly."""

Numbers = npt.NDArray[np.int64]


def dataset_of(address: str) -> str | None:
    """The dataset (type and year) that an address serves, at any host; None if it is not a whole year of one type."""
    try:
        parts = urlsplit(address)
        query = parameters_of(parts.query, _PARAMETERS)
    except ValueError:
        return None
    if query is None:
        return None
    years = {query.get("startDate", "").removeprefix("01/01/"), query.get("endDate", "").removeprefix("12/31/")}
    dataset = f"{query.get('type', '')}/{years.pop()}"
    is_year = not years and _DATASET.fullmatch(dataset) is not None
    asks = (query.get("format"), query.get("dateFieldName")) == ("json", "auctionDate")
    return dataset if parts.path == _PATH and asks and is_year else None


def explain(address: str) -> str | None:
    """Why an address of TreasuryDirect is not read, and which one is; None if it is read, or of another host."""
    if "treasurydirect.gov" not in address or dataset_of(address) is not None:
        return None
    return f"Tidemark reads a whole year of one type of security: {_address(PUBLISHER.website, 'Note', 2025)}"


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table of the dataset's rows."""
    return treasury_auctions.TABLE.name


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
    """Parse the auctions of a year into rows.

    Args:
        dataset: the type and the year: `Note/2026`.
        body: the JSON.
        retrieved_at: a new year may still have no auction, and later results cannot be known yet.

    Returns:
        The columns of raw.treasury_auctions, in its units (dollars; per cent; NaN, NaT and None where the text is
        empty), and line_number: the place of the auction in the array, from 1. Auctions without results are left out.

    Raises:
        FormatError: it is not the auctions of that type and year.
    """
    kind, year = _kind_and_year(dataset)
    records = _records(dataset, body)
    if not records and _rows_due(kind, year, retrieved_at.date()):
        raise FormatError(f"TreasuryDirect {dataset}: expected auctions, found none. Fetch it again.")
    held = [
        (number, record) for number, record in enumerate(records, start=1) if any(record.get(name) for name in _RESULTS)
    ]
    numbers = np.array([number for number, _ in held], dtype=np.int64)
    texts = {
        name: pd.Series([record.get(name, "") for _, record in held], dtype="str").str.strip()
        for name in (*_TEXTS, *_DATES, *_AMOUNTS, *_FIGURES)
    }
    frame = pd.DataFrame(
        {
            "security_type": pd.Series([kind] * len(held), dtype="str"),
            **{column: texts[name].mask(texts[name] == "") for name, column in _TEXTS.items()},
            **{column: _days(dataset, name, texts[name], numbers) for name, column in _DATES.items()},
            **{column: _amounts(dataset, name, texts[name], numbers) for name, column in _AMOUNTS.items()},
            **{column: _figures(dataset, name, texts[name], numbers) for name, column in _FIGURES.items()},
            "line_number": numbers,
        }
    )
    _check(dataset, frame, year, retrieved_at)
    return frame


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch the current year of each type, then past years that are missing in the archive, newest first.

    A past year is fetched once after its end, and again only if it was refused, or is empty or incomplete. If one
    cannot be fetched, the next load fetches the others of its type. None is required.

    Yields:
        Fetched and Failed, one per type and year.
    """
    today = dt.datetime.now(dt.UTC).date()
    for kind, first_year in FIRST_YEARS.items():
        for year in range(today.year, first_year - 1, -1):
            dataset, address = f"{kind}/{year}", address_of(settings, kind, year)
            at_least = _rows_due(kind, year, today)
            if _is_settled(archive, full_address(address), year, at_least):
                continue
            try:
                response = client.get(address, known=archive.latest_of_address(full_address(address), at_least))
            except FetchError as error:
                yield Failed(dataset, full_address(address), str(error), required=False)
                break
            yield Fetched(dataset, response, _lacking(dataset, response, at_least))


def address_of(settings: Settings, kind: str, year: int) -> str:
    """The address of the auctions of a type and year."""
    return _address(PUBLISHER.base_url(settings), kind, year)


def _address(base: str, kind: str, year: int) -> str:
    return (
        f"{base}{_PATH}?format=json&type={kind}&dateFieldName=auctionDate&startDate=01/01/{year}&endDate=12/31/{year}"
    )


def _is_settled(archive: ArchiveView, address: str, year: int, at_least: int) -> bool:
    """Whether the document of a year is final, or it is too soon to fetch it again."""
    kept = archive.kept(address)
    if kept is None or kept.retrieved_at.date() <= dt.date(year, 12, 31) + _SETTLED:
        return False
    return not _is_bad(kept, at_least) or not archive.is_due(address)


def _is_bad(kept: Kept, at_least: int) -> bool:
    # Some years of some types are rightly empty; fetching them again now and then is cheap.
    return kept.is_refused or (kept.rows is not None and kept.rows < max(at_least, 1))


def _rows_due(kind: str, year: int, today: dt.date) -> int:
    """The minimum number of auctions in a year's document by now."""
    least = max((first, count) for first, count in [(0, 0), *_LEAST.get(kind, {}).items()] if first <= year)[1]
    if today.year > year:
        return least
    return max(0, least * ((today - dt.date(year, 1, 1)) - _START).days // 366)


def _lacking(dataset: str, response: Response, at_least: int) -> str | None:
    """A warning about missing auctions; None if none are missing, or the load will refuse the document."""
    if response.not_modified:
        return None
    try:
        count = len(parse(dataset, response.body, response.retrieved_at))
    except FormatError:
        return None
    if count >= at_least:
        return None
    return f"{count} auctions of at least {at_least}: the document was incomplete. The next loads fetch it again."


def _kind_and_year(dataset: str) -> tuple[str, int]:
    found = _DATASET.fullmatch(dataset)
    if found is None or int(found[2]) < FIRST_YEARS[found[1]]:
        raise FormatError(
            f"TreasuryDirect: {dataset!r} is not a dataset. Expected a type ({', '.join(FIRST_YEARS)}) and a year "
            "since its first auction, like Note/2026."
        )
    return found[1], int(found[2])


def _records(dataset: str, body: bytes) -> list[dict[str, str]]:
    """The objects of the array, after checking that every field that we read is a text."""
    if len(body) > _LARGEST_DOCUMENT:
        raise FormatError(
            f"TreasuryDirect {dataset}: expected about a million bytes at most, found {len(body):,}. {_AGAIN}"
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"TreasuryDirect {dataset}: expected UTF-8, found the byte 0x{body[error.start]:02x}. {_AGAIN}"
        ) from None
    if text.lstrip().startswith("<"):
        raise FormatError(
            f"TreasuryDirect {dataset}: the document is a web page (HTML) or XML, not JSON: {_shown(text.lstrip())}. "
            "The publisher, or something on the way to it, refused the request: fetch it again later."
        )
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError(
            f"TreasuryDirect {dataset}: expected a JSON array, found {_shown(text)}: not JSON, or cut off. {_AGAIN}"
        ) from None
    if not isinstance(content, list):
        raise FormatError(f"TreasuryDirect {dataset}: expected a JSON array, found {_shown(text)}. {_AGAIN}")
    kind = dataset.split("/")[0]
    for number, record in enumerate(content, start=1):
        _check_record(dataset, kind, number, record)
    return content


def _check_record(dataset: str, kind: str, number: int, record: object) -> None:
    if not isinstance(record, dict):
        raise FormatError(
            f"TreasuryDirect {dataset}: expected an object for auction {number}, found {_shown(str(record))}. {_AGAIN}"
        )
    for name in (*_TEXTS, *_DATES, *_AMOUNTS, *_FIGURES):
        if name not in record and name in _OF_SOME_TYPES:
            continue
        text = record.get(name)
        if not isinstance(text, str) or not text.isascii():
            found = f"found {_shown(repr(record[name]))}" if name in record else "it is missing"
            raise FormatError(
                f"TreasuryDirect {dataset}: expected a text in ASCII as {name} of auction {number}, {found}. {_AGAIN}"
            )
    if _kind_of(record) != kind:
        raise FormatError(
            f"TreasuryDirect {dataset}: expected auctions of type {kind}, found {_shown(str(_kind_of(record)))} "
            f"as auction {number}. Fetch it again."
        )


def _kind_of(record: dict[str, object]) -> object:
    """The type: `securityType` alone calls TIPS and floating-rate notes notes or bonds."""
    for flag, kind in (("tips", "TIPS"), ("floatingRate", "FRN"), ("cashManagementBillCMB", "CMB")):
        if record.get(flag) == "Yes":
            return kind
    return record.get("type") or record.get("securityType")


def _days(dataset: str, name: str, texts: pd.Series, numbers: Numbers) -> pd.Series:
    dates = pd.to_datetime(
        texts.where(texts.str.fullmatch(_DAY)).str.slice(0, 10), format="%Y-%m-%d", errors="coerce"
    ).astype("datetime64[us]")
    is_right = (dates.notna() | ((texts == "") & (name != "auctionDate"))).to_numpy(dtype=bool)
    _refuse_first(dataset, name, "a date like 2026-01-15T00:00:00", texts, numbers, is_right)
    return dates


def _amounts(dataset: str, name: str, texts: pd.Series, numbers: Numbers) -> npt.NDArray[np.float64]:
    values, is_number = read_figures(texts.tolist())
    with np.errstate(invalid="ignore"):
        is_whole = is_number & (values >= 0) & (values == np.floor(values))
    is_right = (texts == "").to_numpy(dtype=bool) | (is_whole & ~too_large(values, _LARGEST_AMOUNT_DIGITS))
    _refuse_first(dataset, name, "whole dollars", texts, numbers, is_right)
    return values


def _figures(dataset: str, name: str, texts: pd.Series, numbers: Numbers) -> npt.NDArray[np.float64]:
    values, is_number = read_figures(texts.tolist())
    digits = _WHOLE_DIGITS.get(_FIGURES[name], 3)
    is_right = (texts == "").to_numpy(dtype=bool) | (is_number & ~too_large(values, digits))
    _refuse_first(dataset, name, f"a number below 10^{digits}", texts, numbers, is_right)
    return values


def _refuse_first(
    dataset: str, name: str, expected: str, texts: pd.Series, numbers: Numbers, is_right: npt.NDArray[np.bool_]
) -> None:
    if not is_right.all():
        place = int(np.argmin(is_right))
        raise FormatError(
            f"TreasuryDirect {dataset}: expected {expected} as {name} of auction {numbers[place]}, "
            f"found {_shown(str(texts.iloc[place]))}. {_AGAIN}"
        )


def _check(dataset: str, frame: pd.DataFrame, year: int, retrieved_at: dt.datetime) -> None:
    """Check that every result has a CUSIP and a past day of the year."""
    latest = pd.Timestamp(retrieved_at.date() + dt.timedelta(days=1))
    is_right = frame["cusip"].notna() & (frame["auction_date"].dt.year == year) & (frame["auction_date"] <= latest)
    if not is_right.all():
        place = int(np.argmin(is_right))
        found = frame.iloc[place]
        raise FormatError(
            f"TreasuryDirect {dataset}: expected a CUSIP and a day of {year} up to the retrieval, found "
            f"{found['cusip']} and {found['auction_date']:%Y-%m-%d} as auction {found['line_number']}. Fetch it again."
        )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
