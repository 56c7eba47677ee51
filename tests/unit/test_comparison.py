"""What differs between two tables, to the last bit, and what cannot be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli import cli
from orchestration.home import Home
from orchestration.marts.catalog import STATISTICS, catalog
from orchestration.marts.comparison.differences import KEYS, Difference, Table, compare, tables_of
from orchestration.marts.comparison.sides import ComparisonError, Side, sides_of
from orchestration.warehouse.publish import publish
from tests.small_warehouse import build

TODAY = dt.date(2026, 6, 30)
HOLDINGS = Table(
    "holdings",
    ("country_code", "month_end"),
    {"country_code": "varchar", "country": "varchar", "month_end": "date", "usd": "decimal(18,3)", "slope": "double"},
)
BEFORE = """
('1', 'Japan', date '2026-01-31', 100.5, 0.1), ('1', 'Japan', date '2026-02-28', 101, null),
('2', 'Chad', date '2026-01-31', 7, 0.3), ('3', 'Peru', date '2025-12-31', 1, 1), ('3', 'Peru', date '2026-01-31', 1, 1)
"""
AFTER = """
('1', 'Japan', date '2026-01-31', 90.25, 0.1), ('1', 'Japan', date '2026-02-28', 101, 0.0),
('2', 'Chad', date '2026-01-31', 7, 0.30000000000000004), ('2', 'Chad', date '2026-02-28', 9, null)
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def _compared(connection: duckdb.DuckDBPyConnection, table: Table, before: str, after: str) -> Difference:
    definition = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    for name, rows in (("old", before), ("new", after)):
        connection.execute(f"create table {name} ({definition})")
        connection.execute(f"insert into {name} values {rows}")
    return compare(connection, table, "old", "new", 5)


def test_rows_are_added_removed_and_changed_by_their_key(connection: duckdb.DuckDBPyConnection) -> None:
    found = _compared(connection, HOLDINGS, BEFORE, AFTER)
    assert (found.rows_before, found.rows_after) == (5, 4)
    assert (found.added, found.removed, found.changed) == (1, 2, 3)
    assert found.added_span == (dt.date(2026, 2, 28), dt.date(2026, 2, 28))
    assert found.removed_span == (dt.date(2025, 12, 31), dt.date(2026, 1, 31))
    assert found.changed_columns == {"usd": 1, "slope": 2}, "a last bit counts, and so does a value where none was"
    assert found.figure == "usd", "the first number that changed"
    (largest,) = found.largest
    assert {name: str(value) for name, value in largest.items()} == {
        "country": "Japan",
        "month_end": "2026-01-31",
        "before": "100.500",
        "after": "90.250",
        "change": "-10.250",
    }


def test_equal_tables_do_not_differ(connection: duckdb.DuckDBPyConnection) -> None:
    rows = BEFORE.replace("0.3)", "'nan')")
    assert _compared(connection, HOLDINGS, rows, rows).is_none


def test_observation_changes_are_grouped_by_series(connection: duckdb.DuckDBPyConnection) -> None:
    table = Table(
        "fct_observations", ("series_id", "date"), {"series_id": "varchar", "date": "date", "value": "double"}
    )
    before = "('A', date '2026-01-01', 1), ('A', date '2026-01-02', 2), ('B', date '2026-01-01', 1000)"
    after = "('A', date '2026-01-01', 1.5), ('A', date '2026-01-02', 4), ('B', date '2026-01-01', 900)"
    found = _compared(connection, table, before, after)
    assert found.by_series == [
        {"series_id": "A", "changed": 2, "date": dt.date(2026, 1, 2), "before": 2.0, "after": 4.0},
        {"series_id": "B", "changed": 1, "date": dt.date(2026, 1, 1), "before": 1000.0, "after": 900.0},
    ]


def test_a_verdict_is_compared_by_its_claim_and_a_single_row_with_its_like(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    columns = {"claim_id": "varchar", "as_of": "date", "verdict": "varchar"}
    table = Table("thesis_scorecard", KEYS["thesis_scorecard"], columns)
    found = _compared(connection, table, "('c', date '2026-01-01', 'open')", "('c', date '2026-04-01', 'refuted')")
    assert found.figure == "verdict", "the main figure, although `as_of` changed, too"
    assert [(row["claim_id"], row["before"], row["after"]) for row in found.largest] == [("c", "open", "refuted")]
    connection.execute("drop table old; drop table new")
    one_row = Table("warehouse_info", (), {"as_of": "date"})
    assert _compared(connection, one_row, "(null)", "(date '2026-04-01')").changed == 1


def test_every_table_of_the_marts_can_be_compared_on_its_key() -> None:
    tables = {table.name: table for table in tables_of(catalog())}
    assert {table.name for table in STATISTICS} < set(tables)
    assert [name for name, table in tables.items() if not table.key] == ["warehouse_info"]
    assert all(set(table.key) <= set(table.columns) for table in tables.values())


def test_two_days_are_of_the_published_warehouse_and_two_paths_are_homes_or_files(tmp_path: Path) -> None:
    file = tmp_path / "tidemark.duckdb"
    file.touch()
    other = tmp_path / "copy.duckdb"
    other.touch()
    days = sides_of("2026-01-20", "2026-04-01", file, TODAY)
    assert days == (Side(file, dt.date(2026, 1, 20)), Side(file, dt.date(2026, 4, 1)))
    assert sides_of(str(tmp_path), str(other), file, TODAY) == (Side(file), Side(other))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("2026-01-20", "here", "are of different kinds.*two days .*, or two homes or files"),
        ("2026-07-01", "2026-01-20", "2026-07-01 is in the future"),
        ("2026-02-30", "2026-01-20", "2026-02-30 is not a valid day"),
        ("2026-01-19", "2026-01-20", "no published warehouse yet. Load first"),
        ("nowhere", "here", "nowhere: no such file"),
    ],
)
def test_an_impossible_comparison_gives_an_error_message(tmp_path: Path, first: str, second: str, said: str) -> None:
    with pytest.raises(ComparisonError, match=said):
        sides_of(first, second, tmp_path, TODAY)


def _refused(home: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["diff", *arguments], env={"TIDEMARK_HOME": str(home)})
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    return result.stderr


def test_a_file_of_another_version_or_no_file_of_ours_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    build(home, 1)
    publish(home, None, ["fct"], 3)
    said = _refused(home.root, str(home.root), str(home.root), "--mart", "fct_holdings")
    assert f"{home.published}: it has no table marts.fct_holdings" in said
    assert "another version of Tidemark" in said
    page = tmp_path / "page.duckdb"
    page.write_text("<html>" * 1000, encoding="utf-8")
    assert f"{page} cannot be read" in _refused(home.root, str(page), str(home.root))
    said = _refused(home.root, "2026-01-20", "2026-01-21", "--mart", "holdings_trend")
    assert said.strip().endswith("Two days can be compared of: fct_holdings, fct_observations.")
    assert "--mart nix: The marts are: " in _refused(home.root, str(home.root), str(home.root), "--mart", "nix")


def test_a_column_more_or_less_is_another_version(tmp_path: Path) -> None:
    file = tmp_path / "tidemark.duckdb"
    columns = next(t for t in tables_of(catalog()) if t.name == "dim_country").columns
    for names, said in (([*columns][1:], "has no column country_code"), ([*columns, "x"], "has a column x that")):
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute("create schema marts")
            connection.execute(f"create table marts.dim_country ({', '.join(f'{name} varchar' for name in names)})")
        assert said in _refused(tmp_path, str(file), str(file), "--mart", "dim_country")
