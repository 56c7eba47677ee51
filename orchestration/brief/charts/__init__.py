"""The charts of the site: Vega-Lite through Altair.

Belongs here: the list of charts, and what their colors mean. Does not belong here: marks (`holdings.py`, `demand.py`,
`stress.py`), the common look (`look.py`), figures and sentences. Data are named: a page has them once.
"""

from __future__ import annotations

from orchestration.brief.charts import demand, holdings, stress
from orchestration.brief.charts.look import (
    AMBER,
    BAND,
    BOUGHT,
    INK,
    OTHER,
    PARTS,
    RED,
    SOLD,
    VALUATION,
    Drawn,
    Spec,
)
from orchestration.brief.words import EVENTS

_PARTS = [(label, color, "square") for label, color in PARTS.values()]
_CHANGE = [*_PARTS, ("Change of holdings", INK, "dot")]
_KINDS = [(name, color, "square") for name, color in holdings.KINDS.values()]
_TAKERS = [(name, color, "square") for name, color in demand.TAKERS.values()]
_INDEX = [("Cascade", SOLD, "line"), ("Core", BOUGHT, "line")]
_SIDES = [("Bought", BOUGHT, "square"), ("Sold", SOLD, "square")]
_EVENTS = [
    ("After days on which " + name, color, "dot") for name, color in zip(EVENTS.values(), (SOLD, OTHER), strict=True)
]
LEGENDS: dict[str, list[tuple[str, str, str]]] = {
    "total_change": _CHANGE,
    "bought_and_sold": [*_SIDES, ("Change of holdings", INK, "dot")],
    "holders_1m": _CHANGE,
    "holders_12m": _CHANGE,
    "divergence": [("Withdrawing", SOLD, "square"), ("Strengthening", BOUGHT, "square")],
    "flows": _SIDES,
    "absorption": [*_TAKERS, ("Net issuance", INK, "dot")],
    "holder_parts": _PARTS,
    "holder_long_parts": _PARTS,
    "holder_portfolio": _KINDS,
    "pressure": [(name, color, "line") for name, color, _ in _KINDS],
    "holder_prints": [("Oldest known", SOLD, "dot"), ("In between", VALUATION, "dot"), ("Now", BOUGHT, "dot")],
    "stress": [*_INDEX, ("Known episode", BAND, "square")],
    "stress_recent": _INDEX,
    "lights": [("Amber", AMBER, "square"), ("Red", RED, "square")],
    "contributions": [("On the day", BOUGHT, "square"), ("Mean of twelve months", INK, "tick")],
    "episode_stages": [
        ("Lit, as it should", BOUGHT, "dot"),
        ("Lit as well", OTHER, "ring"),
        ("Missed", SOLD, "cross"),
    ],
    "benchmark_months": [("Tidemark, core", BOUGHT, "line"), ("NFCI", VALUATION, "line"), ("STLFSI4", OTHER, "line")],
    "cascade_day_5": _EVENTS,
    "cascade_bitcoin": _EVENTS,
}
"""What the colors of a chart mean: (label, color, shape)."""


def charts() -> dict[str, Spec]:
    """Every chart: name -> Vega-Lite, with named data that are not in it."""
    made = {
        "total_change": holdings.total_change(),
        "bought_and_sold": holdings.bought_and_sold(),
        "holders_1m": holdings.holders("holders_1m"),
        "holders_12m": holdings.holders("holders_12m"),
        "divergence": holdings.divergence(),
        "divergence_index": holdings.divergence_index(),
        "flows": holdings.flows(),
        "absorption": demand.absorption(),
        "foreign_share": demand.foreign_share(),
        "auctions": demand.auctions(),
        "holder_level": holdings.holder_line("holdings_usd_bn", "$ bn"),
        "holder_share": holdings.holder_line("share_pct", "% of all foreign holdings"),
        "holder_parts": holdings.holder_parts(),
        "holder_prints": holdings.holder_prints(),
        "holder_long_parts": holdings.holder_long_parts(),
        "holder_portfolio": holdings.holder_portfolio(),
        "pressure": holdings.pressure(),
        "stress": stress.index("stress", "episodes"),
        "stress_recent": stress.index("stress_recent", None),
        "lights": stress.lights(),
        "contributions": stress.contributions(),
        "episode_stages": stress.episode_stages(),
        "benchmark_months": stress.benchmark_months(),
        "cascade_day_5": stress.cascade_day_5(),
        "cascade_bitcoin": stress.cascade_bitcoin(),
    }
    return {name: _specification(chart) for name, chart in made.items()}


def _specification(chart: Drawn) -> Spec:
    spec: Spec = chart.to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec.pop("config", None)
    spec.pop("$schema", None)
    return spec
