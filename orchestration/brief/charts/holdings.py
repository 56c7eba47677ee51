"""Charts of holdings: changes, buyers and sellers, one holder.

Belongs here: which mark shows which column. Does not belong here: how charts look (`look.py`), sentences.
"""

from __future__ import annotations

import json

import altair as alt

from orchestration.brief.charts.look import (
    ACCENT,
    BOUGHT,
    INK,
    PAGE,
    SOLD,
    VALUATION,
    Drawn,
    amount,
    dots,
    folded,
    grid,
    line_ends,
    newest_value,
    of,
    parts_color,
    time,
    value,
    zero,
)
from orchestration.brief.words import SECURITIES


def total_change() -> Drawn:
    """The parts of each month's change, stacked; a dot for the change."""
    base = of("total_recent", 230)
    x = time(timeUnit="yearmonth", bandPosition=0.5)
    month = alt.Tooltip("month_end:T", title="Month", format="%B %Y")
    bars = (
        folded(base)
        .mark_bar(width={"band": 0.75})
        .encode(
            x=x,
            y=alt.Y("amount:Q", title=None, stack="zero", axis=alt.Axis(tickCount=6)),
            color=parts_color(),
            tooltip=[month, alt.Tooltip("part:N", title="Part"), amount("amount", "$ bn")],
        )
    )
    change = dots(base).encode(x=x, y="change_usd_bn:Q", tooltip=[month, amount("change_usd_bn", "Change, $ bn")])
    return alt.layer(bars, zero(base), change)


def bought_and_sold() -> Drawn:
    """Net purchases of the largest buyers and sellers; a dot for the change of holdings."""
    base = of("bought_and_sold", 0).properties(height=alt.Step(24))
    y = alt.Y("country:N", sort=None, title=None, axis=alt.Axis(labelOverlap=False, labelLimit=130))
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("net_sales_usd_bn:Q", title=None, axis=grid(), scale=alt.Scale(padding=52)),
        y=y,
        color=alt.condition("datum.net_sales_usd_bn > 0", alt.value(BOUGHT), alt.value(SOLD)),
    )
    beyond = base.transform_calculate(
        at="datum.net_sales_usd_bn > 0 ? max(datum.net_sales_usd_bn, datum.change_usd_bn) "
        ": min(datum.net_sales_usd_bn, datum.change_usd_bn)"
    )
    text = alt.Text("net_sales_usd_bn:Q", format="+,.1f")
    labels = alt.layer(
        beyond.transform_filter("datum.net_sales_usd_bn > 0")
        .mark_text(align="left", dx=8, fontSize=12, color=INK)
        .encode(x="at:Q", y=y, text=text),
        beyond.transform_filter("datum.net_sales_usd_bn < 0")
        .mark_text(align="right", dx=-8, fontSize=12, color=INK)
        .encode(x="at:Q", y=y, text=text),
    )
    change = dots(base).encode(x="change_usd_bn:Q", y=y)
    return alt.layer(bars, zero(base, "x"), change, labels)


def holders(name: str) -> Drawn:
    """The parts of the change of each holder, stacked; a dot for the change."""
    base = of(name, 430)
    y = alt.Y("country:N", sort=alt.EncodingSortField("change_usd_bn", op="max", order="descending"), title=None)
    holder = alt.Tooltip("country:N", title="Holder")
    bars = (
        folded(base)
        .mark_bar(height={"band": 0.72})
        .encode(
            x=alt.X("amount:Q", title=None, stack="zero", axis=grid()),
            y=y,
            color=parts_color(),
            tooltip=[holder, alt.Tooltip("part:N", title="Part"), amount("amount", "$ bn")],
        )
    )
    change = dots(base).encode(x="change_usd_bn:Q", y=y, tooltip=[holder, amount("change_usd_bn", "Change, $ bn")])
    return alt.layer(bars, zero(base, "x"), change)


def divergence() -> Drawn:
    """Net purchases of those who withdraw and those who strengthen, per cent."""
    base = of("divergence", 0).properties(height=alt.Step(19))
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("net_sales_12m_pct:Q", title=None, axis=grid()),
        y=alt.Y("country:N", sort=None, title=None),
        color=alt.Color(
            "divergence_class:N", scale=alt.Scale(domain=["withdrawing", "strengthening"], range=[SOLD, BOUGHT])
        ),
        tooltip=[
            alt.Tooltip("country:N", title="Holder"),
            alt.Tooltip("divergence_class:N", title="Class"),
            amount("net_sales_12m_pct", "Net purchases, % of holdings before"),
            amount("net_sales_12m_usd_bn", "Net purchases, $ bn"),
        ],
    )
    return alt.layer(bars, zero(base, "x"))


def divergence_index() -> Drawn:
    """How far holders move apart, a line that breaks at missing months."""
    base = of("divergence_index", 180)
    line = base.mark_line(strokeWidth=2, color=ACCENT).encode(x=time(), y=value("divergence_index_pct"), detail="run:N")
    return alt.layer(line, newest_value(base, "divergence_index_pct"))


def flows() -> Drawn:
    """Net purchases of coupons by all foreigners, a bar a month."""
    base = of("flows", 220)
    bars = base.mark_bar(width={"band": 0.8}).encode(
        x=time(timeUnit="yearmonth", bandPosition=0.5),
        y=value("net_purchases_usd_bn"),
        color=alt.condition("datum.net_purchases_usd_bn > 0", alt.value(BOUGHT), alt.value(SOLD)),
        tooltip=[
            alt.Tooltip("month_end:T", title="Month", format="%B %Y"),
            amount("net_purchases_usd_bn", "Net purchases, $ bn"),
            amount("percentile", "Percentile", 0),
        ],
    )
    return alt.layer(bars, zero(base))


def holder_line(field: str, title: str) -> Drawn:
    """A line that breaks at a change of basis: across it no change may be read."""
    base = of("holder", 220)
    lines = base.mark_line(strokeWidth=2, color=ACCENT).encode(x=time(), y=value(field), detail="basis:N")
    pointed = base.mark_point(opacity=0, size=60).encode(
        x="month_end:T",
        y=f"{field}:Q",
        tooltip=[alt.Tooltip("month_end:T", title="Month", format="%B %Y"), amount(field, title)],
    )
    return alt.layer(lines, newest_value(base, field), pointed)


def holder_parts() -> Drawn:
    """The parts of the change over twelve months, stacked."""
    base = of("holder_parts", 240)
    bars = (
        folded(base)
        .mark_bar(binSpacing=0)
        .encode(
            x=time(timeUnit="yearmonth"),
            y=alt.Y("amount:Q", title=None, stack="zero"),
            color=parts_color(),
            tooltip=[
                alt.Tooltip("month_end:T", title="Twelve months to", format="%B %Y"),
                alt.Tooltip("part:N", title="Part"),
                amount("amount", "$ bn"),
            ],
        )
    )
    return alt.layer(bars, zero(base))


KINDS = {
    "treasuries_usd_bn": ("Treasuries", BOUGHT),
    "agencies_usd_bn": ("Agencies", "var(--green)"),
    "corporate_bonds_usd_bn": ("Corporate bonds", VALUATION),
    "stocks_usd_bn": ("Stocks", "var(--other)"),
}
"""Column of the portfolio -> name and color."""


def holder_long_parts() -> Drawn:
    """The parts of the change of long-term Treasuries over twelve months, a bar a quarter."""
    base = of("holder_long_parts", 240)
    bars = (
        folded(base)
        .mark_bar(width=3)
        .encode(
            x=time(),
            y=alt.Y("amount:Q", title=None, stack="zero"),
            color=parts_color(),
            tooltip=[
                alt.Tooltip("month_end:T", title="Twelve months to", format="%B %Y"),
                alt.Tooltip("part:N", title="Part"),
                amount("amount", "$ bn"),
            ],
        )
    )
    return alt.layer(bars, zero(base))


def holder_portfolio() -> Drawn:
    """Holdings of long-term securities by kind, stacked."""
    names = {column: name for column, (name, _) in KINDS.items()}
    colors = [color for _, color in KINDS.values()]
    folded_kinds = (
        of("holder_portfolio", 240)
        .transform_fold(list(names), as_=["column", "amount"])
        .transform_calculate(kind=f"{json.dumps(names)}[datum.column]")
    )
    drawn: alt.Chart = folded_kinds.mark_area(line=False).encode(
        x=time(),
        y=alt.Y("amount:Q", title=None, stack="zero"),
        color=alt.Color("kind:N", scale=alt.Scale(domain=list(names.values()), range=colors)),
        tooltip=[alt.Tooltip("kind:N", title="Securities")],
    )
    return drawn


def pressure() -> Drawn:
    """Net purchases of twelve months by kind of security, % of holdings, a line for each kind."""
    colors = [color for _, color in KINDS.values()]
    color = alt.Color("name:N", scale=alt.Scale(domain=list(SECURITIES.values()), range=colors))
    # A text needs more contrast than a line.
    text = alt.Color(
        "name:N",
        scale=alt.Scale(
            domain=list(SECURITIES.values()),
            range=["var(--mixedink)" if shade == VALUATION else shade for shade in colors],
        ),
    )
    base = of("pressure", 260)
    lines = base.mark_line(strokeWidth=1.5).encode(x=time(), y=value("flow_12m_pct"), color=color)
    pointed = base.mark_point(opacity=0, size=40).encode(
        x="month_end:T",
        y="flow_12m_pct:Q",
        tooltip=[
            alt.Tooltip("name:N", title="Securities"),
            alt.Tooltip("month_end:T", title="Twelve months to", format="%B %Y"),
            amount("flow_12m_pct", "% of holdings before"),
            amount("net_purchases_12m_usd_bn", "$ bn"),
            amount("percentile", "Percentile so far", 0),
        ],
    )
    ends = line_ends("pressure_ends", "month_end", text)
    drawn: Drawn = alt.layer(lines, ends, zero(base), pointed).resolve_scale(color="independent")
    return drawn


def holder_prints() -> Drawn:
    """The newest values as a line, and every value of revised months."""
    base = of("holder_prints", 240)
    revised = base.transform_filter("datum.prints > 1")
    spans = revised.mark_rule(color=SOLD, strokeWidth=2).encode(
        x="month_end:T", y=alt.Y("min(holdings_usd_bn):Q"), y2="max(holdings_usd_bn):Q"
    )
    newest = (
        base.transform_filter("datum.print_number == datum.prints")
        .mark_line(strokeWidth=2, color=ACCENT)
        .encode(x=time(ticks=6), y=value("holdings_usd_bn", zero=False))
    )
    marks = revised.mark_point(filled=True, size=46, opacity=1, stroke=PAGE, strokeWidth=1).encode(
        x="month_end:T",
        y="holdings_usd_bn:Q",
        color=alt.Color(
            "which:N", scale=alt.Scale(domain=["oldest known", "in between", "now"], range=[SOLD, VALUATION, BOUGHT])
        ),
        tooltip=[
            alt.Tooltip("month_end:T", title="Month", format="%B %Y"),
            alt.Tooltip("known_on:T", title="Known from", format="%d %B %Y"),
            alt.Tooltip("vintage_basis:N", title="Basis"),
            amount("holdings_usd_bn", "$ bn"),
        ],
    )
    return alt.layer(spans, newest, marks)
