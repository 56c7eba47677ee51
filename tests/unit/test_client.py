"""The client on a small warehouse of its own: names, as-of, errors, and what it imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import tidemark

ROWS = """
create schema marts;
create table marts.warehouse_info as select null::date as as_of, false as is_simulated;
create table marts.dim_country as
select * from (values ('41408', 'China, Mainland', 'CN'), ('42609', 'Japan', 'JP'), ('43001', 'Korea, South', 'KR'),
    ('61689', 'New Zealand', 'NZ'), ('99996', 'Grand Total', null)) as t(country_code, country, iso_alpha2);
create table marts.dim_series as
select * from (values ('DGS10', 'Ten-year yield'), ('DGS2', 'Two-year yield')) as t(series_id, title);
create table marts.fct_holdings as
select country_code, country, date '2025-11-30' as month_end, unnest(['total', 'bills']) as instrument,
    cast(country_code as decimal(18, 3)) as holdings_usd_bn
from marts.dim_country;
create table marts.fct_holdings_vintages as
select *, timestamp '2026-01-15 21:00:00' as known_at from marts.fct_holdings;
create table marts.fct_observations as
select series_id, date '2026-01-02' as date, 4.2 as value from marts.dim_series;
create table marts.fct_observation_vintages as select *, timestamp '2026-01-03' as known_at from marts.fct_observations;
create table marts.fct_crypto_daily as select 'BTC' as symbol, date '2026-01-02' as date, 90000.0 as close_usd;
create table marts.liquidity_stress_daily as select date '2026-01-02' as date, 0.3 as core_linear;
create macro marts.holdings_as_of(d) as table
select * from tidemark.marts.fct_holdings where d >= date '2026-01-15';
create macro marts.observations_as_of(d) as table
select * from tidemark.marts.fct_observations where d >= date '2026-01-03';
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with duckdb.connect(str(folder / "tidemark.duckdb")) as connection:
        connection.execute(ROWS)
    return folder


@pytest.fixture
def warehouse(home: Path) -> Iterator[tidemark.Warehouse]:
    with tidemark.connect(home) as warehouse:
        yield warehouse


@pytest.mark.parametrize(
    "name", ["China", "china", "CN", "41408", "China, Mainland", "Mainland China", "prc", "  CHINA "]
)
def test_a_country_has_many_names(warehouse: tidemark.Warehouse, name: str) -> None:
    rows = warehouse.holdings(name).fetchall()
    assert [row[0] for row in rows] == ["41408"]


@pytest.mark.parametrize(("name", "near"), [("Chna", "China, Mainland"), ("Zealand", "New Zealand"), ("Jpan", "Japan")])
def test_an_unknown_name_lists_near_matches(warehouse: tidemark.Warehouse, name: str, near: str) -> None:
    with pytest.raises(tidemark.UnknownNameError, match=near):
        warehouse.holdings(name)


def test_an_unknown_series_and_coin_list_what_there_is(warehouse: tidemark.Warehouse) -> None:
    with pytest.raises(tidemark.UnknownNameError, match="DGS10"):
        warehouse.observations("DGS11")
    with pytest.raises(tidemark.UnknownNameError, match="DOGE"):
        warehouse.crypto("DOGE")


def test_few_names_are_listed_when_none_is_close(warehouse: tidemark.Warehouse) -> None:
    with pytest.raises(tidemark.UnknownNameError, match="total, long_term, bills"):
        warehouse.holdings("Japan", instrument="xyz")


def test_a_code_may_be_a_number_and_a_day_may_not(warehouse: tidemark.Warehouse) -> None:
    assert [row[0] for row in warehouse.holdings(41408).fetchall()] == ["41408"]  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="as_of=20260120: expected a day as YYYY-MM-DD"):
        warehouse.holdings("Japan", as_of=20260120)  # type: ignore[arg-type]


def test_without_a_country_all_are_returned(warehouse: tidemark.Warehouse) -> None:
    assert len(warehouse.holdings().fetchall()) == 5
    assert len(warehouse.holdings("Japan", instrument=None).fetchall()) == 2


def test_as_of_returns_what_was_known(warehouse: tidemark.Warehouse) -> None:
    assert len(warehouse.holdings("Japan", as_of="2026-01-20").fetchall()) == 1
    assert warehouse.holdings("Japan", as_of="2026-01-14").fetchall() == []
    assert warehouse.observations("dgs10", as_of="2026-01-02").fetchall() == []
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        warehouse.holdings("Japan", as_of="January")


def test_vintages_take_a_country_or_a_series(warehouse: tidemark.Warehouse) -> None:
    assert warehouse.vintages("dgs10").columns[0] == "series_id"
    assert warehouse.vintages("Japan").columns[0] == "country_code"


def test_a_table_of_another_version_is_named(warehouse: tidemark.Warehouse) -> None:
    with pytest.raises(tidemark.MissingTableError, match="fct_securities"):
        warehouse.securities("Japan")


def test_queries_take_parameters_and_cannot_write(warehouse: tidemark.Warehouse) -> None:
    found = warehouse.sql("select count(*) from fct_holdings where country_code = ?", ["42609"]).fetchall()
    assert found == [(2,)]
    with pytest.raises(duckdb.Error, match="read-only"):
        warehouse.sql("create table tidemark.marts.x as select 1")


def test_a_file_that_is_not_a_warehouse_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    text = tmp_path / "text.duckdb"
    text.write_text("no database", encoding="utf-8")
    for path in (other, text, tmp_path / "missing"):
        with pytest.raises(tidemark.CannotOpenError, match=path.name):
            tidemark.connect(path)


def test_it_opens_a_file_of_any_name(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "it's a copy.duckdb"
    copy.write_bytes((home / "tidemark.duckdb").read_bytes())
    with tidemark.connect(copy) as warehouse:
        assert len(warehouse.holdings("JP", as_of="2026-02-01").fetchall()) == 1
