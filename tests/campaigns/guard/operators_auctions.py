"""Changes of the auction results of a year: TreasuryDirect's JSON, newest first, all figures as text."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.campaigns.guard.editions import AUCTIONS
from tests.campaigns.guard.operators import HARMLESS, HTML, QUARANTINED, REFUSED, on

Result = dict[str, str]
TEN_YEAR = "91282CQQ7"


def edit(body: bytes, change: Callable[[Result], Result | None]) -> bytes:
    """Change each result; None takes it out."""
    changed = [change(one) for one in json.loads(body)]
    return json.dumps([one for one in changed if one is not None], separators=(",", ":")).encode()


def edit_ten_year(body: bytes, change: Callable[[Result], Result]) -> bytes:
    """Change the result of the ten-year note."""
    return edit(body, lambda one: one | change(one) if one["cusip"] == TEN_YEAR else one)


def times(one: Result, name: str, factor: float) -> Result:
    """A figure times a factor."""
    return {name: f"{float(one[name]) * factor:.6f}"}


@on(AUCTIONS, "auction_yield_tenfold", "the high yield of one auction is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_ten_year(body, lambda one: times(one, "highYield", 10))


@on(AUCTIONS, "auction_yields_swapped", "high and low yield of one auction are exchanged", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_ten_year(body, lambda one: {"highYield": one["lowYield"], "lowYield": one["highYield"]})


@on(AUCTIONS, "auction_bid_to_cover_tenfold", "the bid-to-cover of one auction is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_ten_year(body, lambda one: times(one, "bidToCoverRatio", 10))


@on(AUCTIONS, "auction_in_millions", "the amounts of one auction are in millions", QUARANTINED)
def _(body: bytes) -> bytes:
    names = ("offeringAmount", "totalTendered", "totalAccepted", "competitiveTendered", "competitiveAccepted")
    return edit_ten_year(body, lambda one: {name: f"{float(one[name]) / 1e6:.0f}" for name in names})


@on(
    AUCTIONS, "auction_bidders_swapped", "awards of dealers and indirect bidders are exchanged", QUARANTINED, first=None
)
def _(body: bytes) -> bytes:
    def change(one: Result) -> Result:
        return {
            "primaryDealerAccepted": one["indirectBidderAccepted"],
            "indirectBidderAccepted": one["primaryDealerAccepted"],
            "primaryDealerTendered": one["indirectBidderTendered"],
            "indirectBidderTendered": one["primaryDealerTendered"],
        }

    return edit_ten_year(body, change)


@on(AUCTIONS, "auction_issued_before_it", "one auction is dated a month after its issue", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit_ten_year(body, lambda _: {"auctionDate": "2026-08-20T00:00:00"})


@on(AUCTIONS, "auction_missing", "an auction that was known is missing", REFUSED, first=None)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: None if one["cusip"] == TEN_YEAR else one)


@on(AUCTIONS, "auction_result_blank", "the result of an auction that was known is blank", QUARANTINED, first=None)
def _(body: bytes) -> bytes:
    return edit_ten_year(body, lambda _: {"bidToCoverRatio": "", "highYield": ""})


@on(AUCTIONS, "auction_twice", "one auction is there twice", HARMLESS, first=QUARANTINED)
def _(body: bytes) -> bytes:
    found = json.loads(body)
    return json.dumps([*found, next(one for one in found if one["cusip"] == TEN_YEAR)]).encode()


@on(AUCTIONS, "auction_of_another_type", "bills at the address of notes", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: one | {"type": "Bill", "securityType": "Bill"})


@on(AUCTIONS, "auction_cut_off", "the JSON ends in the middle", REFUSED)
def _(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


@on(AUCTIONS, "auction_web_page", "a web page, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(AUCTIONS, "auction_oldest_first", "the results are ordered oldest first, with another field", HARMLESS)
def _(body: bytes) -> bytes:
    return json.dumps([one | {"newField": "x"} for one in reversed(json.loads(body))], indent=1).encode()
