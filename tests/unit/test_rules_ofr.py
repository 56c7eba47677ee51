"""The rules about the OFR's stress index: a good edition passes, also onto its own past, and each flaw is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules import verdict
from orchestration.loading.rules.suites import read_suite
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources import ofr
from orchestration.tables.raw.ofr_stress_index import TABLE as OFR_STRESS_INDEX
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.unit.ofr_documents import changed, document, figures
from tests.unit.plain_rules import look

TABLE = OFR_STRESS_INDEX
GOOD = figures("2001-12-28")
DAY = "2001-06-13"


class Guard:
    """A warehouse in memory, and editions of the index offered to it."""

    def __init__(self, work: Path) -> None:
        self._work = Workspace(work)
        self._connection = duckdb.connect()
        for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
            self._connection.execute(statement)
        self._connection.execute(TABLE.definition())
        self._connection.execute(TABLE.quarantine_definition())

    def load(self, frame: pd.DataFrame, retrieved: dt.date = dt.date(2002, 1, 2), *, keep: bool = False) -> set[str]:
        """The rules that an edition breaks; those that refuse it whole have a `!` before the name."""
        at = dt.datetime.combine(retrieved, dt.time(23), tzinfo=dt.UTC)
        return self.offer(ofr.parse("fsi", document(frame), at), at, keep=keep)

    def offer(self, rows: pd.DataFrame, at: dt.datetime, *, keep: bool = False) -> set[str]:
        """The same for parsed rows."""
        path = self._work.rows_path(TABLE.name)
        lineage = {"document_id": f"d{at:%Y%m%d}", "retrieved_at": at.replace(tzinfo=None), "released_on": None}
        offered = rows.assign(**lineage, document_rank=0, is_dated=False)
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLE.offered_columns.items())
        duckdb.from_df(offered).query(
            "o", f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from o"
        ).write_parquet(str(path))
        entry = Entry(
            **dict.fromkeys(Entry.__dataclass_fields__)
            | {"document_id": f"d{at:%Y%m%d}", "source": "ofr", "dataset": "fsi", "address": "a", "status": LOADED}
            | {"retrieved_at": at.replace(tzinfo=None).isoformat(), "is_indispensable": False}
            | {"size": 0, "rows_offered": len(rows)}
        )
        self._work.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
        found = judge(self._connection, self._work, TABLE)
        self._connection.execute("drop view if exists offered")
        if keep:
            merge(self._connection, TABLE, path, (), self._work.held_path(TABLE.name))
        return {
            ("!" if finding.consequence is Consequence.REFUSES else "") + finding.rule.name
            for finding in found.findings
        }


@pytest.fixture
def guard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guard:
    """A guard that reads the suites without Great Expectations."""
    monkeypatch.setattr(verdict, "run_suite", look)
    return Guard(tmp_path)


def test_a_good_edition_passes_also_onto_its_own_past_and_estimated_anew(guard: Guard) -> None:
    assert guard.load(GOOD.iloc[:-5], keep=True) == set()
    assert guard.load((GOOD * 1.01).round(3), dt.date(2002, 1, 9), keep=True) == set()
    assert guard.load((GOOD * 1.01).round(3), dt.date(2002, 1, 10)) == set()


def test_great_expectations_finds_the_same(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = changed(GOOD, {(DAY, "Credit"): 25.0})
    told = guard.load(wrong)
    monkeypatch.undo()
    assert Guard(tmp_path / "other").load(wrong) == told != set()


FLAWS: dict[str, tuple[dict[tuple[str, str], float], set[str]]] = {
    "a digit of a category": ({(DAY, "Credit"): 2.0}, {"categories_make_the_index"}),
    "a digit of a region": ({(DAY, "United States"): 2.5}, {"regions_make_the_index"}),
    "a decimal point of the index": (
        {(DAY, "OFR FSI"): 25.0},
        {"value_is_near_a_neighbour", "categories_make_the_index", "regions_make_the_index"},
    ),
    "an impossible category": (
        {(DAY, "Funding"): 99.0},
        {"value_is_not_too_high", "value_is_near_a_neighbour", "categories_make_the_index"},
    ),
    "an impossible region": (
        {(DAY, "Emerging markets"): -99.0},
        {"value_is_not_too_low", "value_is_near_a_neighbour", "regions_make_the_index"},
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_wrong_figure_is_held_back_by_its_rules(guard: Guard, flaw: str) -> None:
    cells, rules = FLAWS[flaw]
    assert guard.load(changed(GOOD, cells)) == rules


def test_wrong_rows_are_held_back_by_their_rules(guard: Guard) -> None:
    at = dt.datetime(2000, 3, 25, 23, tzinfo=dt.UTC)
    rows = ofr.parse("fsi", document(GOOD.iloc[:60]), at)
    row = rows.iloc[[3]]
    for flaw, rule in (
        ({"date": pd.Timestamp(2000, 1, 8)}, "date_is_no_weekend"),
        ({"date": pd.Timestamp(2000, 3, 27)}, "date_is_not_of_the_future"),
        ({"component": "Optimism"}, "component_is_known"),
        ({"date": pd.NaT}, "date_is_there"),
        ({}, "key_is_unique"),
    ):
        assert rule in guard.offer(pd.concat([rows, row.assign(**flaw)]), at), rule


@pytest.mark.parametrize(
    ("edition", "rule"),
    [
        (GOOD.iloc[:-9], "!newest_day_does_not_go_back"),
        (GOOD.drop(GOOD.index[200]), "!nothing_is_gone_from_the_middle"),
        (GOOD.rename(columns={"Credit": "Funding", "Funding": "Credit"})[GOOD.columns] * 3, "!history_stays_near"),
        (changed(GOOD, {(DAY, "Credit"): float("nan")}), "value_is_not_taken_back"),
    ],
)
def test_an_edition_that_denies_its_past_is_told(guard: Guard, edition: pd.DataFrame, rule: str) -> None:
    assert guard.load(GOOD, keep=True) == set()
    assert rule in guard.load(edition, dt.date(2002, 1, 9))


def test_a_hole_is_told(guard: Guard) -> None:
    assert "!hole_is_no_longer_than_markets_close" in guard.load(GOOD.drop(GOOD.index[200:206]))


def test_every_rule_is_seen_to_break() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    rules = [rule.name for kind in ("rows", "documents") for rule in read_suite(f"{kind}/{TABLE.name}").rules]
    assert [rule for rule in rules if f'"{rule}"' not in text and f'"!{rule}"' not in text] == []
