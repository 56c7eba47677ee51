"""Charts of the other side of the trade: who took new debt, the foreign share of it, and auctions.

Belongs here: which mark shows which column. Does not belong here: how charts look (`look.py`), sentences.
"""

from __future__ import annotations

import json

import altair as alt

from orchestration.brief.charts.look import (
    ACCENT,
    BOUGHT,
    OTHER,
    QUIET,
    SOLD,
    VALUATION,
    Drawn,
    amount,
    dots,
    grid,
    newest_value,
    of,
    time,
    value,
    zero,
)

TAKERS = {
    "foreign_net_purchases_usd_bn": ("Foreigners", BOUGHT),
    "fed_change_usd_bn": ("Federal Reserve", VALUATION),
    "domestic_residual_usd_bn": ("At home, and errors", OTHER),
}


def absorption() -> Drawn:
    """What each took in a month, stacked; a dot for net issuance."""
    base = of("absorption", 230)
    x = time(timeUnit="yearmonth", bandPosition=0.5)
    names = {column: label for column, (label, _) in TAKERS.items()}
    labels, colors = zip(*TAKERS.values(), strict=True)
    month = alt.Tooltip("month_end:T", title="Month", format="%B %Y")
    bars = (
        base.transform_fold(list(names), as_=["column", "amount"])
        .transform_calculate(taker=f"{json.dumps(names)}[datum.column]")
        .mark_bar(width={"band": 0.75})
        .encode(
            x=x,
            y=alt.Y("amount:Q", title=None, stack="zero", axis=alt.Axis(tickCount=6)),
            color=alt.Color("taker:N", scale=alt.Scale(domain=list(labels), range=list(colors))),
            tooltip=[month, alt.Tooltip("taker:N", title="Taken by"), amount("amount", "$ bn")],
        )
    )
    issued = dots(base).encode(
        x=x,
        y="net_issuance_usd_bn:Q",
        tooltip=[
            month,
            amount("net_issuance_usd_bn", "Net issuance, $ bn"),
            alt.Tooltip("net_issuance_basis:N", title="Basis"),
        ],
    )
    return alt.layer(bars, zero(base), issued)


def foreign_share() -> Drawn:
    """Holdings of all foreigners as a percentage of marketable debt."""
    base = of("foreign_share", 200)
    line = base.mark_line(strokeWidth=2, color=ACCENT).encode(x=time(), y=value("foreign_share_pct", zero=False))
    return alt.layer(line, newest_value(base, "foreign_share_pct"))


def auctions() -> Drawn:
    """Where demand at the newest auction of each term is among the 24 before it."""
    base = of("auctions", 0).properties(height=alt.Step(24))
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelOverlap=False))
    scale = alt.Scale(domain=[0, 100])
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("demand_percentile:Q", title=None, scale=scale, axis=grid()),
        y=y,
        color=alt.condition("datum.demand_percentile >= 50", alt.value(BOUGHT), alt.value(SOLD)),
        tooltip=[
            alt.Tooltip("name:N", title="Security"),
            alt.Tooltip("auction_date:T", title="Auction", format="%d %B %Y"),
            amount("demand_percentile", "Percentile among 24 auctions", 0),
            amount("bid_to_cover", "Bid-to-cover", 2),
            amount("indirect_pct", "Indirect bidders, %"),
        ],
    )
    middle = base.mark_rule(color=QUIET).encode(x=alt.X(datum=50))
    return alt.layer(bars, middle)
