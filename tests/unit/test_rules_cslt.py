"""The rules about the full history: a good edition passes, also onto its own past, and each damage to one is found."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED, _schema, _with_lineage, _write
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources.tic.cslt import parse_cslt
from orchestration.tables.raw.tic_cslt import TABLE
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.unit.cslt_documents import COUNTRIES, PARTS, TOTALS, Figures, cslt, good_figures, months

LAST = "1990-12-01"
NEXT = "1991-01-01"
JULY, AUGUST = dt.date(2026, 7, 16), dt.date(2026, 8, 17)


class Guard:
    """A warehouse in memory, and editions of the history for it."""

    def __init__(self, work: Path) -> None:
        self._work = Workspace(work)
        self.connection = duckdb.connect()
        for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
            self.connection.execute(statement)
        for table in (TABLE, TIC_HOLDINGS):
            self.connection.execute(table.definition())
        self.connection.execute(TABLE.quarantine_definition())

    def load(self, figures: Figures, day: dt.date = JULY, *, keep: bool = False) -> set[str]:
        """The rules that an edition breaks: `!` refuse it whole, `?` only report."""
        rows = parse_cslt(cslt(figures))
        entry = Entry(
            **dict.fromkeys(Entry.__dataclass_fields__)
            | {"document_id": f"d{day:%Y%m%d}", "source": "tic", "dataset": "cslt", "address": "a", "status": LOADED}
            | {"retrieved_at": f"{day}T21:00:00", "released_on": day.isoformat(), "is_indispensable": False}
            | {"newest_period": max(rows["month_end"].to_pylist()).isoformat(), "size": 0, "rows_parsed": len(rows)}
        )
        path, schema = self._work.rows_path(TABLE.name), _schema(TABLE)
        _write(path, schema, [_with_lineage(rows, TABLE, entry, 0, schema)])
        self._work.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
        found = judge(self.connection, self._work, TABLE)
        if keep:
            self.counts = merge(self.connection, TABLE, path, (), self._work.held_path(TABLE.name))[entry.document_id]
        marks = {Consequence.REFUSES: "!", Consequence.REPORTS: "?"}
        return {marks.get(finding.consequence, "") + finding.rule.name for finding in found.findings}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard(tmp_path)


@pytest.fixture
def experienced(guard: Guard) -> Guard:
    """A guard that knows a good edition."""
    assert guard.load(good_figures(LAST), keep=True) == set()
    return guard


@pytest.fixture(scope="module")
def judge_only(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    """A guard that knows a good edition, for tests that keep nothing."""
    guard = Guard(tmp_path_factory.mktemp("guard"))
    assert guard.load(good_figures(LAST), keep=True) == set()
    return guard


def test_a_good_edition_passes_and_again_and_with_a_month_more(experienced: Guard) -> None:
    assert experienced.load(good_figures(LAST), AUGUST, keep=True) == set()
    assert (experienced.counts.loaded, experienced.counts.retracted) == (0, 0)
    assert experienced.load(good_figures(NEXT), dt.date(2026, 9, 16), keep=True) == set()
    # a row per family and geography
    assert experienced.counts.loaded == 7 * 6


def test_a_second_release_adds_as_many_rows_as_it_changes(experienced: Guard) -> None:
    figures = good_figures(LAST)
    before = experienced.connection.execute("select count(*) from raw.tic_cslt").fetchone()
    changed = 0
    for place, day in enumerate(months("1985-01-01", LAST)):
        if place % 9 == 0:
            # Japan bought more stocks than was said, and prices explain less; so do the totals.
            for code in ("42609", "99996", "99991"):
                for family in ("for_lt_eqty", "for_lt_total"):
                    figures[f"{family}_net_{code}"][day] += 1  # type: ignore[operator]
                    figures[f"{family}_valchg_{code}"][day] -= 1  # type: ignore[operator]
                    changed += 1
    assert experienced.load(figures, AUGUST, keep=True) == {"?old_figures_are_revised_in_their_season"}
    assert experienced.counts.loaded == changed
    assert experienced.connection.execute("select count(*) from raw.tic_cslt").fetchone() == (before[0] + changed,)


Damage = Callable[[Figures], object]


def _all_of(figures: Figures, start: str, change: Callable[[float], float]) -> None:
    for source_id, values in figures.items():
        if source_id.startswith(start):
            figures[source_id] = {day: None if value is None else change(value) for day, value in values.items()}


def _exchange(figures: Figures, one: str, other: str) -> None:
    for source_id in [name for name in figures if name.endswith(one)]:
        twin = source_id.removesuffix(one) + other
        figures[source_id], figures[twin] = figures[twin], figures[source_id]


def _exchange_families(figures: Figures, one: str, other: str) -> None:
    for source_id in [name for name in figures if name.startswith(f"{one}_")]:
        twin = source_id.replace(one, other, 1)
        figures[source_id], figures[twin] = figures[twin], figures[source_id]


def _shift(figures: Figures, start: str) -> None:
    for source_id, values in figures.items():
        if source_id.startswith(start):
            days = sorted(values)
            figures[source_id] = dict(zip(days, [values[days[0]], *[values[day] for day in days[:-1]]], strict=True))


def _cut(figures: Figures, keep: Callable[[str], bool]) -> None:
    for source_id in [name for name in figures if not keep(name)]:
        del figures[source_id]


def _only_months(figures: Figures, keep: Callable[[str], bool]) -> None:
    for source_id, values in figures.items():
        figures[source_id] = {day: value for day, value in values.items() if keep(day)}


def _put(figures: Figures, source_id: str, day: str, add: float) -> None:
    figures[source_id][day] += add  # type: ignore[operator]


DAMAGES: dict[str, tuple[Damage, str]] = {
    "countries exchanged": (lambda f: _exchange(f, "42609", "41408"), "!series_keep_their_figures"),
    "officials exchanged with others": (lambda f: _exchange(f, "99990", "99991"), "!series_keep_their_figures"),
    "families exchanged": (lambda f: _exchange_families(f, "for_lt_agcy", "for_lt_eqty"), "!series_keep_their_figures"),
    "thousands": (lambda f: _all_of(f, "for_", lambda value: value * 1000), "!series_keep_their_figures"),
    "billions": (lambda f: _all_of(f, "for_", lambda value: value // 1000), "!series_keep_their_figures"),
    "one family in another unit": (
        lambda f: _all_of(f, "for_lt_corp_pos", lambda value: value * 10),
        "!series_keep_their_figures",
    ),
    "net purchases with the other sign": (
        lambda f: _all_of(f, "for_lt_treas_net", lambda value: -value),
        "!series_keep_their_figures",
    ),
    "valuation with the other sign": (
        lambda f: _all_of(f, "for_lt_eqty_valchg", lambda value: -value),
        "!series_keep_their_figures",
    ),
    "net purchases a month late": (lambda f: _shift(f, "for_lt_treas_net"), "!series_keep_their_figures"),
    "everything a month late": (lambda f: _shift(f, "for_"), "!series_keep_their_figures"),
    "half of the geographies": (
        lambda f: _cut(f, lambda name: name.rpartition("_")[2] not in COUNTRIES),
        "!no_series_is_lost",
    ),
    "no grand total": (lambda f: _cut(f, lambda name: not name.endswith("99996")), "!totals_are_there"),
    "a family without its total": (
        lambda f: _cut(f, lambda name: not (name.startswith("for_lt_agcy") and name.endswith("99996"))),
        "!totals_are_there",
    ),
    "the first years cut off": (lambda f: _only_months(f, lambda day: day >= "1987-01-01"), "!totals_are_there"),
    "an older edition": (lambda f: _only_months(f, lambda day: day <= "1990-06-01"), "!edition_does_not_end_earlier"),
    "a figure of a country": (
        lambda f: _put(f, "for_lt_treas_pos_42609", "1990-05-01", 900),
        "total_is_the_sum_of_families",
    ),
    "a figure of bills": (
        lambda f: _put(f, "for_st_treas_net_42609", "1990-05-01", 900),
        "treasuries_are_coupons_plus_bills",
    ),
    "a figure of the officials": (
        lambda f: _put(f, "for_lt_corp_net_99990", "1990-05-01", 900),
        "grand_total_is_official_plus_other_holders",
    ),
    "less than nothing": (
        lambda f: _put(f, "for_lt_agcy_pos_42609", "1990-05-01", -1e6),
        "holdings_are_not_negative",
    ),
    "a change that nothing explains": (
        lambda f: [_put(f, f"{family}_pos_{code}", "1990-05-01", 1e6) for family in PARTS[:1] for code in TOTALS],
        "change_of_the_world_is_explained",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_edition_is_found(judge_only: Guard, damage: str) -> None:
    change, rule = DAMAGES[damage]
    figures = copy.deepcopy(good_figures(LAST))
    change(figures)
    assert rule in judge_only.load(figures, AUGUST)


def _table_3(guard: Guard, figures: Figures, off_by: int = 0) -> None:
    """Let the warehouse know table 3 of the same months, and table 1."""
    kinds = {"for_lt_treas": ("slt_table3", "treasury"), "for_lt_agcy": ("slt_table1", "agency")}
    rows = [
        (series, code, day, kind, value + off_by)
        for family, (series, kind) in kinds.items()
        for code in COUNTRIES
        for day, value in figures[f"{family}_pos_{code}"].items()
        if value is not None
    ]
    guard.connection.executemany(
        "insert into raw.tic_holdings "
        "(series, country_code, month_end, security_type, instrument, holdings, document_id) "
        "values (?, ?, last_day(cast(? as date)), ?, 'long_term', ?, 'tables')",
        rows,
    )


def test_the_tables_of_the_release_say_the_same(guard: Guard) -> None:
    _table_3(guard, good_figures(LAST))
    assert guard.load(good_figures(LAST)) == set()


def test_a_figure_that_the_tables_have_otherwise_is_reported(guard: Guard) -> None:
    _table_3(guard, good_figures(LAST))
    guard.connection.execute(
        "update raw.tic_holdings set holdings = holdings + 2 where country_code = '42609' and month_end = '1990-05-31'"
    )
    assert guard.load(good_figures(LAST)) == {"?figure_equals_the_table"}


def test_an_edition_that_is_not_that_of_the_tables_is_refused(guard: Guard) -> None:
    _table_3(guard, good_figures(LAST), off_by=100)
    assert "!edition_is_that_of_the_tables" in guard.load(good_figures(LAST))
