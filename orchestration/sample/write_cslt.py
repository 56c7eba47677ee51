"""The full history cslt.zip of a release: the figures of tables 1 and 3, continued backwards to December 1984.

Belongs here: the years before those tables, and the JSON of the file. Nothing before December 2011 is a published
figure. Does not belong here: the figures of the tables (`simulate_tic.py`, `simulate_securities.py`).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.sample.calendars import month_label, month_number
from orchestration.sample.documents import Document
from orchestration.sample.inputs import GRAND_TOTAL, OFFICIAL, Country, countries
from orchestration.sample.reproducible import Noise, whole
from orchestration.sample.simulate_rates import month_end_yield
from orchestration.sample.simulate_tic import (
    BREAK_MONTHS,
    FIRST_ANCHOR,
    FIRST_FLOWS,
    HISTORY_FIRST_MONTH,
    LAST_MONTH,
    Flow,
    Flows,
    History,
    Positions,
)
from orchestration.sample.tic_rows import NON_OFFICIAL, Row, table_rows
from orchestration.sample.write_tic import SIMULATED, Release, document

FIRST_MONTH = month_number("1984-12")

_FIRST_OF_BILLS = month_number("2003-02")
_FIRST_ABROAD = month_number("1994-12")
_FAMILIES = {
    "lt_treas": "long-term Treasury securities",
    "lt_agcy": "long-term agency bonds",
    "lt_corp": "long-term corporate and other bonds",
    "lt_eqty": "corporate stocks",
    "lt_total": "long-term securities",
    "st_treas": "short-term Treasury securities",
    "treas": "Treasury securities",
}
_KINDS = {"agency": "lt_agcy", "corporate": "lt_corp", "shares": "lt_eqty"}
_GROWTH = {"lt_treas": 0.009, "lt_agcy": 0.006, "lt_corp": 0.009, "lt_eqty": 0.009}
_ABROAD = {
    "lt_eqty": ("foreign corporate stocks", 0.009),
    "lt_govt_bond": ("foreign government bonds", 0.004),
    "lt_corp_bond": ("foreign corporate bonds", 0.006),
}
_ABROAD_TODAY = 5_000_000
_ABROAD_TODAY_OF_ONE = 20_000
"""Of a further holder of a scaled simulation."""
_TREASURIES = ("lt_treas", "st_treas", "treas")
_SHOWN = {
    **dict.fromkeys((GRAND_TOTAL, OFFICIAL, NON_OFFICIAL, "10502"), tuple(_FAMILIES)),
    **dict.fromkeys(("10251", "13005", "36137", "41408", "42609"), _TREASURIES),
}
"""Kinds of securities by geography; more of them would make the sample twice as large."""
_MEASURES = {"pos": "portfolio holdings of", "net": "net transactions in", "valchg": "valuation change of"}


@dataclass(frozen=True)
class _Month:
    """Millions of dollars; flows are None in the first month."""

    pos: int
    net: int | None
    valchg: int | None

    def plus(self, other: _Month, sign: int = 1) -> _Month:
        """Their sum."""
        flows = (
            None if mine is None or its is None else mine + sign * its
            for mine, its in ((self.net, other.net), (self.valchg, other.valchg))
        )
        return _Month(self.pos + sign * other.pos, *flows)


_Path = dict[int, _Month]


def full_history(
    seed: int,
    release: Release,
    history: History,
    holders: Sequence[Country],
    others: tuple[Mapping[str, Positions], Mapping[str, Flows]],
) -> Document:
    """Write cslt.zip: the totals, Denmark, Treasuries of five countries; further holders of a scaled simulation."""
    books: dict[str, dict[str, _Path]] = {"lt_treas": {}, "st_treas": {}, **{name: {} for name in _KINDS.values()}}
    months = range(FIRST_MONTH, release.last_month + 1)
    codes = [OFFICIAL, *(holder.code for holder in holders)]
    coupons, bills = _treasuries(seed, release, history, codes)
    for code in codes:
        steps = _steps(code, history)
        books["lt_treas"][code] = _explained(coupons[code], release.flows[code], steps, "lt_treas")
        books["st_treas"][code] = _bills(bills[code])
        for kind, family in _KINDS.items():
            known = {month: held.long_term for month, held in others[0][kind][code].items() if month in months}
            path = _backwards(Noise(seed, "cslt", family, code), known, _GROWTH[family])
            books[family][code] = _explained(path, others[1][kind][code], {}, family)
    further = {holder.code for holder in holders} - {holder.code for holder in countries()}
    series: list[dict[str, object]] = []
    for row in table_rows(holders):
        if row.code in _SHOWN or row.code in further:
            series += _series_of(row, books, months)
    abroad = {GRAND_TOTAL: _ABROAD_TODAY, **dict.fromkeys(sorted(further), _ABROAD_TODAY_OF_ONE)}
    series += _abroad(seed, table_rows(holders), abroad, release.last_month)
    content = {
        "releaseID": "3",
        "version": "2.0",
        "transmissionDt": f"{release.as_of} 15:58:00",
        "series": series,
    }
    return document("cslt.zip", release.as_of, _packed(content, release))


def _packed(content: Mapping[str, object], release: Release) -> bytes:
    text = json.dumps(content, separators=(",", ":"))
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        day = release.as_of
        member = zipfile.ZipInfo("cslt.json", (day.year, day.month, day.day, 15, 58, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(member, text)
        file.comment = SIMULATED.encode("ascii")
    return body.getvalue()


def _treasuries(
    seed: int, release: Release, history: History, codes: Sequence[str]
) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """Long-term holdings and bills of each holder since 1984."""
    coupons: dict[str, dict[int, int]] = {}
    bills: dict[str, dict[int, int]] = {}
    for code in codes:
        if code == OFFICIAL:
            continue
        path = release.positions[code]
        first = path[FIRST_ANCHOR]
        past = history.current[code]
        known = {month: past[month] for month in range(HISTORY_FIRST_MONTH, FIRST_ANCHOR)}
        total = _backwards(Noise(seed, "cslt", "treas", code), known, _GROWTH["lt_treas"])
        short = {month: held * first.bills // max(1, first.total) for month, held in total.items()}
        now = [month for month in path if FIRST_ANCHOR <= month <= release.last_month]
        bills[code] = short | {month: path[month].bills for month in now}
        coupons[code] = {month: held - short[month] for month, held in total.items()}
        coupons[code] |= {month: path[month].long_term for month in now}
    official = release.positions[OFFICIAL]
    since = min(official)
    for book, part in ((coupons, "long_term"), (bills, "bills")):
        world = {month: sum(path[month] for path in book.values()) for month in coupons[codes[1]]}
        share = getattr(official[since], part) / max(1, world[since])
        book[OFFICIAL] = {
            month: getattr(official[month], part) if month >= since else whole(held * share)
            for month, held in world.items()
        }
    return coupons, bills


def _backwards(noise: Noise, known: Mapping[int, int], growth: float) -> dict[int, int]:
    """Continue holdings from their first month to December 1984, smaller by their growth each month."""
    first = min(known)
    level = float(known[first])
    found: dict[int, int] = {}
    for month in range(first - 1, FIRST_MONTH - 1, -1):
        level *= 1.0 - growth - 0.008 * noise.normal()
        found[month] = whole(level)
    return dict(sorted((found | dict(known)).items()))


def _steps(code: str, history: History) -> dict[int, int]:
    """What a survey added in a month: neither net transactions nor valuation."""
    past = history.former.get(code, {})
    return {
        month: history.current[code][month] - past[month]
        for month in BREAK_MONTHS
        if month in past and month > FIRST_MONTH
    }


def _explained(path: Mapping[int, int], flows: Mapping[int, Flow], steps: Mapping[int, int], family: str) -> _Path:
    """Positions with net transactions and valuation; those of the tables where they have them."""
    yields = month_end_yield()
    prices = Noise("cslt", "prices", family)
    found: _Path = {}
    for month, held in path.items():
        shock = 0.9 * prices.normal()
        before = found.get(month - 1)
        if before is None:
            found[month] = _Month(held, None, None)
            continue
        flow = flows.get(month) if month >= FIRST_FLOWS else None
        if flow is not None:
            found[month] = _Month(held, flow.net_sales, flow.valuation)
            continue
        risen = yields(month) - yields(month - 1)
        moved = -4.8 * risen if family == "lt_treas" and risen else shock
        valuation = whole(before.pos * moved / 100.0)
        found[month] = _Month(held, held - before.pos - valuation - steps.get(month, 0), valuation)
    return found


def _bills(path: Mapping[int, int]) -> _Path:
    """Bills have no valuation: net transactions are the change of the position."""
    found: _Path = {}
    for month, held in path.items():
        before = found.get(month - 1)
        found[month] = _Month(held, None if before is None else held - before.pos, 0 if before else None)
    return found


def _series_of(row: Row, books: Mapping[str, Mapping[str, _Path]], months: range) -> Iterator[dict[str, object]]:
    paths = {family: _of_row(row, book, months) for family, book in books.items()}
    paths["treas"] = {month: paths["lt_treas"][month].plus(paths["st_treas"][month]) for month in months}
    paths["lt_total"] = {
        month: paths["lt_treas"][month].plus(
            paths["lt_agcy"][month].plus(paths["lt_corp"][month].plus(paths["lt_eqty"][month]))
        )
        for month in months
    }
    for family in _SHOWN.get(row.code, tuple(_FAMILIES)):
        path = paths[family]
        has_history = family.startswith("lt_") or row.code in (GRAND_TOTAL, OFFICIAL, NON_OFFICIAL)
        if not has_history:
            path = {month: figures for month, figures in path.items() if month >= _FIRST_OF_BILLS}
        words = f"U.S. {_FAMILIES[family]}"
        measures = ("pos", "net", "valchg") if family.startswith("lt_") else ("pos", "net")
        yield from _series("for", "Foreign", (family, words), row, path, measures)


def _of_row(row: Row, book: Mapping[str, _Path], months: range) -> _Path:
    found: _Path = {}
    for month in months:
        figures = book[row.holders[0]][month]
        for code in row.holders[1:]:
            figures = figures.plus(book[code][month])
        for code in row.less:
            figures = figures.plus(book[code][month], -1)
        found[month] = figures
    return found


def _abroad(seed: int, rows: Sequence[Row], today: Mapping[str, int], last_month: int) -> Iterator[dict[str, object]]:
    """US holdings of foreign securities: in all, and of the further holders."""
    for row in rows:
        if row.code not in today:
            continue
        total: _Path = {}
        for family, (words, growth) in _ABROAD.items():
            noise = Noise(seed, "cslt", "abroad", family, row.code)
            level = today[row.code] * (0.7 if family == "lt_eqty" else 0.15)
            full = _backwards(noise, {LAST_MONTH: whole(level)}, growth)
            path = {month: held for month, held in full.items() if _FIRST_ABROAD <= month <= last_month}
            explained = _explained(path, {}, {}, family)
            total = {month: total[month].plus(now) if total else now for month, now in explained.items()}
            yield from _series("us", "U.S.", (family, words), row, explained, tuple(_MEASURES))
        yield from _series("us", "U.S.", ("lt_total", "foreign long-term securities"), row, total, tuple(_MEASURES))


def _series(
    direction: str, owner: str, family: tuple[str, str], row: Row, path: _Path, measures: Sequence[str]
) -> Iterator[dict[str, object]]:
    for measure in measures:
        pairs = [
            [f"{month_label(month)}-01", f"{value}.0"]
            for month, figures in sorted(path.items(), reverse=True)
            if (value := getattr(figures, measure)) is not None
        ]
        yield {
            "source_id": f"{direction}_{family[0]}_{measure}_{row.code}",
            "metadata": {
                "title": f"{owner} {_MEASURES[measure]} {family[1]}: {row.name}",
                "frequency": "M",
                "season": "NSA",
                "units": "Millions of Dollars",
                "additional": {"geography": {"name": row.name}, "status": "A"},
            },
            "observations": pairs,
        }
