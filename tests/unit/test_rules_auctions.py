"""The rules about auction results: what was published passes, and each flaw is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources import treasurydirect
from orchestration.tables.raw.treasury_auctions import TABLE
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.unit.auction_documents import RESULTS, document, results_of

DAY = dt.datetime(2026, 10, 9, 23, tzinfo=dt.UTC)
TEN_YEAR, SEVEN_YEAR, FOUR_WEEK = "91282CQQ7", "91282CRJ2", "912797VE4"


class Guard:
    """A warehouse in memory, and documents for it."""

    def __init__(self, work: Path) -> None:
        self._work = Workspace(work)
        self.connection = duckdb.connect()
        for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
            self.connection.execute(statement)
        self.connection.execute(TABLE.definition())
        self.connection.execute(TABLE.quarantine_definition())

    def load(self, rows: pd.DataFrame, dataset: str, at: dt.datetime = DAY) -> set[str]:
        """Load rows; returns the rules they break: `!` before one that refuses the document, `?` before a warning."""
        path = self._work.rows_path(TABLE.name)
        document_id = f"{dataset}@{at:%Y%m%d}"
        lineage = {"document_id": document_id, "retrieved_at": at.replace(tzinfo=None), "released_on": None}
        incoming = rows.assign(**lineage, document_rank=0, is_dated=False)
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLE.parsed_columns.items())
        duckdb.from_df(incoming).query(
            "o", f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from o"
        ).write_parquet(str(path))
        entry = Entry(
            **dict.fromkeys(Entry.__dataclass_fields__)
            | {"document_id": document_id, "source": "treasurydirect", "dataset": dataset, "address": "a"}
            | {"retrieved_at": at.replace(tzinfo=None).isoformat(), "is_indispensable": False, "status": LOADED}
            | {"size": 0, "rows_parsed": len(rows)}
        )
        self._work.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
        found = judge(self.connection, self._work, TABLE)
        if not any(finding.consequence is Consequence.REFUSES for finding in found.findings):
            merge(self.connection, TABLE, path, (), self._work.held_path(TABLE.name))
        marks = {Consequence.REFUSES: "!", Consequence.REPORTS: "?"}
        return {marks.get(finding.consequence, "") + finding.rule.name for finding in found.findings}

    def held(self) -> dict[int, list[str]]:
        """The broken rules of each row that the last load quarantined, by its place."""
        path = str(self._work.held_path(TABLE.name))
        return dict(duckdb.read_parquet(path).project("row_number, broken_rules").fetchall())


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard(tmp_path)


def parsed(kind: str, year: int) -> pd.DataFrame:
    return treasurydirect.parse(f"{kind}/{year}", document(results_of(kind, year)), DAY)


def test_published_results_break_no_rule_and_are_loaded(guard: Guard) -> None:
    years = {(one["type"], int(one["auctionDate"][:4])) for one in RESULTS}
    rows = pd.concat([parsed(kind, year) for kind, year in sorted(years)])
    assert guard.load(rows, "Note/2026") == set()
    assert guard.connection.execute("select count(*) from raw.treasury_auctions").fetchone() == (len(RESULTS),)


def changed(column: str, to: Callable[[pd.Series], object], cusip: str = TEN_YEAR) -> pd.DataFrame:
    frame = parsed("Note", 2026)
    own = frame["cusip"] == cusip
    frame.loc[own, column] = to(frame.loc[own, column])
    return frame


def times(factor: float) -> Callable[[pd.Series], object]:
    return lambda values: (values * factor).round(6)


FLAWS: list[tuple[str, Callable[[pd.Series], object], str]] = [
    ("total_accepted", times(0), "amount_sold_is_plausible"),
    ("bid_to_cover_ratio", times(0), "bid_to_cover_is_plausible"),
    ("offering_amount", times(0), "offering_is_plausible"),
    ("competitive_accepted", times(0), "competitive_amount_is_plausible"),
    ("bid_to_cover_ratio", times(1.01), "bid_to_cover_is_bids_by_awards"),
    ("total_tendered", times(1.1), "bid_to_cover_is_bids_by_awards"),
    ("indirect_bidder_accepted", times(1.001), "bidders_are_not_more_than_competitive"),
    ("soma_accepted", times(1.01), "amounts_fit_into_the_total"),
    ("noncompetitive_accepted", times(10), "amounts_fit_into_the_total"),
    ("competitive_accepted", times(1.2), "competitive_fits_into_the_total"),
    ("indirect_bidder_tendered", times(0.5), "competitive_fits_into_the_total"),
    ("high_yield", times(10), "yield_is_plausible"),
    ("high_yield", times(2), "rates_are_in_order"),
    ("high_yield", times(0.9), "rates_are_in_order"),
    ("average_median_yield", times(0.1), "rates_are_in_order"),
    ("price_per_100", times(0.01), "price_is_plausible"),
    ("maturity_date", lambda days: days - pd.Timedelta(days=7300), "dates_are_in_order"),
    ("announcement_date", lambda days: days + pd.Timedelta(days=30), "dates_are_in_order"),
    ("issue_date", lambda days: days - pd.Timedelta(days=30), "dates_are_in_order"),
    ("security_type", lambda _: "Savings", "security_type_is_known"),
]


def test_each_flaw_of_a_result_is_found(guard: Guard) -> None:
    """One document, with a copy of one good result per flaw."""
    copies = [
        changed(column, to)[lambda frame: frame["cusip"] == TEN_YEAR].assign(cusip=f"FLAW{number:02d}")
        for number, (column, to, _) in enumerate(FLAWS)
    ]
    guard.load(pd.concat(copies), "Note/2026")
    held = guard.held()
    missed = [FLAWS[number] for number in range(len(FLAWS)) if FLAWS[number][2] not in held.get(number, [])]
    assert missed == []


def test_price_of_a_bill_follows_from_its_rate(guard: Guard) -> None:
    """A price that is off by one in its last decimal is held; the published prices pass."""
    rows = parsed("Bill", 2026)
    own = rows["cusip"] == FOUR_WEEK
    off = rows.assign(price_per_100=rows["price_per_100"].where(~own, rows["price_per_100"] + 0.000001))
    assert guard.load(off, "Bill/2026") == {"bill_price_follows_from_its_rate"}
    assert len(guard.held()) == 1
    assert guard.load(rows, "Bill/2026", DAY + dt.timedelta(days=1)) == set()


def test_bidders_that_leave_a_part_over_are_reported(guard: Guard) -> None:
    rows = changed("direct_bidder_accepted", times(0.9))
    assert guard.load(rows, "Note/2026") == {"?bidders_make_competitive"}


def test_one_auction_has_one_result(guard: Guard) -> None:
    rows = parsed("Note", 2026)
    assert guard.load(pd.concat([rows, rows.head(1)]), "Note/2026") == {"key_is_unique"}


def test_auction_does_not_disappear_also_at_the_ends(guard: Guard) -> None:
    rows = parsed("Note", 2026)
    guard.load(rows, "Note/2026")
    later = DAY + dt.timedelta(days=1)
    for cusip in (SEVEN_YEAR, TEN_YEAR, rows["cusip"].iloc[-1]):
        assert guard.load(rows[rows["cusip"] != cusip], "Note/2026", later) == {"!auction_does_not_disappear"}
    assert guard.load(rows, "Note/2026", later) == set()


def test_document_of_another_type_or_year_takes_nothing_away(guard: Guard) -> None:
    guard.load(parsed("Note", 2026), "Note/2026")
    later = DAY + dt.timedelta(days=1)
    assert guard.load(parsed("Note", 2024), "Note/2024", later) == set()
    assert guard.load(parsed("Bond", 2026), "Bond/2026", later) == set()
    counted = guard.connection.execute("select count(*) from raw.treasury_auctions where security_term is null")
    assert counted.fetchone() == (0,)


def test_restated_result_of_another_size_is_held(guard: Guard) -> None:
    guard.load(parsed("Note", 2026), "Note/2026")
    later = DAY + dt.timedelta(days=1)
    rows = parsed("Note", 2026)
    own = rows["cusip"] == TEN_YEAR
    one, other = "primary_dealer_accepted", "indirect_bidder_accepted"
    rows.loc[own, [one, other]] = rows.loc[own, [other, one]].to_numpy()
    assert "restated_result_keeps_its_size" in guard.load(rows, "Note/2026", later)
    assert guard.connection.execute(
        "select count(*) from raw.treasury_auctions where cusip = '91282CQQ7'"
    ).fetchone() == (1,)


def test_restated_result_is_reported_and_loaded_and_an_emptied_one_is_held(guard: Guard) -> None:
    guard.load(parsed("Note", 2026), "Note/2026")
    later = DAY + dt.timedelta(days=1)
    assert guard.load(changed("bid_to_cover_ratio", lambda _: 2.6), "Note/2026", later) == {"?no_result_is_restated"}
    assert guard.load(
        changed("bid_to_cover_ratio", lambda _: float("nan")), "Note/2026", later + dt.timedelta(days=1)
    ) == {"result_is_not_taken_back", "?no_result_is_restated"}
    values = guard.connection.execute(
        "select bid_to_cover_ratio from raw.treasury_auctions where cusip = '91282CQQ7' order by retrieved_at"
    ).fetchall()
    assert [float(value) for (value,) in values] == [2.59, 2.6]
