"""The public edition holds allowed marts, rows and columns only, with comments and table functions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.marts.export.public_file import write_public_file
from orchestration.marts.export.terms import Terms

SNAPSHOT = """
create schema marts;
create schema raw;
create table raw.fred_observations as select 'SP500' as series_id, 6000.0 as value;
create table marts.dim_series as
select * from (values ('DGS10', true), ('SP500', false)) as t(series_id, may_be_redistributed);
create table marts.fct_observation_vintages as
select * from (values ('DGS10', 4.2), ('SP500', 6000.0)) as t(series_id, value);
create table marts.fct_crypto_daily as select 'BTC' as symbol, 90000.0 as close_usd;
comment on table marts.fct_observation_vintages is 'Every value.';
comment on column marts.fct_observation_vintages.value is 'In the unit of the series.';
create macro marts.observations_as_of(d, warehouse := 'tidemark') as table
select * from query_table(warehouse || '.marts.fct_observation_vintages') where d is not null;
create macro marts.crypto_as_of(d, warehouse := 'tidemark') as table
select * from query_table(warehouse || '.marts.fct_crypto_daily') where d is not null;
"""
FREE = "series_id in (select series_id from marts.dim_series where may_be_redistributed)"
TERMS = {
    "dim_series": Terms(("series_id",), None, ""),
    "fct_observation_vintages": Terms(("series_id", "value"), FREE, "rows are left out"),
    "fct_crypto_daily": Terms((), None, "licensed for internal use only"),
}


@pytest.fixture
def public(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    snapshot = tmp_path / "snapshot" / "tidemark.duckdb"
    snapshot.parent.mkdir()
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute(SNAPSHOT)
    target = tmp_path / "tidemark.duckdb"
    write_public_file(snapshot, TERMS, target)
    return duckdb.connect(str(target), read_only=True)


def test_a_public_file_has_only_permitted_data(public: duckdb.DuckDBPyConnection) -> None:
    tables = public.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
    assert tables == [("marts.dim_series",), ("marts.fct_observation_vintages",)]
    assert public.execute("select * from marts.fct_observation_vintages").fetchall() == [("DGS10", Decimal("4.2"))]
    assert [name for name, *_ in public.execute("describe marts.dim_series").fetchall()] == ["series_id"]


def test_a_public_file_has_comments_and_functions(public: duckdb.DuckDBPyConnection) -> None:
    assert public.execute("select comment from duckdb_columns() where column_name = 'value'").fetchall() == [
        ("In the unit of the series.",)
    ]
    assert len(public.execute("select * from marts.observations_as_of(date '2026-01-20')").fetchall()) == 1
    found = public.execute("select function_name from duckdb_functions() where schema_name = 'marts'").fetchall()
    assert found == [("observations_as_of",)], "a function whose table stays behind is left out"
