"""What a published warehouse gives to analysts and BI tools beside its figures, on a load of the embedded sample."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import Installation


@pytest.fixture(scope="module")
def demo(installation_of: Callable[[str], Installation]) -> Installation:
    installation = installation_of("analysts")
    installation.load_well()
    return installation


def test_every_table_column_and_function_of_the_marts_says_what_it_is(demo: Installation) -> None:
    silent = demo.query(
        """
        select table_name from duckdb_tables()
        where database_name = 'tidemark' and coalesce(comment, '') = ''
        union all
        select table_name || '.' || column_name from duckdb_columns()
        where database_name = 'tidemark' and schema_name = 'marts' and coalesce(comment, '') = ''
        union all
        select function_name from duckdb_functions()
        where database_name = 'tidemark' and schema_name = 'marts' and coalesce(comment, '') = ''
        """
    )
    assert silent == []
    (comment,) = demo.query("select comment from duckdb_tables() where table_name = 'holdings_trend'")[0]
    assert "A fall of holdings is not a sale" in comment
    functions = demo.query("select function_name from duckdb_functions() where schema_name = 'marts'")
    assert {("holdings_as_of",), ("observations_as_of",)} <= set(functions)


@pytest.mark.parametrize(
    ("function", "mart"), [("holdings_as_of", "fct_holdings"), ("observations_as_of", "fct_observations")]
)
def test_what_is_known_on_a_later_day_is_the_mart_itself(demo: Installation, function: str, mart: str) -> None:
    rows = f"select * from marts.{function}(date '2100-01-01') order by all"
    assert demo.query(rows) == demo.query(f"select * from marts.{mart} order by all")
