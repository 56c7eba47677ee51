"""Simulates holdings, flows and valuation of Treasuries by country, in millions of dollars.

Belongs here: the path of each holder between the published figures, the two releases, and the years before 2012.
Does not belong here: how totals are formed from holders (`tic_rows.py`), and how a table is printed (`write_tic.py`).

Every figure is a whole number of millions and every total is a sum of holders, so the publisher's identities hold
exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orchestration.sample.calendars import month_number
from orchestration.sample.inputs import (
    EUROPE,
    GRAND_TOTAL,
    OFFICIAL,
    Country,
    Holding,
    countries,
    first_prints,
    holdings_anchors,
    stylised_holdings,
)
from orchestration.sample.reproducible import Noise, split, total, whole
from orchestration.sample.simulate_rates import month_end_yield

FIRST_ANCHOR = month_number("2011-12")
LAST_MONTH = month_number("2026-04")
FIRST_FLOWS = month_number("2023-02")
FIRST_OFFICIAL_ANCHOR = month_number("2013-12")
FIRST_RELEASE_LAST_MONTH = month_number("2025-11")
REVISED_SINCE = month_number("2025-05")
"""The first month whose figures differ between the two releases."""

_SURVEY_JUMP = month_number("2021-06")
_JUMP_SHARE = 0.5


@dataclass(frozen=True)
class Position:
    """A holder's position at the end of a month, in millions of dollars."""

    long_term: int
    bills: int

    @property
    def total(self) -> int:
        """All Treasuries."""
        return self.long_term + self.bills


@dataclass(frozen=True)
class Flow:
    """The parts of the change of a holder's long-term Treasuries in a month, in millions of dollars."""

    net_sales: int
    valuation: int
    other: int


Positions = dict[str, dict[int, Position]]
"""By holder (a country's code, or `OFFICIAL`) and month."""

Flows = dict[str, dict[int, Flow]]


def simulate_positions(seed: int, holders: Sequence[Country] | None = None) -> Positions:
    """Simulate the latest figures, equal to the published ones in the anchored months.

    Args:
        seed: of the noise between them.
        holders: by default, the countries of the assumptions.

    Returns:
        Each holder's positions from December 2011 (officials: December 2013) to April 2026.
    """
    known = holders or countries()
    points = _anchor_points(seed, known)
    return {code: _between(seed, code, anchors) for code, anchors in points.items()}


def first_release(seed: int, revised: Positions) -> Positions:
    """Simulate the release of January 2026: the published first prints, and small differences elsewhere."""
    found: Positions = {}
    for code, path in revised.items():
        noise = Noise(seed, "first release", code)
        size = 0.0025 if noise.uniform(0, 1) < 0.6 else 0.0
        found[code] = {}
        for month, position in path.items():
            if month > FIRST_RELEASE_LAST_MONTH:
                break
            if month < REVISED_SINCE:
                found[code][month] = position
                continue
            found[code][month] = Position(
                position.long_term + whole(position.long_term * size * noise.normal() * 0.6), position.bills
            )
    _apply_first_prints(found)
    return found


def simulate_flows(seed: int, positions: Positions, holders: Sequence[Country] | None = None) -> Flows:
    """Split each month's change since February 2023 into net sales, valuation and other.

    The valuation follows the change of the published 5- and 10-year yields at the month's ends.
    """
    means = {country.code: country.other_usd_mn for country in holders or countries()}
    means[OFFICIAL] = -4_000
    yields = month_end_yield()
    found: Flows = {}
    for code, path in positions.items():
        noise = Noise(seed, "flows", code)
        duration = _duration(code)
        found[code] = {}
        for month in range(FIRST_FLOWS, LAST_MONTH + 1):
            shaken, other = noise.normal(), _other(noise, means[code])
            if month not in path:
                break
            before, now = path[month - 1].long_term, path[month].long_term
            risen = yields(month) - yields(month - 1)
            valuation = whole(before * (-duration * risen + 0.05 * shaken) / 100.0)
            found[code][month] = Flow(now - before - valuation - other, valuation, other)
    return found


def _duration(code: str) -> float:
    """Duration in years: the percentage fall of a holder's securities when yields rise by one percentage point."""
    return Noise("duration", code).uniform(4.3, 5.3)


def _other(noise: Noise, mean: int) -> int:
    """The rest of a change: zero for most holders, some for custodial centers."""
    step = noise.normal()
    return whole(mean + 1.2 * abs(mean) * step) if mean else 0


def _anchor_points(seed: int, known: Sequence[Country]) -> dict[str, dict[int, Holding]]:
    """The months in which each holder's figure is derived from published ones."""
    anchors = holdings_anchors()
    points: dict[str, dict[int, Holding]] = {country.code: {} for country in known}
    for month in sorted(anchors[GRAND_TOTAL]):
        europe, world = anchors[EUROPE][month], anchors[GRAND_TOTAL][month]
        outside = (world[0] - europe[0], world[1] - europe[1])
        for amount, part in (
            (europe, [country for country in known if country.region == "Europe"]),
            (outside, [country for country in known if country.region != "Europe"]),
        ):
            for code, holding in _share_out(seed, month, amount, part).items():
                points[code][month] = holding
    points[OFFICIAL] = dict(anchors[OFFICIAL])
    return points


def _share_out(seed: int, month: int, amount: Holding, part: Sequence[Country]) -> dict[str, Holding]:
    """Set the figure of each holder in a part of the world, so that they add up to the published total."""
    found: dict[str, Holding] = {}
    for country in part:
        if country.origin == "anchored":
            found[country.code] = holdings_anchors()[country.code][month]
        elif country.origin == "path":
            holdings, bills = stylised_holdings()[country.code]
            found[country.code] = (whole(holdings(month)), whole(bills(month)))
    left = amount[0] - sum(cell[0] for cell in found.values())
    left_bills = amount[1] - sum(cell[1] for cell in found.values())
    sharing = [country for country in part if country.origin == "share"]
    weights = [
        country.rest_share * (1.0 + 0.04 * Noise(seed, "share", country.code, month).normal()) for country in sharing
    ]
    tilted = [weight * country.bills_tilt for weight, country in zip(weights, sharing, strict=True)]
    long_term, bills_of = split(left - left_bills, weights), split(left_bills, tilted)
    for country, coupons, bills_part in zip(sharing, long_term, bills_of, strict=True):
        found[country.code] = (coupons + bills_part, bills_part)
    return found


def _between(seed: int, code: str, anchors: Mapping[int, Holding]) -> dict[int, Position]:
    """Interpolate between a holder's known months: along prices, with noise that is zero at both ends."""
    months = sorted(anchors)
    found = {months[0]: _position(anchors[months[0]])}
    noise = Noise(seed, "holdings", code)
    duration = _duration(code)
    for start, end in pairwise(months):
        first, last = _position(anchors[start]), _position(anchors[end])
        found.update(_segment(noise, duration, (start, first), (end, last)))
    return dict(sorted(found.items()))


def _segment(
    noise: Noise, duration: float, start: tuple[int, Position], end: tuple[int, Position]
) -> dict[int, Position]:
    months = range(start[0] + 1, end[0])
    count = end[0] - start[0]
    coupons = noise.bridge(count, 0.010 * (start[1].long_term + end[1].long_term) / 2)
    bills = noise.bridge(count, 0.045 * (start[1].bills + end[1].bills) / 2)
    prices = _price_path(start[0], end[0])
    found = {end[0]: end[1]}
    for month in months:
        step = month - start[0]
        way = step / count
        if start[0] < _SURVEY_JUMP <= end[0]:
            # The survey of June 2021 raised the total at once.
            way = (1 - _JUMP_SHARE) * way + (_JUMP_SHARE if month >= _SURVEY_JUMP else 0.0)
        line = start[1].long_term + (end[1].long_term - start[1].long_term) * way
        moved = line * (1.0 + duration * prices[step] / 100.0) + coupons[step]
        short = start[1].bills + (end[1].bills - start[1].bills) * way + bills[step]
        found[month] = Position(max(0, whole(moved)), max(0, whole(short)))
    return found


def _price_path(start: int, end: int) -> list[float]:
    """The distance of prices (per year of duration) from the straight line between two months, in per cent."""
    yields = month_end_yield()
    fallen = [yields(start) - yields(month) for month in range(start, end + 1)]
    return [value - fallen[-1] * step / (end - start) for step, value in enumerate(fallen)]


def _position(holding: Holding) -> Position:
    return Position(holding[0] - holding[1], holding[1])


def _apply_first_prints(positions: Positions) -> None:
    """Set the quoted figures; unnamed holders take the difference to the quoted grand total."""
    quoted = first_prints()
    for code, months in quoted.items():
        if code == GRAND_TOTAL:
            continue
        for month, holding in months.items():
            bills = positions[code][month].bills
            positions[code][month] = Position(holding - bills, bills)
    movable = [code for code in positions if code not in quoted and code != OFFICIAL]
    for month, world in quoted[GRAND_TOTAL].items():
        missing = world - sum(path[month].total for code, path in positions.items() if code != OFFICIAL)
        weights = [float(positions[code][month].long_term) for code in movable]
        if total(weights) <= 0:
            raise ValueError("no holder is left to absorb the difference to the quoted grand total")
        for code, part in zip(movable, split(missing, weights), strict=True):
            position = positions[code][month]
            positions[code][month] = Position(position.long_term + part, position.bills)


HISTORY_FIRST_MONTH = month_number("2000-03")
BREAK_MONTHS = (HISTORY_FIRST_MONTH, *(month_number(f"{year}-06") for year in range(2002, 2012)))
"""Months that the history file shows twice: after the survey, and before it."""


@dataclass(frozen=True)
class History:
    """Holdings before December 2011, in millions of dollars, by holder and month.

    Attributes:
        current: on the basis that the publisher uses from that month on.
        former: on the basis before it; only for the months that are shown twice.
    """

    current: dict[str, dict[int, int]]
    former: dict[str, dict[int, int]]


def simulate_history(seed: int, positions: Positions, holders: Sequence[Country] | None = None) -> History:
    """Continue each holder backwards from December 2011, with a step at each survey; nothing here is published."""
    known = holders or countries()
    current: dict[str, dict[int, int]] = {}
    former: dict[str, dict[int, int]] = {}
    for country in known:
        noise = Noise(seed, "history", country.code)
        level = float(positions[country.code][FIRST_ANCHOR].total)
        current[country.code] = {}
        former[country.code] = {}
        for month in range(FIRST_ANCHOR - 1, HISTORY_FIRST_MONTH - 1, -1):
            level *= 1.0 - (country.history_growth_pct + 1.1 * noise.normal()) / 100.0
            current[country.code][month] = whole(level)
            if month in BREAK_MONTHS:
                level *= 1.0 - country.history_gap_pct * noise.uniform(0.4, 1.6) / 100.0
                former[country.code][month] = whole(level)
    return History(current, former)
