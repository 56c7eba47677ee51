"""A scenario of sales: scaling, the band, past months, stress stages and errors, in Python and as a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

import tidemark
from orchestration.cli import cli

# Net purchases of China: -1 in the first of 24 months to -24 in the last; of Japan +2 a month. The ten-year yield
# rises by 30 basis points every fourth month, and falls by 5 in the others. The stages are at 90 when it rose, at 50
# otherwise.
ROWS = """
create schema marts;
create table marts.warehouse_info as select null::date as as_of, false as is_simulated;
create table marts.dim_country as
select * from (values ('41408', 'China, Mainland', 'CN', false), ('42609', 'Japan', 'JP', false),
    ('55555', 'Newland', 'NW', false), ('99996', 'Grand Total', null, true))
    as t(country_code, country, iso_alpha2, is_aggregate);
create table marts.dim_series as
select * from (values ('DGS10', 'Ten-year yield'), ('MVMTD027MNFRBDAL', 'Debt')) as t(series_id, title);
create table marts.months as
select n, last_day(date '2024-01-15' + to_months(n)) as month_end from range(0, 24) as months (n);
create table marts.fct_holdings as
select t.*, 'total' as instrument, months.month_end,
    case country_code when '41408' then -1 - n when '42609' then 2 else 5 end as net_sales_usd_bn
from marts.months
cross join (values ('41408', 'China', 700.0), ('42609', 'Japan', 1100.0), ('99996', 'All foreign holders', 9000.0))
    as t(country_code, country_plain_name, holdings_usd_bn);
create table marts.fct_observations as
select 'DGS10' as series_id, month_end as date, 4 + 0.3 * (n // 4) - 0.05 * (n - n // 4) as value from marts.months
union all
select 'MVMTD027MNFRBDAL', date_trunc('month', month_end)::date, if(n < 23, 15000, 30000) from marts.months;
create table marts.stress_stage_daily as
select stage, 1 as stage_number, month_end as date, if(n % 4 = 0 and n > 0, 0.9, 0.5) as percentile
from marts.months cross join (values ('rates'), ('collateral'), ('crypto')) as stages (stage);
create table marts.yield_impact as
select * from (values
    ('a', 'first month', 5, 100.0, 'usd_bn', 40.0, 60.0, date '2011-01-31', 10000.0, 40.0, 60.0),
    ('b', 'first month', 10, 100.0, 'usd_bn', 50.0, 50.0, date '2020-04-30', 20000.0, 100.0, 100.0),
    ('c', 'long run', 10, 1.0, 'pct_of_debt', 6.0, 10.0, null, null, 6.0, 10.0)) as t(study, horizon, maturity_years,
    amount, amount_unit, low_bp, high_bp, debt_then_month_end, debt_then_usd_bn, low_bp_per_pct_of_debt,
    high_bp_per_pct_of_debt);
alter table marts.yield_impact add column as_published varchar default '40-60 bp for $100 bn';
create macro marts.holdings_as_of(d) as table
select * from tidemark.marts.fct_holdings where month_end + 45 <= d;
create macro marts.observations_as_of(d) as table
select * from tidemark.marts.fct_observations where date + 31 <= d;
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


def _changed(home: Path, tmp_path: Path, statement: str) -> tidemark.Warehouse:
    file = tmp_path / "tidemark.duckdb"
    file.write_bytes((home / "tidemark.duckdb").read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(statement)
    return tidemark.connect(tmp_path)


def test_the_estimates_are_scaled_to_the_debt_of_today(warehouse: tidemark.Warehouse) -> None:
    found = warehouse.whatif(sell={"China": 150})
    assert (found.debt_usd_bn, found.pct_of_debt) == (30_000, 0.5)
    assert found.band("first month") == pytest.approx((20, 50))
    assert found.band("long run") == pytest.approx((3, 5))


def test_the_debt_of_its_day_counts_as_of_a_day(warehouse: tidemark.Warehouse) -> None:
    found = warehouse.whatif(sell={"China": 150}, as_of="2025-06-30")
    assert found.debt_usd_bn == 15_000
    assert found.band("first month") == pytest.approx((40, 100))
    assert "as known on 2025-06-30" in str(found)


@pytest.mark.parametrize("amount", [1, 150, 699])
def test_a_band_is_in_order_and_changes_its_sign_with_the_side(warehouse: tidemark.Warehouse, amount: float) -> None:
    for horizon in ("first month", "long run"):
        sold = warehouse.whatif(sell={"China": amount}).band(horizon)
        bought = warehouse.whatif(buy={"China": amount}).band(horizon)
        assert sold is not None
        assert bought is not None
        assert 0 < sold[0] < sold[1]
        assert bought == pytest.approx((-sold[1], -sold[0]))


def test_sales_and_purchases_are_netted(warehouse: tidemark.Warehouse) -> None:
    assert warehouse.whatif(sell={"China": 200, "Japan": 10}).sold_usd_bn == 210
    netted = warehouse.whatif(sell={"China": 210}, buy={"Japan": 60})
    assert netted.sold_usd_bn == 150
    assert netted.band("first month") == pytest.approx((20, 50))
    text = str(netted)
    assert "China sold $210.0 bn and Japan bought $60.0 bn" in text


def test_past_months_are_those_of_the_holder_and_of_the_side(warehouse: tidemark.Warehouse) -> None:
    (china,) = warehouse.whatif(sell={"CN": 20}).trades
    assert (china.months, china.months_as_large, china.largest_usd_bn) == (24, 5, 24)
    assert str(china.largest_month_end) == "2025-12-31"
    (buying,) = warehouse.whatif(buy={"China": 1}).trades
    assert (buying.months_as_large, buying.largest_usd_bn) == (0, None)
    text = str(warehouse.whatif(sell={"China": 100}))
    assert (
        "Its largest month of net sales: $24.0 bn in December 2025. No month of the 24 reported ones was as large."
        in text
    )
    assert "the sale is 14 % of that" in text


def test_the_stages_are_weighed_in_months_with_such_moves(warehouse: tidemark.Warehouse) -> None:
    low, high = warehouse.whatif(sell={"China": 150}).moves
    assert (round(low.move_bp), low.months, low.of_months) == (20, 5, 23)
    assert low.levels == {"rates": pytest.approx(90), "collateral": pytest.approx(90)}
    assert (round(high.move_bp), high.months) == (50, 0)
    assert high.levels == {"rates": None, "collateral": None}
    text = str(warehouse.whatif(sell={"China": 150}))
    assert "rose by 20 bp or more in 5 of 23 months (22 %); median level then: Rates 90, Collateral 90" in text
    assert "in 0 of 23 months (0 %); too few to say which level is typical" in text
    assert "Median of all months: Rates 50, Collateral 50. Now: Rates 50, Collateral 50." in text


def test_a_month_that_goes_on_is_no_move_of_a_month(home: Path, tmp_path: Path) -> None:
    with _changed(
        home, tmp_path, "insert into marts.fct_observations values ('DGS10', date '2026-01-12', 9.0)"
    ) as changed:
        assert {one.of_months for one in changed.whatif(sell={"China": 150}).moves} == {23}


def test_the_text_is_a_band_and_no_forecast(warehouse: tidemark.Warehouse) -> None:
    text = str(warehouse.whatif(sell={"China": 150}))
    assert "Arithmetic on published estimates, not a forecast." in text
    assert "+20 to +50 basis points" in text
    assert "simulation" not in text
    assert "No study is about more than" not in text
    assert "No study is about more than 1.0 % of the debt" in str(warehouse.whatif(sell={"China": 400}))


def test_a_warehouse_without_the_stress_index_says_so(home: Path, tmp_path: Path) -> None:
    with _changed(home, tmp_path, "drop table marts.stress_stage_daily") as without:
        assert "This warehouse has no stress index." in str(without.whatif(sell={"China": 150}))


def test_a_scenario_that_nets_to_zero_has_no_moves(warehouse: tidemark.Warehouse) -> None:
    text = str(warehouse.whatif(sell={"China": 50}, buy={"Japan": 50}))
    assert "Sales and purchases are equal" in text
    assert "basis points" not in text
    assert "nets to zero" in text


@pytest.mark.parametrize(
    ("sell", "buy", "words"),
    [
        ({}, {}, "Nothing is sold or bought"),
        ({"China": 701}, {}, "held $700.0 bn at the end of December 2025. It cannot sell more"),
        ({"China": 0}, {}, "above zero"),
        ({"China": -5}, {}, "above zero"),
        ({"China": float("nan")}, {}, "is not an amount"),
        ({"China": 10, "CN": 5}, {}, "is in the scenario twice"),
        ({"China": 10}, {"China": 5}, "is in the scenario twice"),
        ({"China": 10, "all": 5}, {}, "is a group"),
        ({"Newland": 1}, {}, "the warehouse has no holdings of it"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(
    warehouse: tidemark.Warehouse, sell: dict[str, float], buy: dict[str, float], words: str
) -> None:
    with pytest.raises(tidemark.ScenarioError) as caught:
        warehouse.whatif(sell, buy)
    assert words in str(caught.value)


def test_before_the_first_release_there_is_nothing_to_sell(warehouse: tidemark.Warehouse) -> None:
    with pytest.raises(tidemark.ScenarioError, match="no holdings of it as known on 2020-01-01"):
        warehouse.whatif(sell={"China": 10}, as_of="2020-01-01")


def test_an_unknown_holder_lists_near_matches(warehouse: tidemark.Warehouse) -> None:
    with pytest.raises(tidemark.UnknownNameError, match="China, Mainland"):
        warehouse.whatif(sell={"Chna": 10})


def test_without_the_debt_nothing_is_scaled(home: Path, tmp_path: Path) -> None:
    with (
        _changed(home, tmp_path, "delete from marts.fct_observations where series_id <> 'DGS10'") as without,
        pytest.raises(tidemark.ScenarioError, match="has no figure of marketable debt"),
    ):
        without.whatif(sell={"China": 10})


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("TIDEMARK_HOME", str(home))
    return CliRunner()


def _whatif(run: CliRunner, *arguments: str) -> Result:
    return run.invoke(cli, ["whatif", *arguments])


def test_the_command_prints_the_scenario(run: CliRunner) -> None:
    done = _whatif(run, "--sell", "China=150", "--sell", " Japan = 50 ", "--buy", "all=1")
    assert done.exit_code == 2
    done = _whatif(run, "--sell", "China, Mainland=150", "--as-of", "2026-06-30")
    assert done.exit_code == 0
    assert "+20 to +50 basis points" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Nothing is sold or bought"),
        (["--sell", "China=abc"], "--sell China=abc: must be a holder and billions of dollars above zero"),
        (["--sell", "China=-5"], "--sell China=-5: must be"),
        (["--sell", "China=0"], "--sell China=0: must be"),
        (["--sell", "China"], "--sell China: must be"),
        (["--sell", "=5"], "--sell =5: must be"),
        (["--buy", "China=1e9"], "--buy China=1e9: must be"),
        (["--sell", "China=1", "--sell", "China=2"], "is in the scenario twice"),
        (["--sell", "Chna=1"], "Did you mean: China, Mainland"),
        (["--sell", "China=9999"], "It cannot sell more"),
        (["--sell", "China=1", "--as-of", "June"], "June"),
    ],
)
def test_a_wrong_scenario_is_a_message(run: CliRunner, arguments: list[str], words: str) -> None:
    done = _whatif(run, *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
