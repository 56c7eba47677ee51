"""cslt.zip as the Treasury makes it, with invented or given figures.

Belongs here: the layout. Does not belong here: what is wrong with a document; each test breaks one thing.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

from orchestration.tables.seeds import read_seed

FAMILIES = {
    "for_lt_treas": "U.S. long-term Treasury securities",
    "for_lt_agcy": "U.S. long-term agency bonds",
    "for_lt_corp": "U.S. long-term corporate and other bonds",
    "for_lt_eqty": "U.S. corporate stocks",
    "for_lt_total": "U.S. long-term securities",
    "for_st_treas": "U.S. short-term Treasury securities",
    "for_treas": "U.S. Treasury securities",
    "us_lt_total": "foreign long-term securities",
    "us_lt_eqty": "foreign stocks",
}
MEASURES = {"pos": "portfolio holdings of", "net": "net transactions in", "valchg": "valuation change of"}
PARTS = ("for_lt_treas", "for_lt_agcy", "for_lt_corp", "for_lt_eqty")
COUNTRIES = ("42609", "41408", "13005")
TOTALS = ("99996", "99990", "99991")

Figures = dict[str, dict[str, float | None]]
"""Series id -> first day of the month -> millions of dollars."""


def months(first: str, last: str) -> list[str]:
    """The first days of all months between two, both included."""
    count = [int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (first, last)]
    return [f"{number // 12}-{number % 12 + 1:02d}-01" for number in range(count[0], count[1] + 1)]


def good_figures(last: str = "1990-12-01") -> Figures:
    """Three countries and the totals that they make, in which every identity holds."""
    days = months("1984-12-01", last)
    figures: Figures = {}
    for code in COUNTRIES:
        for place, family in enumerate((*PARTS, "for_st_treas")):
            base = int(code) % 977 * 40 + 10_000 * (place + 1)
            positions = [base + 97 * step + (step * step * (place + 3)) % 211 for step in range(len(days))]
            _explain(figures, family, code, days, positions)
    _add_totals(figures)
    return figures


def _explain(figures: Figures, family: str, code: str, days: list[str], positions: list[int]) -> None:
    before = positions[:-1]
    has_valuation = family != "for_st_treas"
    valuation = [(-1) ** step * (held // 90) * has_valuation for step, held in enumerate(before)]
    net = [now - then - value for now, then, value in zip(positions[1:], before, valuation, strict=True)]
    figures[f"{family}_pos_{code}"] = dict(zip(days, positions, strict=True))
    figures[f"{family}_net_{code}"] = dict(zip(days[1:], net, strict=True))
    if has_valuation:
        figures[f"{family}_valchg_{code}"] = dict(zip(days[1:], valuation, strict=True))


def _add_totals(figures: Figures) -> None:
    for family in (*PARTS, "for_st_treas"):
        for measure in MEASURES:
            if f"{family}_{measure}_42609" not in figures:
                continue
            parts = [figures[f"{family}_{measure}_{code}"] for code in COUNTRIES]
            whole = {day: sum(part[day] or 0 for part in parts) for day in parts[0]}
            figures[f"{family}_{measure}_99996"] = whole
            figures[f"{family}_{measure}_99990"] = {day: value // 3 for day, value in whole.items()}
            figures[f"{family}_{measure}_99991"] = {day: value - value // 3 for day, value in whole.items()}
    for code in (*COUNTRIES, *TOTALS):
        for measure in MEASURES:
            parts = [figures[f"{family}_{measure}_{code}"] for family in PARTS]
            figures[f"for_lt_total_{measure}_{code}"] = {day: sum(part[day] or 0 for part in parts) for day in parts[0]}
        for measure in ("pos", "net"):
            long, short = figures[f"for_lt_treas_{measure}_{code}"], figures[f"for_st_treas_{measure}_{code}"]
            figures[f"for_treas_{measure}_{code}"] = {day: (long[day] or 0) + (short[day] or 0) for day in long}


@cache
def _names() -> dict[str, str]:
    countries = read_seed("countries")
    return dict(zip(countries["country_code"], countries["country"], strict=True))


def series(source_id: str, values: Mapping[str, float | None]) -> dict[str, Any]:
    """One series as the file has it, the newest month first."""
    family, measure, code = source_id.rsplit("_", 2)
    name = _names().get(code, "Atlantis")
    return {
        "source_id": source_id,
        "metadata": {
            "title": f"{MEASURES[measure]} {FAMILIES.get(family, family)}: {name}",
            "frequency": "M",
            "season": "NSA",
            "units": "Millions of Dollars",
            "additional": {"geography": {"name": name}, "status": "A"},
        },
        "observations": [
            [day, None if value is None else f"{value:.1f}"] for day, value in sorted(values.items(), reverse=True)
        ],
    }


def content(figures: Figures) -> dict[str, Any]:
    """The JSON of a release."""
    return {
        "releaseID": "3",
        "version": "2.0",
        "transmissionDt": "2026-08-17 15:58:00",
        "series": [series(source_id, values) for source_id, values in figures.items()],
    }


def packed(text: str | bytes, name: str = "cslt.json") -> bytes:
    """A ZIP with one file."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, text)
    return body.getvalue()


def cslt(figures: Figures | None = None, indent: int | None = None) -> bytes:
    """The ZIP of a release; by default one in which everything adds up."""
    return packed(json.dumps(content(good_figures() if figures is None else figures), indent=indent))
