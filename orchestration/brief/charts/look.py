"""How every chart looks, and the parts that charts share.

Belongs here: colors, fonts, axes, helpers. Does not belong here: which mark shows which column (`holdings.py`,
`stress.py`), and the values of colors: a chart names a variable of the style sheet (`site.css`), so that one chart
serves light, dark and paper.
"""

from __future__ import annotations

import json
from typing import Any

import altair as alt

Spec = dict[str, Any]
Drawn = alt.Chart | alt.LayerChart | alt.FacetChart

BOUGHT, VALUATION, OTHER = "var(--bought)", "var(--valuation)", "var(--other)"
INK, QUIET, LINE, ACCENT, SOLD = "var(--ink)", "var(--quiet)", "var(--line)", "var(--bought)", "var(--sold)"
AMBER, RED, BAND, PAGE = "var(--amber)", "var(--red)", "var(--band)", "var(--page)"

PARTS = {
    "net_sales_usd_bn": ("Net purchases", BOUGHT),
    "valuation_change_usd_bn": ("Valuation", VALUATION),
    "other_change_usd_bn": ("Other changes", OTHER),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"

CONFIG: Spec = {
    "background": None,
    "font": FONT,
    "aria": False,
    "view": {"stroke": None},
    "padding": {"left": 6, "right": 14, "top": 8, "bottom": 2},
    "axis": {
        "labelColor": "var(--quiet)",
        "titleColor": "var(--quiet)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelOverlap": True,
        "labelLimit": 150,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    # The page writes the legend of a chart itself, so that it can wrap: see `LEGENDS`.
    "legend": {"disable": True},
    "text": {"color": "var(--ink)"},
    "rule": {"color": "var(--quiet)"},
}

_TIME = "timeFormat(datum.value, month(datum.value) == 0 && date(datum.value) == 1 ? '%Y' : '%b %Y')"
"""A year at its start, a month elsewhere: a label never repeats."""


def of(name: str, height: int) -> alt.Chart:
    """A chart of named data, as wide as its place; height in pixels."""
    return alt.Chart(alt.NamedData(name=name), width="container", height=height)


def time(field: str = "month_end", ticks: int = 8, **more: Any) -> alt.X:
    """A time axis; `field` has days."""
    return alt.X(f"{field}:T", title=None, axis=alt.Axis(tickCount=ticks, labelExpr=_TIME), **more)


def value(field: str, *, zero: bool = True, **more: Any) -> alt.Y:
    """A value axis without a title: the page has the unit above the chart."""
    return alt.Y(f"{field}:Q", title=None, scale=alt.Scale(zero=zero, nice=True), **more)


def grid() -> alt.Axis:
    """An axis with lines across."""
    return alt.Axis(grid=True, tickCount=6)


def parts_color() -> alt.Color:
    """The colors of the parts of a change."""
    labels, colors = zip(*PARTS.values(), strict=True)
    return alt.Color("part:N", scale=alt.Scale(domain=list(labels), range=list(colors)))


def folded(chart: alt.Chart) -> alt.Chart:
    """A row for each part of a change."""
    names = {column: label for column, (label, _) in PARTS.items()}
    folded: alt.Chart = chart.transform_fold(list(names), as_=["column", "amount"]).transform_calculate(
        part=f"{json.dumps(names)}[datum.column]"
    )
    return folded


def amount(field: str, title: str, decimals: int = 1) -> alt.Tooltip:
    """A number in a tooltip."""
    return alt.Tooltip(f"{field}:Q", title=title, format=f",.{decimals}f")


def zero(chart: alt.Chart, channel: str = "y") -> alt.Chart:
    """The line of zero."""
    encoded = alt.Y(datum=0) if channel == "y" else alt.X(datum=0)
    rule: alt.Chart = chart.mark_rule(color=QUIET).encode(encoded)
    return rule


def dots(base: alt.Chart) -> alt.Chart:
    """Dots of a total on bars."""
    drawn: alt.Chart = base.mark_point(filled=True, size=52, color=INK, stroke=PAGE, strokeWidth=1.2, opacity=1)
    return drawn


def line_ends(name: str, x: str, color: alt.Color) -> alt.Chart:
    """Names at the ends of lines: rows of `stress.line_ends`."""
    drawn: alt.Chart = (
        alt.Chart(alt.NamedData(name=name))
        .mark_text(align="left", dx=6, fontSize=12, fontWeight=600)
        .encode(x=f"{x}:T", y="y:Q", text="name:N", color=color)
    )
    return drawn


def newest_value(base: alt.Chart, field: str, decimals: int = 1) -> Drawn:
    """A dot and its value at the end of a line."""
    last = base.transform_joinaggregate(newest="max(month_end)").transform_filter("datum.month_end == datum.newest")
    at = {"x": "month_end:T", "y": f"{field}:Q"}
    text = alt.Text(f"{field}:Q", format=f",.{decimals}f")
    return alt.layer(
        last.mark_point(filled=True, size=40, color=ACCENT, opacity=1).encode(**at),
        # The first one is a margin around the second one, which may be on the line.
        last.mark_text(
            align="right", dy=-12, fontSize=12, fontWeight=600, color=PAGE, stroke=PAGE, strokeWidth=4
        ).encode(**at, text=text),
        last.mark_text(align="right", dy=-12, fontSize=12, fontWeight=600, color=INK).encode(**at, text=text),
    )
