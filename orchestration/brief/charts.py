"""The charts of the brief: Vega-Lite through Altair, in one manner.

Belongs here: which mark shows which column, and how charts look. Does not belong here: figures, sentences, and the
colours themselves: a chart names a variable of the page's style sheet (`brief.css`), so that light, dark and paper
need no second chart. Data are named, and stand in the page once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from orchestration.brief.words import ASSETS, EVENTS, STAGES

Spec = dict[str, Any]
Drawn = alt.Chart | alt.LayerChart | alt.FacetChart

SALES, VALUATION, OTHER = "var(--sales)", "var(--valuation)", "var(--other)"
INK, QUIET, LINE, ACCENT, AWAY = "var(--ink)", "var(--quiet)", "var(--line)", "var(--sales)", "var(--away)"
AMBER, RED, BAND = "var(--amber)", "var(--red)", "var(--band)"

PARTS = {
    "net_sales_usd_bn": ("Net sales", SALES),
    "valuation_change_usd_bn": ("Valuation", VALUATION),
    "other_change_usd_bn": ("Other", OTHER),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"

CONFIG: Spec = {
    "background": None,
    "font": FONT,
    "aria": False,
    "view": {"stroke": None},
    "padding": {"left": 2, "right": 14, "top": 4, "bottom": 2},
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
    # The page writes the key of a chart itself, where it can wrap: see `KEYS`.
    "legend": {"disable": True},
    "text": {"color": "var(--ink)"},
    "rule": {"color": "var(--quiet)"},
}


_PARTS_KEY = [(label, colour, "square") for label, colour in PARTS.values()]
_CHANGE_KEY = [*_PARTS_KEY, ("Change", INK, "dot")]
_INDEX_KEY = [("Cascade", AWAY, "line"), ("Core", SALES, "line")]
_EVENT_KEY = [
    ("After days on which " + name, colour, "dot") for name, colour in zip(EVENTS.values(), (AWAY, OTHER), strict=True)
]
KEYS: dict[str, list[tuple[str, str, str]]] = {
    "total_change": _CHANGE_KEY,
    "holders_1m": _CHANGE_KEY,
    "holders_12m": _CHANGE_KEY,
    "divergence": [("Withdrawing", AWAY, "square"), ("Strengthening", SALES, "square")],
    "divergence_index": [("Reported", SALES, "line"), ("Estimated", SALES, "dashes")],
    "holder_parts": _PARTS_KEY,
    "holder_prints": [("First print", AWAY, "dot"), ("In between", VALUATION, "dot"), ("Now", SALES, "dot")],
    "stress": [*_INDEX_KEY, ("Episode", BAND, "square")],
    "stress_recent": _INDEX_KEY,
    "lights": [("Amber", AMBER, "square"), ("Red", RED, "square")],
    "contributions": [("On the day", SALES, "square"), ("Mean of twelve months", INK, "tick")],
    "episode_stages": [("Lit, as it must", SALES, "dot"), ("Lit, too", OTHER, "ring"), ("Missed", AWAY, "cross")],
    "benchmark_months": [("Tidemark, core", SALES, "line"), ("NFCI", VALUATION, "line"), ("STLFSI4", OTHER, "line")],
    "cascade_day_5": _EVENT_KEY,
    "cascade_bitcoin": _EVENT_KEY,
}
"""What the colours of a chart mean: (label, colour, shape)."""


def charts() -> dict[str, Spec]:
    """Every chart of the page: name -> Vega-Lite, its data named and not in it."""
    made = {
        "total_change": _total_change(),
        "total_level": _total_level(),
        "holders_1m": _holders("holders_1m", "one month"),
        "holders_12m": _holders("holders_12m", "twelve months"),
        "divergence": _divergence(),
        "divergence_index": _divergence_index(),
        "holder_level": _holder_level(),
        "holder_share": _holder_share(),
        "holder_parts": _holder_parts(),
        "holder_prints": _holder_prints(),
        "stress": _stress("stress", "episodes"),
        "stress_recent": _stress("stress_recent", None),
        "lights": _lights(),
        "contributions": _contributions(),
        "episode_stages": _episodes(),
        "benchmark_months": _benchmark_months(),
        "cascade_day_5": _cascade_day_5(),
        "cascade_bitcoin": _cascade_bitcoin(),
    }
    return {name: _specification(chart) for name, chart in made.items()}


def picture(spec: Spec, rows: Mapping[str, Sequence[Mapping[str, Any]]], style_sheet: str, title: Spec) -> str:
    """A chart as an SVG of its own, in the colours of paper.

    Args:
        spec: of `charts`.
        rows: its data, by name, as JSON knows them.
        style_sheet: whose first `:root` gives the colours.
        title: of Vega-Lite: what it shows, source and day.
    """
    import vl_convert

    colours = dict(re.findall(r"(--[a-z]+):\s*(#[0-9a-f]{3,8})", style_sheet.partition("@media")[0]))
    whole = {**spec, "width": 760, "height": 340, "datasets": rows, "title": title}
    whole["config"] = CONFIG | {"legend": {"orient": "top", "title": None, "labelFontSize": 12, "labelColor": INK}}
    whole["background"] = colours["--page"]
    text = re.sub(r"var\((--[a-z]+)\)", lambda found: colours[found[1]], json.dumps(whole))
    return str(vl_convert.vegalite_to_svg(json.loads(text)))


def _specification(chart: Drawn) -> Spec:
    spec: Spec = chart.to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec.pop("config", None)
    spec.pop("$schema", None)
    return spec


def _of(name: str, height: int) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name), width="container", height=height)


def _months(title: str | None = None, count: int = 8) -> alt.X:
    return alt.X("month_end:T", title=title, axis=alt.Axis(tickCount=count, format="%b %Y"))


def _years(field: str = "month_end") -> alt.X:
    return alt.X(f"{field}:T", title=None, axis=alt.Axis(tickCount=8, format="%Y"))


def _grid() -> alt.Axis:
    return alt.Axis(grid=True, tickCount=6)


def _parts_colour() -> alt.Color:
    labels, colours = zip(*PARTS.values(), strict=True)
    return alt.Color("part:N", scale=alt.Scale(domain=list(labels), range=list(colours)))


def _folded(chart: alt.Chart) -> alt.Chart:
    """A row for each part of a change."""
    names = {column: label for column, (label, _) in PARTS.items()}
    folded: alt.Chart = chart.transform_fold(list(names), as_=["column", "amount"]).transform_calculate(
        part=f"{json.dumps(names)}[datum.column]"
    )
    return folded


def _amount(field: str, title: str, decimals: int = 1) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=f",.{decimals}f")


def _zero(chart: alt.Chart, channel: str = "y") -> alt.Chart:
    encoded = alt.Y(datum=0) if channel == "y" else alt.X(datum=0)
    rule: alt.Chart = chart.mark_rule(color=QUIET).encode(encoded)
    return rule


def _total_change() -> Drawn:
    base = _of("total_recent", 300)
    x = alt.X(
        "month_end:T", title=None, axis=alt.Axis(tickCount=8, format="%b %Y"), bandPosition=0.5, timeUnit="yearmonth"
    )
    bars = (
        _folded(base)
        .mark_bar(width={"band": 0.75})
        .encode(
            x=x,
            y=alt.Y("amount:Q", title="billions of dollars a month", stack="zero"),
            color=_parts_colour(),
            tooltip=[
                alt.Tooltip("month_end:T", title="Month", format="%B %Y"),
                alt.Tooltip("part:N", title="Part"),
                _amount("amount", "$ bn"),
            ],
        )
    )
    dots = base.mark_point(filled=True, size=52, color=INK, stroke="var(--page)", strokeWidth=1.2, opacity=1).encode(
        x=x,
        y=alt.Y("change_usd_bn:Q"),
        tooltip=[alt.Tooltip("month_end:T", title="Month", format="%B %Y"), _amount("change_usd_bn", "Change, $ bn")],
    )
    return alt.layer(bars, _zero(base), dots)


def _level_lines(base: alt.Chart, field: str, title: str, *, zero: bool = False) -> Drawn:
    """A line that ends where a basis ends: across a re-basing no change may be read."""
    lines = base.mark_line(strokeWidth=2, color=ACCENT).encode(
        x=_years(),
        y=alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=zero)),
        detail="basis:N",
    )
    pointed = base.mark_point(opacity=0, size=60).encode(
        x="month_end:T",
        y=f"{field}:Q",
        tooltip=[alt.Tooltip("month_end:T", title="Month", format="%B %Y"), _amount(field, title)],
    )
    return alt.layer(lines, pointed)


def _total_level() -> Drawn:
    return _level_lines(_of("total", 240), "holdings_usd_bn", "billions of dollars", zero=True)


def _holders(name: str, period: str) -> Drawn:
    base = _of(name, 430)
    y = alt.Y("country:N", sort=alt.EncodingSortField("change_usd_bn", op="max", order="descending"), title=None)
    bars = (
        _folded(base)
        .mark_bar(height={"band": 0.72})
        .encode(
            x=alt.X("amount:Q", title=f"billions of dollars in {period}", stack="zero", axis=_grid()),
            y=y,
            color=_parts_colour(),
            tooltip=[
                alt.Tooltip("country:N", title="Holder"),
                alt.Tooltip("part:N", title="Part"),
                _amount("amount", "$ bn"),
            ],
        )
    )
    dots = base.mark_point(filled=True, size=52, color=INK, stroke="var(--page)", strokeWidth=1.2, opacity=1).encode(
        x="change_usd_bn:Q",
        y=y,
        tooltip=[alt.Tooltip("country:N", title="Holder"), _amount("change_usd_bn", "Change, $ bn")],
    )
    return alt.layer(bars, _zero(base, "x"), dots)


def _divergence() -> Drawn:
    base = _of("divergence", 0).properties(height=alt.Step(19))
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("net_sales_12m_pct:Q", title="% of holdings a year before", axis=_grid()),
        y=alt.Y("country:N", sort=None, title=None),
        color=alt.Color(
            "divergence_class:N", scale=alt.Scale(domain=["withdrawing", "strengthening"], range=[AWAY, SALES])
        ),
        tooltip=[
            alt.Tooltip("country:N", title="Holder"),
            alt.Tooltip("divergence_class:N", title="Class"),
            _amount("net_sales_12m_pct", "Net sales, % of holdings before"),
            _amount("net_sales_12m_usd_bn", "Net sales, $ bn"),
        ],
    )
    return alt.layer(bars, _zero(base, "x"))


def _divergence_index() -> Drawn:
    drawn: alt.Chart = (
        _of("divergence_index", 180)
        .mark_line(strokeWidth=2, color=ACCENT)
        .encode(
            x=_years(),
            y=alt.Y("divergence_index_pct:Q", title="% of all foreign holdings", scale=alt.Scale(zero=True)),
            detail="run:N",
        )
    )
    return drawn


def _holder_level() -> Drawn:
    return _level_lines(_of("holder", 220), "holdings_usd_bn", "billions of dollars", zero=True)


def _holder_share() -> Drawn:
    return _level_lines(_of("holder", 220), "share_pct", "% of all foreign holdings", zero=True)


def _holder_parts() -> Drawn:
    base = _of("holder_parts", 240)
    bars = (
        _folded(base)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X("month_end:T", title=None, timeUnit="yearmonth", axis=alt.Axis(tickCount=8, format="%Y")),
            y=alt.Y("amount:Q", title="billions of dollars in 12 months", stack="zero"),
            color=_parts_colour(),
            tooltip=[
                alt.Tooltip("month_end:T", title="Twelve months to", format="%B %Y"),
                alt.Tooltip("part:N", title="Part"),
                _amount("amount", "$ bn"),
            ],
        )
    )
    return alt.layer(bars, _zero(base))


def _holder_prints() -> Drawn:
    base = _of("holder_prints", 240)
    revised = base.transform_filter("datum.prints > 1")
    spans = revised.mark_rule(color=AWAY, strokeWidth=2).encode(
        x="month_end:T",
        y=alt.Y("min(holdings_usd_bn):Q"),
        y2="max(holdings_usd_bn):Q",
    )
    newest = (
        base.transform_filter("datum.print_number == datum.prints")
        .mark_line(strokeWidth=2, color=ACCENT)
        .encode(
            x=_months(count=6), y=alt.Y("holdings_usd_bn:Q", title="billions of dollars", scale=alt.Scale(zero=False))
        )
    )
    marks = revised.mark_point(filled=True, size=46, opacity=1, stroke="var(--page)", strokeWidth=1).encode(
        x="month_end:T",
        y="holdings_usd_bn:Q",
        color=alt.Color(
            "which:N", scale=alt.Scale(domain=["first print", "in between", "now"], range=[AWAY, VALUATION, SALES])
        ),
        tooltip=[
            alt.Tooltip("month_end:T", title="Month", format="%B %Y"),
            alt.Tooltip("known_on:T", title="Known from", format="%d %B %Y"),
            alt.Tooltip("vintage_basis:N", title="Basis"),
            _amount("holdings_usd_bn", "$ bn"),
        ],
    )
    return alt.layer(spans, newest, marks)


def _stress(name: str, bands: str | None) -> Drawn:
    base = _of(name, 260)
    lines = (
        base.transform_fold(["cascade", "core"], as_=["index", "value"])
        .mark_line(strokeWidth=1.4)
        .encode(
            x=_years("date") if bands else alt.X("date:T", title=None, axis=alt.Axis(tickCount=6, format="%b %Y")),
            y=alt.Y("value:Q", title="index, 1 on an average day"),
            color=alt.Color("index:N", scale=alt.Scale(domain=["cascade", "core"], range=[AWAY, SALES])),
            detail=["index:N", "run:N"],
        )
    )
    pointed = base.mark_point(opacity=0, size=30).encode(
        x="date:T",
        y="cascade:Q",
        tooltip=[
            alt.Tooltip("date:T", title="Day, or week to", format="%d %B %Y"),
            _amount("core", "Core", 2),
            _amount("cascade", "Cascade", 2),
            _amount("core_percentile", "Core, percentile so far", 0),
            _amount("cascade_percentile", "Cascade, percentile so far", 0),
        ],
    )
    if not bands:
        return alt.layer(lines, pointed)
    episodes = (
        alt.Chart(alt.NamedData(name=bands))
        .mark_rect(color=BAND)
        .encode(
            x="starts_on:T",
            x2="ends_on:T",
            tooltip=[
                alt.Tooltip("title:N", title="Episode"),
                alt.Tooltip("starts_on:T", title="From", format="%d %B %Y"),
            ],
        )
    )
    return alt.layer(episodes, lines, pointed)


def _lights() -> Drawn:
    base = _of("lights", 0).properties(height=alt.Step(24))
    y = alt.Y("name:N", sort=list(STAGES.values()), title=None, scale=alt.Scale(domain=list(STAGES.values())))
    cells = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("month_start:T", title=None, axis=alt.Axis(tickCount=8, format="%Y")),
        x2="month_end:T",
        y=y,
        color=alt.Color("light:N", scale=alt.Scale(domain=["amber", "red"], range=[AMBER, RED])),
        tooltip=[
            alt.Tooltip("name:N", title="Stage"),
            alt.Tooltip("month_end:T", title="Month", format="%B %Y"),
            alt.Tooltip("light:N", title="Worst light"),
            alt.Tooltip("days_lit:Q", title="Days amber or red"),
        ],
    )
    spans = (
        alt.Chart(alt.NamedData(name="stage_spans"))
        .mark_rule(color=LINE, strokeWidth=1)
        .encode(x="first:T", x2="last:T", y=y)
    )
    return alt.layer(spans, cells)


def _contributions() -> Drawn:
    base = _of("stages_now", 0).properties(height=alt.Step(26))
    y = alt.Y("name:N", sort=list(STAGES.values()), title=None)
    bars = base.mark_bar(height={"band": 0.6}, color=ACCENT).encode(
        x=alt.X("contribution:Q", title="contribution, index points", axis=_grid()),
        y=y,
        tooltip=[alt.Tooltip("name:N", title="Stage"), _amount("contribution", "Contribution", 3)],
    )
    ticks = base.mark_tick(color=INK, thickness=2.5, height={"band": 0.8}).encode(
        x="contribution_12m:Q",
        y=y,
        tooltip=[alt.Tooltip("name:N", title="Stage"), _amount("contribution_12m", "Mean of twelve months", 3)],
    )
    return alt.layer(bars, ticks)


def _episodes() -> Drawn:
    states = ["lit, as it must", "lit, too", "missed"]
    drawn: alt.Chart = (
        _of("episode_stages", 0)
        .properties(height=alt.Step(18))
        .mark_point(filled=False, opacity=1, strokeWidth=2)
        .encode(
            x=alt.X(
                "name:N",
                sort=list(STAGES.values()),
                scale=alt.Scale(domain=list(STAGES.values())),
                title=None,
                axis=alt.Axis(orient="top", labelAngle=-35, labelOverlap=False, grid=True, domain=False, ticks=False),
            ),
            y=alt.Y(
                "title:N",
                sort=None,
                title=None,
                axis=alt.Axis(grid=True, labelOverlap=False, labelFontSize=11, labelLimit=165),
            ),
            shape=alt.Shape("state:N", scale=alt.Scale(domain=states, range=["circle", "circle", "cross"])),
            fill=alt.Fill("state:N", scale=alt.Scale(domain=states, range=[SALES, "var(--page)", AWAY])),
            stroke=alt.Stroke("state:N", scale=alt.Scale(domain=states, range=[SALES, OTHER, AWAY])),
            tooltip=[
                alt.Tooltip("title:N", title="Episode"),
                alt.Tooltip("name:N", title="Stage"),
                alt.Tooltip("state:N", title="State"),
            ],
        )
    )
    return drawn


def _benchmark_months() -> Drawn:
    drawn: alt.Chart = (
        _of("benchmark_months", 240)
        .mark_line(strokeWidth=1.4)
        .encode(
            x=_years(),
            y=alt.Y("sigmas:Q", title="standard deviations from own mean"),
            color=alt.Color(
                "name:N",
                scale=alt.Scale(domain=["Tidemark, core", "NFCI", "STLFSI4"], range=[SALES, VALUATION, OTHER]),
            ),
        )
    )
    return drawn


def _event_colour() -> alt.Color:
    return alt.Color("kind:N", scale=alt.Scale(domain=list(EVENTS.values()), range=[AWAY, OTHER]))


def _cascade_day_5() -> Drawn:
    base = _of("cascade_day_5", 0).properties(height=alt.Step(36))
    y = alt.Y("name:N", sort=list(ASSETS.values()), title=None)
    offset = alt.YOffset("kind:N", sort=list(EVENTS.values()))
    spans = base.mark_bar(height=2.5).encode(
        x=alt.X("low_sigma:Q", title="abnormal move, in sigmas", axis=_grid()),
        x2="high_sigma:Q",
        y=y,
        yOffset=offset,
        color=_event_colour(),
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x="mean_sigma:Q",
        y=y,
        yOffset=offset,
        color=_event_colour(),
        tooltip=[
            alt.Tooltip("name:N", title="Market"),
            alt.Tooltip("kind:N", title="After days on which"),
            _amount("mean_sigma", "Mean, sigmas", 2),
            _amount("low_sigma", "A quarter below", 2),
            _amount("high_sigma", "A quarter above", 2),
            alt.Tooltip("n_events:Q", title="Events"),
        ],
    )
    return alt.layer(spans, _zero(base, "x"), dots)


def _cascade_bitcoin() -> Drawn:
    base = _of("cascade_bitcoin", 220)
    x = alt.X("horizon_days:Q", title="trading days after the event", axis=alt.Axis(values=[0, 1, 5, 10, 20]))
    band = (
        base.transform_filter("datum.event_type == 'bond_equity_joint'")
        .mark_area(color=AWAY, opacity=0.15)
        .encode(x=x, y=alt.Y("low_pct:Q", title="bitcoin, abnormal move in %"), y2="high_pct:Q")
    )
    lines = base.mark_line(strokeWidth=2, point=True).encode(
        x=x,
        y="mean_pct:Q",
        color=_event_colour(),
        tooltip=[
            alt.Tooltip("kind:N", title="After days on which"),
            alt.Tooltip("horizon_days:Q", title="Days after"),
            _amount("mean_pct", "Mean, %"),
            alt.Tooltip("n_events:Q", title="Events"),
        ],
    )
    return alt.layer(band, _zero(base), lines)
