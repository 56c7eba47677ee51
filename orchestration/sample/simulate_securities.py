"""Simulates long-term securities other than Treasuries, for table 1: agency bonds, corporate bonds, shares.

Belongs here: their positions and flows by holder, in millions of dollars. None is a published figure. Does not belong
here: Treasuries (`simulate_tic.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.sample.calendars import month_number, month_of
from orchestration.sample.inputs import OFFICIAL
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.simulate_rates import Path, month_end_yield
from orchestration.sample.simulate_tic import FIRST_FLOWS, LAST_MONTH, Flow, Flows, Position, Positions

FIRST_MONTH = month_number("2020-01")
KINDS = ("agency", "corporate", "shares")

_BASE_MONTH = month_number("2022-12")
_DURATION = {"agency": 4.5, "corporate": 5.5}
# Holdings of each kind per dollar of long-term Treasuries.
_RATIOS = {"agency": (0.02, 0.35), "corporate": (0.15, 0.9), "shares": (0.6, 3.0)}
_OFFICIAL_RATIOS = {"agency": 0.12, "corporate": 0.05, "shares": 0.35}


def simulate_securities(
    seed: int, treasuries: Positions, share_index: Path
) -> tuple[dict[str, Positions], dict[str, Flows]]:
    """Simulate the other long-term securities of each holder of Treasuries.

    Returns:
        Positions and flows by kind, holder and month, from January 2020 on (flows: from February 2023 on).
    """
    shares = _month_ends(share_index)
    positions: dict[str, Positions] = {kind: {} for kind in KINDS}
    flows: dict[str, Flows] = {kind: {} for kind in KINDS}
    for kind in KINDS:
        returns = _returns(kind, shares)
        for code, path in treasuries.items():
            noise = Noise(seed, "securities", kind, code)
            low, high = _RATIOS[kind]
            ratio = _OFFICIAL_RATIOS[kind] if code == OFFICIAL else noise.uniform(low, high)
            level = float(path[_BASE_MONTH].long_term) * ratio
            positions[kind][code], flows[kind][code] = _path(noise, level, returns)
    return positions, flows


def _path(noise: Noise, level: float, returns: Mapping[int, float]) -> tuple[dict[int, Position], dict[int, Flow]]:
    found: dict[int, Position] = {}
    flows: dict[int, Flow] = {}
    held = whole(level * 0.8)
    for month in range(FIRST_MONTH, LAST_MONTH + 1):
        bought = whole(level * (0.001 + 0.006 * noise.normal()))
        if month > FIRST_MONTH:
            valuation = whole(held * returns[month])
            held = max(0, held + bought + valuation)
            flows[month] = Flow(held - found[month - 1].long_term - valuation, valuation, 0)
        found[month] = Position(held, 0)
    return found, {month: flow for month, flow in flows.items() if month >= FIRST_FLOWS}


def _returns(kind: str, shares: Mapping[int, int]) -> dict[int, float]:
    """The effect of price changes on a holding in each month, as a fraction of it."""
    yields = month_end_yield()
    months = range(FIRST_MONTH + 1, LAST_MONTH + 1)
    if kind == "shares":
        return {month: shares[month] / shares[month - 1] - 1.0 for month in months}
    return {month: _DURATION[kind] * (yields(month - 1) - yields(month)) / 100.0 for month in months}


def _month_ends(share_index: Path) -> dict[int, int]:
    return {month_of(day): value for day, value in sorted(share_index.items())}
