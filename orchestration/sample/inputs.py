"""Reads the figures and assumptions that the simulation starts from, from the CSV files next to it.

`anchors/` holds public-domain figures (the Treasury's TIC holdings, the Federal Reserve's H.15 rates at the end of
each month, and what the press quoted of one TIC release): the sample repeats them. `assumptions/` holds round numbers
chosen to be plausible; they are not published figures.

Belongs here: reading these files. Does not belong here: what the simulation does with them.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.sample.calendars import month_number
from orchestration.sample.reproducible import Waypoints

_HERE = Path(__file__).resolve().parent

GRAND_TOTAL = "99996"
OFFICIAL = "99990"
EUROPE = "19992"

Holding = tuple[int, int]
"""Millions of dollars: all holdings, and their bills."""


@dataclass(frozen=True)
class Country:
    """One holder of the simulation: a country, an organization, or a region's countries that no table names.

    Attributes:
        code: the publisher's code; `REST1` ... for the unnamed part of a region.
        name: as the monthly tables print it; empty if they never name it.
        region: the region that counts it.
        origin: `anchored` to published figures, a `share` of the remainder, or a `path` of round numbers.
        printed: `full`, `long_term` (total and bills are n.a. in the tables), or `hidden` (only inside totals).
        rest_share: its share of the remainder after the anchors in its part of the world.
        bills_tilt: how much more (or less) than its share it has in bills.
        other_usd_mn: mean monthly change that is neither net sales nor valuation, in millions of dollars.
        history_years: first and last year block of the history file with its name, or None.
        history_growth_pct: monthly growth before 2012, per cent.
        history_gap_pct: how far a survey raises it above the old series, per cent.
        euro_area, european_union: counted in the memo rows.
    """

    code: str
    name: str
    region: str
    origin: str
    printed: str
    rest_share: float
    bills_tilt: float
    other_usd_mn: int
    history_years: tuple[int, int] | None
    history_growth_pct: float
    history_gap_pct: float
    euro_area: bool
    european_union: bool


@dataclass(frozen=True)
class Episode:
    """One episode of market stress: it rises linearly to its peak, then decays."""

    start: dt.date
    peak: dt.date
    end: dt.date
    shares_pct: float
    volatility_points: float
    high_yield_bp: float
    baa_bp: float
    dollar_pct: float
    conditions: float

    def depth(self, day: dt.date) -> float:
        """Return the strength of the episode on a day, from 0 to 1."""
        if not self.start <= day <= self.end:
            return 0.0
        if day <= self.peak:
            return (day - self.start).days / (self.peak - self.start).days
        left = (self.end - day).days / (self.end - self.peak).days
        return left * left


def _rows(folder: str, name: str) -> list[dict[str, str]]:
    with (_HERE / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def holdings_anchors() -> dict[str, dict[int, Holding]]:
    """Published holdings by country code and month (Treasury, TIC; public domain)."""
    found: dict[str, dict[int, Holding]] = {}
    for row in _rows("anchors", "tic_holdings"):
        cell = (int(row["holdings_usd_mn"]), int(row["bills_usd_mn"]))
        found.setdefault(row["country_code"], {})[month_number(row["month"])] = cell
    return found


@cache
def yield_anchors() -> dict[str, dict[int, int]]:
    """Published rates on the last day of each month, in basis points (Federal Reserve, H.15; public domain)."""
    found: dict[str, dict[int, int]] = {}
    for row in _rows("anchors", "yields"):
        found.setdefault(row["series_id"], {})[month_number(row["month"])] = int(row["month_end_bp"])
    return found


@cache
def first_prints() -> dict[str, dict[int, int]]:
    """Holdings in millions of dollars by country code and month, as first published in the release of 2026-01-15."""
    found: dict[str, dict[int, int]] = {}
    for row in _rows("anchors", "first_prints"):
        found.setdefault(row["country_code"], {})[month_number(row["month"])] = int(row["holdings_usd_mn"])
    return found


@cache
def countries() -> tuple[Country, ...]:
    """The holders of the simulation, in the order of the publisher's tables."""
    return tuple(
        Country(
            code=row["country_code"],
            name=row["country"],
            region=row["region"],
            origin=row["origin"],
            printed=row["printed"],
            rest_share=float(row["rest_share"] or 0),
            bills_tilt=float(row["bills_tilt"] or 1),
            other_usd_mn=int(row["other_usd_mn"] or 0),
            history_years=(int(row["history_from"]), int(row["history_to"])) if row["history_from"] else None,
            history_growth_pct=float(row["history_growth_pct"] or 1),
            history_gap_pct=float(row["history_gap_pct"] or 2),
            euro_area=row["euro_area"] == "1",
            european_union=row["european_union"] == "1",
        )
        for row in _rows("assumptions", "tic_countries")
    )


@cache
def stylised_holdings() -> dict[str, tuple[Waypoints, Waypoints]]:
    """Round paths of holdings and bills (millions of dollars by month) of countries without anchors."""
    points: dict[str, tuple[list[tuple[int, float]], list[tuple[int, float]]]] = {}
    for row in _rows("assumptions", "tic_paths"):
        holdings, bills = points.setdefault(row["country_code"], ([], []))
        month = month_number(row["month"])
        holdings.append((month, float(row["holdings_usd_mn"])))
        bills.append((month, float(row["bills_usd_mn"])))
    return {code: (Waypoints(holdings), Waypoints(bills)) for code, (holdings, bills) in points.items()}


@cache
def waypoints(path: str) -> Waypoints:
    """A path of round numbers by day (position: `date.toordinal()`)."""
    return Waypoints(
        (dt.date.fromisoformat(row["date"]).toordinal(), float(row["value"]))
        for row in _rows("assumptions", "waypoints")
        if row["path"] == path
    )


@cache
def policy_steps() -> tuple[tuple[dt.date, int], ...]:
    """When each target range of the Federal Reserve took effect, and its lower bound in basis points."""
    return tuple(
        (dt.date.fromisoformat(row["effective_on"]), int(row["lower_bound_bp"]))
        for row in _rows("assumptions", "policy_rate")
    )


@cache
def episodes() -> tuple[Episode, ...]:
    """The episodes of market stress."""
    return tuple(
        Episode(
            start=dt.date.fromisoformat(row["start"]),
            peak=dt.date.fromisoformat(row["peak"]),
            end=dt.date.fromisoformat(row["end"]),
            shares_pct=float(row["shares_pct"]),
            volatility_points=float(row["volatility_points"]),
            high_yield_bp=float(row["high_yield_bp"]),
            baa_bp=float(row["baa_bp"]),
            dollar_pct=float(row["dollar_pct"]),
            conditions=float(row["conditions"]),
        )
        for row in _rows("assumptions", "stress_episodes")
    )
