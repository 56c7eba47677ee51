"""The rules about the OFR's stress index: a good edition passes, also on top of itself, and each fault is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.rule_files import read_suite
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources import ofr
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw.ofr_stress_index import TABLE as OFR_STRESS_INDEX
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.unit.ofr_documents import changed, document, figures

TABLE = OFR_STRESS_INDEX
GOOD = figures("2001-12-28")
DAY = "2001-06-13"


class Guard:
    """A warehouse in memory, and editions of the index for it."""

    def __init__(self, work: Path) -> None:
        self._work = Workspace(work)
        self._connection = duckdb.connect()
        for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
            self._connection.execute(statement)
        for table in (TABLE, FRED_OBSERVATIONS):
            self._connection.execute(table.definition())
        self._connection.execute(TABLE.quarantine_definition())

    def know_open_days(self, days: Iterable[pd.Timestamp]) -> None:
        """Days on which FRED's S&P 500 has a value."""
        for day in days:
            self._connection.execute(
                "insert into raw.fred_observations (series_id, date, value, document_id) "
                "values ('SP500', ?, 4000, 'document')",
                [day],
            )

    def load(self, frame: pd.DataFrame, retrieved: dt.date = dt.date(2002, 1, 2), *, keep: bool = False) -> set[str]:
        """The rules that an edition breaks.

        Those that refuse it whole have a `!` before the name, those that only report a `?`.
        """
        at = dt.datetime.combine(retrieved, dt.time(23), tzinfo=dt.UTC)
        return self.offer(ofr.parse("fsi", document(frame), at), at, keep=keep)

    def offer(self, rows: pd.DataFrame, at: dt.datetime, *, keep: bool = False) -> set[str]:
        """The same for parsed rows."""
        path = self._work.rows_path(TABLE.name)
        lineage = {"document_id": f"d{at:%Y%m%d}", "retrieved_at": at.replace(tzinfo=None), "released_on": None}
        incoming = rows.assign(**lineage, document_rank=0, is_dated=False)
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLE.parsed_columns.items())
        duckdb.from_df(incoming).query(
            "o", f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from o"
        ).write_parquet(str(path))
        entry = Entry(
            **dict.fromkeys(Entry.__dataclass_fields__)
            | {"document_id": f"d{at:%Y%m%d}", "source": "ofr", "dataset": "fsi", "address": "a", "status": LOADED}
            | {"retrieved_at": at.replace(tzinfo=None).isoformat(), "is_indispensable": False}
            | {"size": 0, "rows_parsed": len(rows)}
        )
        self._work.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
        found = judge(self._connection, self._work, TABLE)
        if keep:
            merge(self._connection, TABLE, path, (), self._work.held_path(TABLE.name))
        marks = {Consequence.REFUSES: "!", Consequence.REPORTS: "?"}
        return {marks.get(finding.consequence, "") + finding.rule.name for finding in found.findings}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard(tmp_path)


def restated(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with a history that was estimated again: other by hundredths, and it adds up."""
    other = frame.copy()
    shift = np.random.default_rng(7).normal(0, 0.01, len(frame)).round(3)
    for column in ("Credit", "OFR FSI", "United States"):
        other[column] = (other[column] + shift).round(3)
    return other


def test_a_good_edition_passes_on_top_of_itself_and_re_estimated(guard: Guard) -> None:
    assert guard.load(GOOD.iloc[:-5], keep=True) == set()
    assert guard.load(restated(GOOD), dt.date(2002, 1, 9), keep=True) == {"?no_value_is_restated"}
    assert guard.load(restated(GOOD), dt.date(2002, 1, 10)) == set()


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
def test_a_wrong_figure_is_quarantined_by_its_rules(guard: Guard, flaw: str) -> None:
    cells, rules = FLAWS[flaw]
    assert guard.load(changed(GOOD, cells)) == rules


def test_wrong_rows_are_quarantined_by_their_rules(guard: Guard) -> None:
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
def test_an_edition_that_contradicts_its_history_is_reported(guard: Guard, edition: pd.DataFrame, rule: str) -> None:
    assert guard.load(GOOD, keep=True) == set()
    assert rule in guard.load(edition, dt.date(2002, 1, 9))


def test_a_gap_is_reported(guard: Guard) -> None:
    assert "!hole_is_no_longer_than_markets_close" in guard.load(GOOD.drop(GOOD.index[200:206]))


def repeated(days: slice, earlier: slice) -> pd.DataFrame:
    """An edition in which days have the values of earlier ones."""
    frame = GOOD.copy()
    frame.iloc[days] = frame.iloc[earlier].to_numpy()
    return frame


@pytest.mark.parametrize(
    ("edition", "rule"),
    [
        (changed(GOOD, {(f"{GOOD.index[-1]:%Y-%m-%d}", "Credit"): float("nan")}), "!newest_cells_are_not_blank"),
        (repeated(slice(-1, None), slice(-2, -1)), "day_is_not_an_earlier_one"),
        (repeated(slice(-5, None), slice(-10, -5)), "day_is_not_an_earlier_one"),
        (GOOD.assign(Credit=[*GOOD["Credit"].iloc[:-8], *[0.4] * 8]), "value_does_not_stand_still"),
    ],
)
def test_incomplete_newest_days_are_refused(guard: Guard, edition: pd.DataFrame, rule: str) -> None:
    assert rule in guard.load(edition)


def test_all_values_times_one_factor_are_another_unit(guard: Guard) -> None:
    assert guard.load(GOOD, keep=True) == set()
    assert "!series_is_not_rescaled" in guard.load((GOOD * 1.02).round(3), dt.date(2002, 1, 9))


def test_a_missing_day_of_the_exchange_is_reported(guard: Guard) -> None:
    guard.know_open_days(GOOD.index[-20:])
    assert guard.load(GOOD) == set()
    assert guard.load(GOOD.drop(GOOD.index[-3])) == {"?no_market_day_is_missing"}


def test_every_rule_is_broken_by_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    rules = [rule.name for rule in read_suite(TABLE.name).rules]
    assert [rule for rule in rules if not any(f'"{mark}{rule}"' in text for mark in ("", "!", "?"))] == []
