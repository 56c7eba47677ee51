"""Writes auction results as TreasuryDirect serves them, from January 2024: simulated bids at the simulated yields.

Belongs here: the schedule of auctions, the bidders, and the layout of the JSON. Does not belong here: yields
(`simulate_rates.py`).

Awards add up like the publisher's: dealers, direct and indirect bidders add up to the competitive awards; these,
noncompetitive awards, foreign officials and the Federal Reserve's add-on add up to the total.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestration.sample.calendars import bond_holidays, days
from orchestration.sample.documents import Document
from orchestration.sample.reproducible import Noise, split, whole

FIRST_DAY = dt.date(2024, 1, 1)
_FIRST_BILL = dt.date(2025, 6, 1)
"""Bills are sold every week: a year of them is enough."""
_ANNOUNCED_UNTIL = dt.date(2026, 6, 25)
_ADDRESS = (
    "https://www.treasurydirect.gov/TA_WS/securities/search?format=json&type={kind}&dateFieldName=auctionDate"
    "&startDate=01/01/{year}&endDate=12/31/{year}"
)
_BILLION = 1_000_000_000
_WEAK = (dt.date(2025, 4, 7), dt.date(2025, 4, 30))
"""Auctions on these days have fewer bidders: the stress of April 2025."""


@dataclass(frozen=True)
class Line:
    """One line of securities.

    Attributes:
        kind: the publisher's type.
        term: as first sold; `own_term` if a reopened bill is sold with another term.
        months: to maturity; 0 for bills, which have `days_to_maturity`.
        series_id: whose yield it is sold at.
        size: of an offering, in billions.
        cover: usual bids for each dollar.
        shares: usual awards of dealers, direct and indirect bidders, per cent.
        auction_day: of the month, or -1 for every Monday.
        new_in: months in which a new security is sold; in the others the last one is reopened.
        sold_in: months with an auction.
    """

    kind: str
    term: str
    months: int
    series_id: str
    size: int
    cover: float
    shares: tuple[int, int, int]
    auction_day: int
    new_in: tuple[int, ...] = tuple(range(1, 13))
    sold_in: tuple[int, ...] = tuple(range(1, 13))
    days_to_maturity: int = 0
    own_term: str = ""


_QUARTERLY = (2, 5, 8, 11)
_LINES = (
    Line("Bill", "26-Week", 0, "DGS3MO", 76, 2.9, (36, 6, 58), -1, (), days_to_maturity=91, own_term="13-Week"),
    Line("CMB", "17-Week", 0, "DGS1MO", 60, 3.0, (40, 5, 55), 5, (), (3, 6, 9, 12), 42, "42-Day"),
    Line("Note", "2-Year", 24, "DGS2", 69, 2.6, (13, 21, 66), 25),
    Line("Note", "5-Year", 60, "DGS5", 70, 2.4, (12, 20, 68), 26),
    Line("Note", "10-Year", 120, "DGS10", 39, 2.55, (13, 18, 69), 10, _QUARTERLY),
    Line("Bond", "30-Year", 360, "DGS30", 22, 2.45, (14, 20, 66), 12, _QUARTERLY),
    Line("TIPS", "10-Year", 120, "DFII10", 18, 2.4, (9, 20, 71), 20, (1, 7), (1, 3, 5, 7, 9, 11)),
    Line("FRN", "2-Year", 24, "DGS3MO", 28, 2.9, (38, 1, 61), 27, (1, 4, 7, 10)),
)


def auction_documents(seed: int, rates: Mapping[str, Mapping[dt.date, int]], as_of: dt.date) -> Iterator[Document]:
    """Write the auctions of each type and year, newest first; those after `as_of` are announced and have no result."""
    records: dict[tuple[str, int], list[dict[str, str]]] = {}
    for number, line in enumerate(_LINES, start=1):
        for record in _auctions(seed, number, line, rates[line.series_id], as_of):
            records.setdefault((line.kind, int(record["auctionDate"][:4])), []).append(record)
    for (kind, year), found in sorted(records.items()):
        newest_first = sorted(found, key=lambda record: (record["auctionDate"], record["cusip"]), reverse=True)
        body = json.dumps(newest_first, separators=(",", ":")).encode("ascii")
        note = "the last auction is announced" if any(not one["totalAccepted"] for one in found) else ""
        address = _ADDRESS.format(kind=kind, year=year)
        yield Document(f"treasurydirect/{as_of}/{kind}-{year}.json", "treasurydirect", address, as_of, body, note)


def _auctions(
    seed: int, number: int, line: Line, path: Mapping[dt.date, int], as_of: dt.date
) -> Iterator[dict[str, str]]:
    noise = Noise(seed, "auctions", line.kind, line.own_term or line.term)
    first_sold: dt.date | None = None
    serial = 0
    for count, day in enumerate(_auction_days(line), start=1):
        is_new = day.month in line.new_in or (first_sold is None and line.own_term == "")
        first_sold = day if is_new or first_sold is None else first_sold
        issued = _issue_day(line, day)
        age = (day.year - first_sold.year) * 12 + day.month - first_sold.month
        matures = issued + dt.timedelta(days=line.days_to_maturity) if not line.months else _later(first_sold, line)
        serial = count if is_new or line.own_term else serial
        record = {
            "cusip": f"SIM{number}{serial:05d}",
            "type": line.kind,
            "securityType": {"TIPS": "Note", "FRN": "Note", "CMB": "Bill"}.get(line.kind, line.kind),
            "securityTerm": line.own_term or (line.term if is_new else _shorter(line, age)),
            "originalSecurityTerm": line.term,
            "reopening": "No" if is_new else "Yes",
            "tips": _yes(line.kind == "TIPS"),
            "floatingRate": _yes(line.kind == "FRN"),
            "cashManagementBillCMB": _yes(line.kind == "CMB"),
            "announcementDate": _moment(day - dt.timedelta(days=5)),
            "auctionDate": _moment(day),
            "issueDate": _moment(issued),
            "maturityDate": _moment(matures),
            "offeringAmount": str(line.size * _BILLION),
        }
        known = max((known for known in path if known <= day), default=day)
        yield record | _result(noise, line, day, path[known], is_held=day < as_of)


def _auction_days(line: Line) -> list[dt.date]:
    """On the line's day of the month, or every Monday; on the next business day if that is a holiday."""
    chosen = [
        day
        for day in days(_FIRST_BILL if line.kind == "Bill" else FIRST_DAY, _ANNOUNCED_UNTIL)
        if (day.weekday() == 0 if line.auction_day < 0 else day.day == line.auction_day and day.month in line.sold_in)
    ]
    return [_business_day(day) for day in chosen]


def _business_day(day: dt.date) -> dt.date:
    while day.weekday() > 4 or day in bond_holidays(day.year):
        day += dt.timedelta(days=1)
    return day


def _issue_day(line: Line, day: dt.date) -> dt.date:
    return _business_day(day + dt.timedelta(days=3 if not line.months else 5))


def _later(day: dt.date, line: Line) -> dt.date:
    years = line.months // 12
    return dt.date(day.year + years, day.month, 15 if line.kind in ("Bond", "TIPS") or years == 10 else 28)


def _shorter(line: Line, age: int) -> str:
    years, months = divmod(line.months - age, 12)
    return f"{years}-Year {months}-Month"


def _result(noise: Noise, line: Line, day: dt.date, basis_points: int, *, is_held: bool) -> dict[str, str]:
    """Bids, awards and rates; blank if the auction has not taken place."""
    is_weak = _WEAK[0] <= day <= _WEAK[1]
    offered = line.size * _BILLION
    noncompetitive = whole(offered * noise.uniform(0.002, 0.02) / 100) * 100
    foreign = whole(noise.uniform(0, 5)) * _BILLION // 20
    soma = whole(offered * noise.uniform(0.02, 0.12) / 100) * 100 if line.kind not in ("CMB", "FRN") else 0
    competitive = offered - noncompetitive - foreign + whole(noise.uniform(0, 500)) * 100
    dealers, direct, _ = line.shares
    dealers_now = max(2.0, dealers + 2.5 * noise.normal() + (8 if is_weak else 0))
    direct_now = max(0.2, direct + 2.0 * noise.normal())
    awards = split(competitive // 100, (dealers_now, direct_now, 100 - dealers_now - direct_now))
    to_dealers, to_direct, to_indirect = (award * 100 for award in awards)
    cover = line.cover + 0.1 * noise.normal() - (0.25 if is_weak else 0.0)
    by_direct = whole(to_direct * noise.uniform(1.3, 2.0) / 100) * 100
    by_indirect = whole(to_indirect * noise.uniform(1.12, 1.3) / 100) * 100
    wanted = whole(competitive * cover / 100) * 100
    by_dealers = max(wanted - by_direct - by_indirect, to_dealers)
    bids = by_dealers + by_direct + by_indirect
    ratio = whole(100 * (bids + noncompetitive + foreign) / (competitive + noncompetitive + foreign))
    # thousandths of a per cent
    high = 10 * basis_points + whole(8 * noise.normal()) + (15 if is_weak else 0)
    median = high - whole(noise.uniform(20, 60))
    coupon = max(125, high // 125 * 125)
    amounts = {
        "totalTendered": bids + noncompetitive + foreign + soma,
        "totalAccepted": competitive + noncompetitive + foreign + soma,
        "competitiveTendered": bids,
        "competitiveAccepted": competitive,
        "noncompetitiveAccepted": noncompetitive,
        "fimaNoncompetitiveAccepted": foreign,
        "somaAccepted": soma,
        "primaryDealerTendered": by_dealers,
        "primaryDealerAccepted": to_dealers,
        "directBidderTendered": by_direct,
        "directBidderAccepted": to_direct,
        "indirectBidderTendered": by_indirect,
        "indirectBidderAccepted": to_indirect,
    }
    years = line.months / 12 if line.months else line.days_to_maturity / 360
    is_coupon, is_bill = line.kind in ("Note", "Bond", "TIPS"), line.months == 0
    figures = {
        "bidToCoverRatio": f"{ratio / 100:.6f}",
        "highYield": _rate(high, printed=is_coupon),
        "averageMedianYield": _rate(median, printed=is_coupon),
        "lowYield": _rate(median - 70, printed=is_coupon),
        "highDiscountRate": _rate(high, printed=is_bill),
        "averageMedianDiscountRate": _rate(median, printed=is_bill),
        "highInvestmentRate": _rate(high + 80, printed=is_bill),
        "highDiscountMargin": _rate(100 + high % 80, printed=line.kind == "FRN"),
        "interestRate": _rate(coupon, printed=is_coupon),
        "pricePer100": _rate(whole(100_000 - (high if is_bill else (high - coupon) * 0.8) * years), printed=True),
        "allocationPercentage": f"{whole(noise.uniform(100, 9_900)) / 100:.6f}",
    }
    result = {name: str(amount) for name, amount in amounts.items()} | figures
    return result if is_held else dict.fromkeys(result, "")


def _rate(thousandths: int, *, printed: bool) -> str:
    return f"{thousandths / 1000:.6f}" if printed else ""


def _moment(day: dt.date) -> str:
    return f"{day}T00:00:00"


def _yes(is_so: object) -> str:
    return "Yes" if is_so else "No"
