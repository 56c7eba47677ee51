"""The campaign's operators on cslt.zip and on auctions, held against the rules without a load.

The campaign runs each in a whole load; this takes seconds. What it cannot see is what other tables make of a change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED, _schema, _with_lineage, _write
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import LEDGER_DEFINITION, RAW_TABLES
from tests.campaigns.guard import operators_auctions, operators_cslt
from tests.campaigns.guard.editions import AUCTIONS, CSLT, TABLE_1, TABLE_3, Edition, Editions
from tests.campaigns.guard.harness import FIRST, ONTO, SITUATIONS
from tests.campaigns.guard.operators import (
    HARMLESS,
    QUARANTINED,
    REFUSED,
    REGISTRY,
    REPORTED,
    STRICTNESS,
    Arrival,
    Operator,
)

OPERATORS = [operator for operator in REGISTRY.values() if set(operator.touches) & {CSLT, AUCTIONS}]
assert operators_cslt
assert operators_auctions


@pytest.fixture(scope="module")
def editions(real_files: Path) -> Editions:
    return Editions(real_files, with_cslt=True)


@pytest.fixture(scope="module")
def arrival(editions: Editions) -> Arrival:
    return Arrival({key: editions.newest[key].body for key in (CSLT, AUCTIONS)}, {})


class Guard:
    """Warehouses in memory: one without, one with the edition before; both know the tables of the release."""

    def __init__(self, editions: Editions, work: Path) -> None:
        self._work = work
        self._warehouses: dict[tuple[str, str], tuple[duckdb.DuckDBPyConnection, Workspace]] = {}
        tables = [_parsed(_of_release(editions, key)) for key in (TABLE_1, TABLE_3)]
        rows = pd.concat([table.to_pandas() if isinstance(table, pa.Table) else table for table in tables])
        for key in (CSLT, AUCTIONS):
            for situation in SITUATIONS:
                connection, workspace = duckdb.connect(), Workspace(work / key.replace("/", "-") / situation)
                for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
                    connection.execute(statement)
                for table in RAW_TABLES.values():
                    connection.execute(table.definition())
                    connection.execute(table.quarantine_definition())
                if key == CSLT:
                    _know(connection, rows)
                self._warehouses[key, situation] = (connection, workspace)
            self.judge(editions.before[key], ONTO, keep=True)

    def judge(self, edition: Edition, situation: str, *, keep: bool = False) -> tuple[str, set[str], pd.DataFrame]:
        """What becomes of an edition, the rules it breaks, and the rows that would enter raw."""
        connection, workspace = self._warehouses[edition.key, situation]
        try:
            rows = _parsed(edition)
        except FormatError:
            return REFUSED, {"reading"}, pd.DataFrame()
        table = _table_of(edition)
        path, schema = workspace.rows_path(table.name), _schema(table)
        entry = _entry(edition, table, rows)
        _write(path, schema, [_with_lineage(rows, table, entry, 0, schema)])
        workspace.save_parsed(Parsed(table.name, (entry,), (), len(rows)))
        found = judge(connection, workspace, table)
        if keep:
            merge(connection, table, path, (), workspace.held_path(table.name))
        kinds = {finding.consequence for finding in found.findings}
        rules = {finding.rule.name for finding in found.findings}
        columns = ", ".join([*table.key, *table.value_columns])
        held = workspace.held_path(table.name)
        loaded = duckdb.sql(
            f"select {columns} from read_parquet('{path}', file_row_number = true) as incoming "
            f"anti join '{held}' as held on incoming.file_row_number = held.row_number"
        ).df()
        if kinds & {Consequence.REFUSES, Consequence.STOPS}:
            return REFUSED, rules, loaded.head(0)
        if len(loaded) < len(rows):
            return QUARANTINED, rules, loaded
        return (REPORTED if rules else HARMLESS), rules, loaded


def _less(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The rows that others do not have."""
    return duckdb.from_df(rows).distinct().except_(duckdb.from_df(others).distinct()).df()


def _of_release(editions: Editions, key: str) -> Edition:
    return next(edition for edition in editions.real[key] if edition.as_of == dt.date(2026, 6, 18))


def _parsed(edition: Edition) -> pd.DataFrame | pa.Table:
    source, _, dataset = edition.key.partition("/")
    moment = dt.datetime.combine(edition.as_of, dt.time(23, 59, 59), tzinfo=dt.UTC)
    return SOURCES[source].parse(dataset, edition.body, moment)


def _table_of(edition: Edition) -> RawTable:
    source, _, dataset = edition.key.partition("/")
    return RAW_TABLES[SOURCES[source].raw_table(dataset)]


def _know(connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    names = "series, country_code, month_end, security_type, instrument, holdings, net_sales, valuation_change, unit"
    connection.register("rows", rows)
    connection.execute(f"insert into raw.tic_holdings ({names}, document_id) select {names}, 'tables' from rows")
    connection.unregister("rows")


def _entry(edition: Edition, table: RawTable, rows: pd.DataFrame | pa.Table) -> Entry:
    source, _, dataset = edition.key.partition("/")
    periods = rows.column(table.period.name).to_pandas() if isinstance(rows, pa.Table) else rows[table.period.name]
    return Entry(
        **dict.fromkeys(Entry.__dataclass_fields__)  # type: ignore[arg-type]
        | {"document_id": f"d{edition.as_of:%Y%m%d}", "source": source, "dataset": dataset, "address": edition.address}
        | {"retrieved_at": f"{edition.as_of}T23:59:59", "released_on": edition.as_of.isoformat(), "status": LOADED}
        | {"newest_period": pd.Timestamp(periods.max()).date().isoformat(), "size": 0, "rows_parsed": len(rows)}
        | {"is_indispensable": False}
    )


@pytest.fixture(scope="module")
def guard(editions: Editions, tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return Guard(editions, tmp_path_factory.mktemp("guard"))


Clean = Callable[[str, str], pd.DataFrame]


@pytest.fixture(scope="module")
def clean(guard: Guard, editions: Editions) -> Clean:
    """The rows of the clean document, which no rule objects to."""
    known: dict[tuple[str, str], pd.DataFrame] = {}

    def rows(key: str, situation: str) -> pd.DataFrame:
        if (key, situation) not in known:
            became, rules, loaded = guard.judge(editions.newest[key], situation)
            assert (became, rules) == (HARMLESS, set())
            known[key, situation] = loaded
        return known[key, situation]

    return rows


def test_there_are_twenty_operators_on_the_history_and_a_handful_on_auctions() -> None:
    documents = [document for operator in OPERATORS for document in operator.touches]
    assert documents.count(CSLT) >= 20
    assert documents.count(AUCTIONS) >= 5


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_an_operator_becomes_what_it_must(
    guard: Guard, clean: Clean, editions: Editions, arrival: Arrival, operator: Operator, situation: str
) -> None:
    must = operator.must(situation)
    if must is None:
        pytest.skip("it cannot be seen without an edition before")
    (key,) = operator.touches
    edition = editions.newest[key]
    body = operator.apply(arrival)[key]
    became, rules, loaded = guard.judge(Edition(key, edition.address, edition.as_of, edition.form, body), situation)
    good = clean(key, situation)
    assert became == REFUSED or not loaded.empty
    wrong = loaded if became == REFUSED else _less(loaded, good)
    assert wrong.empty, f"wrong figures would be loaded; broken: {rules}\n{wrong.head()}"
    if must in (HARMLESS, REPORTED):
        assert (became, len(_less(good, loaded))) == (must, 0), rules
    else:
        assert STRICTNESS.index(became) >= STRICTNESS.index(QUARANTINED), rules


def test_a_first_load_and_an_edition_onto_another_are_both_judged() -> None:
    assert {ONTO, FIRST} == set(SITUATIONS)
