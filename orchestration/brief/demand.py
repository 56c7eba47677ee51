"""Two sections of the page of flows: who took the debt that the Treasury added, and demand at its auctions.

Belongs here: charts, sentences and tables of these sections. Does not belong here: queries (`figures.py`), the rest of
the page (`flows.py`), marks (`charts/demand.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Block, Chart, Section, Sources, Table, numeric, text
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import month, number, per_cent, signed

WEAK, STRONG = 25.0, 75.0
"""Percentiles among 24 auctions below and above which demand is called weak or strong."""


def absorption(found: Mapping[str, Rows], sources: Sources) -> Section:
    """Who took the debt that the Treasury added, and how much of all of it foreigners hold."""
    title = "Who took the new debt"
    blocks: list[Block] = []
    if found["absorption"]:
        blocks.append(_absorption_chart(found["absorption"], sources))
    if found["foreign_share"]:
        blocks.append(_share_chart(found["foreign_share"], sources))
    if not blocks:
        return Section("new_debt", title, ["The debt is not known on this day."])
    lead = (
        "Net issuance is the change of marketable debt at face value. A month that is marked as estimated has the "
        "change of the market value less an estimate of what prices did to it. Foreigners: net purchases as reported. "
        "Federal Reserve: change of its holdings at face value. The rest is at home, with all errors of the others."
    )
    return Section("new_debt", title, [lead], (), blocks)


def _absorption_chart(rows: Rows, sources: Sources) -> Chart:
    newest = rows[-1]
    when = month(newest["month_end"])
    share = newest["foreign_share_of_net_issuance_12m"]
    return Chart(
        "absorption",
        _who_took(share, when),
        "Net issuance of marketable debt and who took it, billions of dollars a month",
        f"In {when}: net issuance {words.dollars(newest['net_issuance_usd_bn'])} "
        f"({newest['net_issuance_basis']}). Foreigners "
        f"{words.bought_or_sold(newest['foreign_net_purchases_usd_bn'])}, holdings of the Federal Reserve changed by "
        f"{words.dollars(newest['fed_change_usd_bn'])}, the rest is "
        f"{words.dollars(newest['domestic_residual_usd_bn'])}.",
        sources.line("absorption", f"to {when}"),
        Table(
            "The last twelve months, billions of dollars",
            ("Month", "Net issuance", "Basis", "Foreigners", "Federal Reserve", "At home, and errors"),
            [
                [
                    text(month(row["month_end"])),
                    numeric(signed(row["net_issuance_usd_bn"])),
                    text(row["net_issuance_basis"]),
                    numeric(signed(row["foreign_net_purchases_usd_bn"])),
                    numeric(signed(row["fed_change_usd_bn"])),
                    numeric(signed(row["domestic_residual_usd_bn"])),
                ]
                for row in reversed(rows[-12:])
            ],
        ),
    )


def _who_took(share: float | None, when: str) -> str:
    if share is None:
        return f"No share of the year to {when}: too little was issued, or a month is missing"
    if share < 0:
        return f"Foreigners sold while the debt grew in the twelve months to {when}"
    return f"Foreigners took {per_cent(100 * share, 0)} of the debt added in the twelve months to {when}"


def _share_chart(rows: Rows, sources: Sources) -> Chart:
    newest, oldest = rows[-1], rows[0]
    highest = max(rows, key=lambda row: row["foreign_share_pct"])
    now = f"Foreigners hold {per_cent(newest['foreign_share_pct'], 0)} of marketable debt"
    title = (
        f"{now}, the most since {month(oldest['month_end'])}"
        if highest is newest
        else f"{now}, down from {per_cent(highest['foreign_share_pct'], 0)} in {month(highest['month_end'])}"
    )
    return Chart(
        "foreign_share",
        title,
        "Holdings of all foreigners, % of marketable debt at market value",
        f"{per_cent(newest['foreign_share_pct'])} in {month(newest['month_end'])}, "
        f"{per_cent(oldest['foreign_share_pct'])} in {month(oldest['month_end'])}. The Federal Reserve's part is in "
        "the debt.",
        sources.line("absorption", f"to {month(newest['month_end'])}"),
    )


def auctions(rows: Rows, sources: Sources) -> Section:
    """Demand at the newest auction of each term, compared with the auctions before it."""
    newest = max(row["auction_date"] for row in rows)
    placed = [row for row in rows if row["demand_percentile"] is not None]
    table = Table(
        f"The newest auction of each term, to {words.day(newest)}",
        (
            "Security",
            "Auction",
            "Size, $ bn",
            "High yield, %",
            "Bid-to-cover",
            "Indirect, %",
            "Dealers, %",
            "Percentile",
        ),
        [
            [
                text(row["name"]),
                text(words.day(row["auction_date"])),
                numeric(number(row["accepted_usd_bn"])),
                numeric(number(row["high_yield_pct"], 3)),
                numeric(number(row["bid_to_cover"], 2)),
                numeric(number(row["indirect_pct"])),
                numeric(number(row["dealer_pct"])),
                numeric(number(row["demand_percentile"], 0)),
            ]
            for row in rows
        ],
    )
    lead = (
        "Demand is what direct and indirect bidders bid for each dollar sold. Indirect bidders are foreign official "
        "accounts and everybody else who bids through a dealer: a proxy for foreign demand, not a foreign share."
    )
    source = sources.line("auctions", f"to {words.day(newest)}")
    if not placed:
        shown = Table(table.caption, table.head, table.rows, source)
        return Section("demand", "Demand at auctions", [lead], (), [shown])
    chart = Chart(
        "auctions",
        _demand_title(placed),
        "Demand at the newest auction: percentile among the 24 auctions before it of the same term",
        _demand_says(placed),
        source,
        table,
    )
    return Section("demand", "Demand at auctions", [lead], (), [chart])


def _demand_title(placed: Rows) -> str:
    weak = [row for row in placed if row["demand_percentile"] < WEAK]
    strong = [row for row in placed if row["demand_percentile"] > STRONG]
    of = f"the newest auctions of {words.counted(len(placed), 'term')}"
    if not weak and not strong:
        return f"Demand was neither weak nor strong at {of}"
    return f"Demand was weak at {len(weak)} and strong at {len(strong)} of {of}"


def _demand_says(placed: Rows) -> str:
    lowest = min(placed, key=lambda row: row["demand_percentile"])
    highest = max(placed, key=lambda row: row["demand_percentile"])
    return f"Weakest: {_place(lowest)}. Strongest: {_place(highest)}. Weak is below 25, strong above 75."


def _place(row: Row) -> str:
    return f"{row['name']} on {words.day(row['auction_date'])} (percentile {number(row['demand_percentile'], 0)})"
