"""Charts of stress and of the cascade.

Belongs here: which mark shows which column. Does not belong here: how charts look (`look.py`), sentences.
"""

from __future__ import annotations

import altair as alt

from orchestration.brief.charts.look import (
    ACCENT,
    AMBER,
    BAND,
    BOUGHT,
    INK,
    LINE,
    OTHER,
    PAGE,
    QUIET,
    RED,
    SOLD,
    VALUATION,
    Drawn,
    amount,
    grid,
    line_ends,
    of,
    time,
    value,
    zero,
)
from orchestration.brief.words import ASSETS, EVENTS, STAGES


def index(name: str, bands: str | None) -> Drawn:
    """Core and cascade as lines, over the bands of known episodes; `bands` has names for the longest ones."""
    base = of(name, 260)
    color = alt.Color("name:N", scale=alt.Scale(domain=["Cascade", "Core"], range=[SOLD, BOUGHT]))
    lines = (
        base.transform_fold(["cascade", "core"], as_=["index", "value"])
        .transform_calculate(name="datum.index == 'core' ? 'Core' : 'Cascade'")
        .mark_line(strokeWidth=1.4)
        .encode(
            x=time("date", 8 if bands else 6),
            y=value("value"),
            color=color,
            detail=["index:N", "run:N"],
        )
    )
    pointed = base.mark_point(opacity=0, size=30).encode(
        x="date:T",
        y="cascade:Q",
        tooltip=[
            alt.Tooltip("date:T", title="Day, or week to", format="%d %B %Y"),
            amount("core", "Core", 2),
            amount("cascade", "Cascade", 2),
            amount("core_percentile", "Core, percentile so far", 0),
            amount("cascade_percentile", "Cascade, percentile so far", 0),
        ],
    )
    ends = line_ends(f"{name}_ends", "date", color)
    if not bands:
        return alt.layer(lines, ends, pointed)
    episodes = alt.Chart(alt.NamedData(name=bands))
    shown = episodes.mark_rect(color=BAND).encode(
        x="starts_on:T",
        x2="ends_on:T",
        tooltip=[
            alt.Tooltip("title:N", title="Episode"),
            alt.Tooltip("starts_on:T", title="From", format="%d %B %Y"),
        ],
    )
    named = (
        episodes.transform_filter("datum.label != null")
        .mark_text(align="left", angle=90, dy=-8, fontSize=10, color=QUIET)
        .encode(x="starts_on:T", y=alt.value(4), text="label:N")
    )
    return alt.layer(shown, lines, named, ends, pointed)


def lights() -> Drawn:
    """Months in which each stage was lit."""
    base = of("lights", 0).properties(height=alt.Step(24))
    y = alt.Y("name:N", sort=list(STAGES.values()), title=None, scale=alt.Scale(domain=list(STAGES.values())))
    cells = base.mark_bar(height={"band": 0.7}).encode(
        x=time("month_start"),
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


def contributions() -> Drawn:
    """What the index of a day is made of."""
    base = of("stages_now", 0).properties(height=alt.Step(26))
    y = alt.Y("name:N", sort=list(STAGES.values()), title=None)
    bars = base.mark_bar(height={"band": 0.6}, color=ACCENT).encode(
        x=alt.X("contribution:Q", title=None, axis=grid()),
        y=y,
        tooltip=[alt.Tooltip("name:N", title="Stage"), amount("contribution", "Contribution", 3)],
    )
    ticks = base.mark_tick(color=INK, thickness=2.5, height={"band": 0.8}).encode(
        x="contribution_12m:Q",
        y=y,
        tooltip=[alt.Tooltip("name:N", title="Stage"), amount("contribution_12m", "Mean of twelve months", 3)],
    )
    return alt.layer(bars, ticks)


def episode_stages() -> Drawn:
    """Which stages lit in each episode."""
    states = ["lit, as it must", "lit, too", "missed"]
    drawn: alt.Chart = (
        of("episode_stages", 0)
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
            fill=alt.Fill("state:N", scale=alt.Scale(domain=states, range=[BOUGHT, PAGE, SOLD])),
            stroke=alt.Stroke("state:N", scale=alt.Scale(domain=states, range=[BOUGHT, OTHER, SOLD])),
            tooltip=[
                alt.Tooltip("title:N", title="Episode"),
                alt.Tooltip("name:N", title="Stage"),
                alt.Tooltip("state:N", title="State"),
            ],
        )
    )
    return drawn


def benchmark_months() -> Drawn:
    """Our index and official ones, monthly, in standard deviations."""
    names = ["Tidemark, core", "NFCI", "STLFSI4"]
    color = alt.Color("name:N", scale=alt.Scale(domain=names, range=[BOUGHT, VALUATION, OTHER]))
    # A text needs more contrast than a line.
    text = alt.Color("name:N", scale=alt.Scale(domain=names, range=[BOUGHT, "var(--mixedink)", OTHER]))
    lines = of("benchmark_months", 240).mark_line(strokeWidth=1.4).encode(x=time(), y=value("sigmas"), color=color)
    drawn: Drawn = alt.layer(lines, line_ends("benchmark_ends", "month_end", text)).resolve_scale(color="independent")
    return drawn


def _event_color() -> alt.Color:
    return alt.Color("kind:N", scale=alt.Scale(domain=list(EVENTS.values()), range=[SOLD, OTHER]))


def cascade_day_5() -> Drawn:
    """Moves by day 5 after events, and after other falls of equities."""
    base = of("cascade_day_5", 0).properties(height=alt.Step(36))
    y = alt.Y("name:N", sort=list(ASSETS.values()), title=None)
    offset = alt.YOffset("kind:N", sort=list(EVENTS.values()))
    spans = base.mark_bar(height=2.5).encode(
        x=alt.X("low_sigma:Q", title=None, axis=grid()),
        x2="high_sigma:Q",
        y=y,
        yOffset=offset,
        color=_event_color(),
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x="mean_sigma:Q",
        y=y,
        yOffset=offset,
        color=_event_color(),
        tooltip=[
            alt.Tooltip("name:N", title="Market"),
            alt.Tooltip("kind:N", title="After days on which"),
            amount("mean_sigma", "Mean, standard deviations", 2),
            amount("low_sigma", "A quarter below", 2),
            amount("high_sigma", "A quarter above", 2),
            alt.Tooltip("n_events:Q", title="Events"),
        ],
    )
    return alt.layer(spans, zero(base, "x"), dots)


def cascade_bitcoin() -> Drawn:
    """Bitcoin after events, up to twenty days."""
    base = of("cascade_bitcoin", 220)
    x = alt.X("horizon_days:Q", title="trading days after the event", axis=alt.Axis(values=[0, 1, 5, 10, 20]))
    band = (
        base.transform_filter("datum.event_type == 'bond_equity_joint'")
        .mark_area(color=SOLD, opacity=0.15)
        .encode(x=x, y=alt.Y("low_pct:Q", title=None), y2="high_pct:Q")
    )
    lines = base.mark_line(strokeWidth=2, point=True).encode(
        x=x,
        y="mean_pct:Q",
        color=_event_color(),
        tooltip=[
            alt.Tooltip("kind:N", title="After days on which"),
            alt.Tooltip("horizon_days:Q", title="Days after"),
            amount("mean_pct", "Mean, %"),
            alt.Tooltip("n_events:Q", title="Events"),
        ],
    )
    color = alt.Color("event_type:N", scale=alt.Scale(domain=list(EVENTS), range=[SOLD, OTHER]))
    ends = (
        alt.Chart(alt.NamedData(name="cascade_bitcoin_ends"))
        .mark_text(align="left", dx=8, fontSize=12, fontWeight=600)
        .encode(x="horizon_days:Q", y="y:Q", text="name:N", color=color)
    )
    drawn: Drawn = alt.layer(band, zero(base), lines, ends).resolve_scale(color="independent")
    return drawn
