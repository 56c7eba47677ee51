"""A value that breaks a rule of its column is found, and named, by a test of dbt.

The tests are those that the load of the sample compiled. Each flaw is put into a copy of the published file and rolled
back.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.marts.catalog import STATISTICS
from tests.installation import Installation

# The flaw (mart, what is set, in one row that is so), the test that finds it, and what it says of it.
FLAWS = [
    ("fct_holdings", "country_code = '00000'", "true", "valid_rows_fct_holdings", "country_code is not in dim_country"),
    ("fct_holdings", "month_end = month_end - 1", "true", "valid_rows_fct_holdings", "the month ends on its last day"),
    ("fct_holdings", "instrument = 'notes'", "true", "valid_rows_fct_holdings", "instrument is not one of total,"),
    (
        "fct_holdings",
        "holdings_usd_bn = -0.001",
        "true",
        "valid_rows_fct_holdings",
        "holdings_usd_bn is below 0: -0.001",
    ),
    ("fct_holdings", "net_sales_usd_bn = 10001", "true", "valid_rows_fct_holdings", "net_sales_usd_bn is above 10000"),
    (
        "fct_holdings",
        "valuation_change_usd_bn = 1",
        "instrument = 'bills'",
        "valid_rows_fct_holdings",
        "bills have no valuation change",
    ),
    ("fct_holdings", "valuation_change_usd_bn = -10001", "true", "valid_rows_fct_holdings", "is below -10000"),
    ("fct_holdings", "other_change_usd_bn = 0", "is_break", "valid_rows_fct_holdings", "no change is computed across"),
    ("fct_holdings", "source_series = 'press'", "true", "valid_rows_fct_holdings", "source_series is not one of"),
    ("fct_holdings", "released_on = month_end", "true", "valid_rows_fct_holdings", "it was released after"),
    ("fct_holdings", "known_at = released_on - 1", "true", "valid_rows_fct_holdings", "not known before its release"),
    ("fct_holdings", "vintage_basis = 'corrected'", "true", "valid_rows_fct_holdings", "names its correction"),
    (
        "fct_holdings",
        "correction_id = 'none'",
        "true",
        "valid_rows_fct_holdings",
        "correction_id is not in dim_correction",
    ),
    (
        "fct_holdings",
        "holdings_usd_bn = holdings_usd_bn + 1",
        "false",
        "valid_rows_fct_holdings",
        "the key is not unique",
    ),
    ("fct_holdings_vintages", "holdings_usd_bn = 100001", "true", "valid_rows_fct_holdings_vintages", "above 100000"),
    (
        "holdings_trend",
        "change_1m_usd_bn = 10001",
        "true",
        "valid_rows_holdings_trend",
        "change_1m_usd_bn is above 10000",
    ),
    ("holdings_trend", "change_1m_usd_bn = 0", "is_break", "valid_rows_holdings_trend", "no change is computed across"),
    ("holdings_trend", "change_12m_pct = -100.1", "true", "valid_rows_holdings_trend", "change_12m_pct is below -100"),
    (
        "holdings_trend",
        "change_12m_usd_bn = -change_12m_usd_bn",
        "change_12m_pct > 0",
        "valid_rows_holdings_trend",
        "have the same sign",
    ),
    (
        "holdings_trend",
        "all_foreign_share = 1.1",
        "true",
        "valid_rows_holdings_trend",
        "all_foreign_share is above 1.0001",
    ),
    (
        "holdings_trend",
        "all_foreign_share = 0.9",
        "country_code = '99996'",
        "valid_rows_holdings_trend",
        "the Grand Total has a share",
    ),
    ("holdings_trend", "holder_rank = 0", "true", "valid_rows_holdings_trend", "holder_rank is below 1: 0"),
    ("holdings_trend", "holder_rank = holder_rank + 1000", "holder_rank = 3", "assert_ranks_follow_holdings", ""),
    ("holdings_trend", "holder_rank = 3", "holder_rank = 4", "assert_ranks_follow_holdings", ""),
    ("holdings_trend", "holdings_usd_bn = 0", "holder_rank = 3", "assert_ranks_follow_holdings", ""),
    (
        "holdings_trend",
        "is_month_complete = false",
        "holder_rank = 3",
        "valid_rows_holdings_trend",
        "an incomplete month has no ranks",
    ),
    (
        "holdings_concentration",
        "is_month_complete = false",
        "holders_named > 0",
        "valid_rows_holdings_concentration",
        "an incomplete month has no figure of named holders",
    ),
    ("release_status", "is_overdue = true", "has_total", "valid_rows_release_status", "an overdue month has no total"),
    (
        "thesis_scorecard",
        "claimed_on = as_of + 1",
        "verdict = 'holds'",
        "valid_rows_thesis_scorecard",
        "a claim of a later day has no verdict",
    ),
    (
        "projection_calibration",
        "mean_forecast_share = 1",
        "band_to_share = 0.1",
        "valid_rows_projection_calibration",
        "the mean forecast lies in its band",
    ),
    ("holdings_trend", "known_at = month_end", "true", "valid_rows_holdings_trend", "not known before the month ended"),
    (
        "fct_holdings",
        "other_change_usd_bn = other_change_usd_bn + 0.001",
        "other_change_usd_bn is not null",
        "assert_change_is_sales_valuation_and_other",
        "",
    ),
    (
        "fct_holdings",
        "country_code = '10308'",
        "country_code = '42609' and instrument = 'total' and month_end = '2010-05-31'",
        "assert_history_has_no_gap",
        "",
    ),
    ("fct_observations", "series_id = 'NONE'", "true", "valid_rows_fct_observations", "series_id is not in dim_series"),
    (
        "fct_observations",
        "known_at = date",
        "vintage_basis = 'reconstructed'",
        "valid_rows_fct_observations",
        "known after its date",
    ),
    (
        "fct_observations",
        "vintage_basis = 'guessed'",
        "true",
        "valid_rows_fct_observations",
        "vintage_basis is not one of",
    ),
    (
        "fct_observations",
        "publisher = 'ecb'",
        "true",
        "valid_rows_fct_observations",
        "publisher is not one of",
    ),
    (
        "fct_crypto_daily",
        "open_usd = 0",
        "open_usd is not null",
        "valid_rows_fct_crypto_daily",
        "open_usd is not above 0",
    ),
    ("fct_crypto_daily", "volume = -1", "true", "valid_rows_fct_crypto_daily", "volume is below 0"),
    (
        "fct_crypto_daily",
        "volume = null",
        "venue <> 'coinbase_via_fred'",
        "valid_rows_fct_crypto_daily",
        "all prices and a volume",
    ),
    ("fct_crypto_daily", "venue = 'ftx'", "true", "valid_rows_fct_crypto_daily", "venue is not one of coinbase"),
    ("fct_crypto_daily", "date = '2008-01-01'", "true", "valid_rows_fct_crypto_daily", "date is not above"),
    (
        "fct_crypto_daily",
        "known_at = date",
        "venue <> 'coinbase_via_fred'",
        "valid_rows_fct_crypto_daily",
        "before its day ends",
    ),
    (
        "liquidity_stress_daily",
        "core_linear = 0",
        "true",
        "valid_rows_liquidity_stress_daily",
        "core_linear is not above 0",
    ),
    (
        "liquidity_stress_daily",
        "core_linear_percentile = 1.1",
        "true",
        "valid_rows_liquidity_stress_daily",
        "is above 1: 1.1",
    ),
    (
        "liquidity_stress_daily",
        "core_linear = null",
        "core_coverage >= 0.6",
        "valid_rows_liquidity_stress_daily",
        "three fifths of its weight",
    ),
    (
        "liquidity_stress_daily",
        "core_systemic = core_linear + 1",
        "true",
        "valid_rows_liquidity_stress_daily",
        "not above the linear index",
    ),
    (
        "liquidity_stress_daily",
        "is_cascade_active = true",
        "stages_lit < 3",
        "valid_rows_liquidity_stress_daily",
        "with three or more stages",
    ),
    ("liquidity_stress_daily", "light = 'yellow'", "true", "valid_rows_liquidity_stress_daily", "light is not one of"),
    ("liquidity_stress_daily", "date = '2026-01-04'", "true", "valid_rows_liquidity_stress_daily", "not a weekend"),
    (
        "liquidity_stress_daily",
        "known_at = date + 3",
        "true",
        "valid_rows_liquidity_stress_daily",
        "by the end of the day",
    ),
    (
        "stress_stage_daily",
        "light = null",
        "percentile is not null",
        "valid_rows_stress_stage_daily",
        "every light has a percentile",
    ),
    ("stress_stage_daily", "light = 'red'", "light = 'green'", "valid_rows_stress_stage_daily", "97.5th percentile"),
    (
        "stress_stage_daily",
        "light = 'green'",
        "light = 'red' and stage <> 'foreign_demand'",
        "valid_rows_stress_stage_daily",
        "is red, but for foreigners who buy",
    ),
    (
        "stress_stage_daily",
        "core_contribution = 0.1",
        "stage = 'crypto'",
        "valid_rows_stress_stage_daily",
        "not in the core",
    ),
    (
        "stress_stage_daily",
        "stage = 'gold'",
        "stage = 'crypto'",
        "valid_rows_stress_stage_daily",
        "stage is not one of",
    ),
    (
        "stress_indicator_daily",
        "observation_date = date + 1",
        "true",
        "valid_rows_stress_indicator_daily",
        "no later observation",
    ),
    (
        "stress_indicator_daily",
        "known_at = date + 3",
        "true",
        "valid_rows_stress_indicator_daily",
        "published by the end of the day",
    ),
    (
        "stress_indicator_daily",
        "score = score + 0.1",
        "true",
        "valid_rows_stress_indicator_daily",
        "follows from the probability",
    ),
    (
        "stress_indicator_daily",
        "probability = 0",
        "true",
        "valid_rows_stress_indicator_daily",
        "probability is not above 0",
    ),
    (
        "liquidity_stress_monthly",
        "core_linear_mean = core_linear_mean + 0.001",
        "true",
        "valid_rows_liquidity_stress_monthly",
        "add up to the core index",
    ),
    (
        "liquidity_stress_monthly",
        "cascade_contribution_of_crypto = 3",
        "true",
        "valid_rows_liquidity_stress_monthly",
        "add up to the cascade index",
    ),
    (
        "liquidity_stress_monthly",
        "month_end = month_end - 1",
        "true",
        "valid_rows_liquidity_stress_monthly",
        "the month ends on its last day",
    ),
    (
        "stress_episodes",
        "stages_missed = 'rates'",
        "verdict = 'lit as it must'",
        "valid_rows_stress_episodes",
        "if no stage is missed",
    ),
    ("stress_episodes", "chance_lit = 1.5", "true", "valid_rows_stress_episodes", "chance_lit is above 1"),
    ("stress_episodes", "ends_on = starts_on - 1", "true", "valid_rows_stress_episodes", "ends after it starts"),
    (
        "stress_benchmarks",
        "systemic_hits = systemic_episodes + 1",
        "true",
        "valid_rows_stress_benchmarks",
        "hits do not exceed",
    ),
    (
        "stress_benchmarks",
        "level_correlation = 1",
        "index_id = 'benchmark'",
        "valid_rows_stress_benchmarks",
        "compared with itself",
    ),
    ("curve_daily", "yield_10y_pct = 42", "true", "valid_rows_curve_daily", "is above 25: 42.0"),
    (
        "curve_daily",
        "collateral_loss_1d_pct = -collateral_loss_1d_pct",
        "abs(yield_10y_move_bp) > 1",
        "valid_rows_curve_daily",
        "loses when its yield rises",
    ),
    ("curve_daily", "date = '2026-01-04'", "true", "valid_rows_curve_daily", "not a weekend"),
    (
        "net_liquidity_weekly",
        "fed_assets_usd_bn = fed_assets_usd_bn * 1000",
        "true",
        "valid_rows_net_liquidity_weekly",
        "is above 30000",
    ),
    ("net_liquidity_weekly", "date = date + 1", "true", "valid_rows_net_liquidity_weekly", "is a Wednesday"),
    (
        "net_liquidity_weekly",
        "net_liquidity_usd_bn = net_liquidity_usd_bn + 1",
        "net_liquidity_usd_bn is not null",
        "valid_rows_net_liquidity_weekly",
        "net liquidity is assets minus",
    ),
    ("dim_country", "region = 'Europa'", "true", "valid_rows_dim_country", "region is not one of"),
    ("dim_country", "country_code = '1'", "true", "valid_rows_dim_country", "five characters"),
    ("dim_country", "iso_alpha2 = 'dk'", "iso_alpha2 = 'DK'", "valid_rows_dim_country", "two capital letters"),
    ("dim_country", "is_memo = true", "not is_aggregate", "valid_rows_dim_country", "memo rows are aggregates"),
    ("dim_country", "is_custodial_centre = true", "is_aggregate", "valid_rows_dim_country", "only countries have"),
    ("dim_series", "frequency = 'X'", "true", "valid_rows_dim_series", "frequency is not one of"),
    (
        "dim_series",
        "may_be_redistributed = true",
        "series_id = 'VIXCLS'",
        "valid_rows_dim_series",
        "may be redistributed",
    ),
    (
        "dim_series",
        "known_lag_days = publication_lag_days + 1",
        "true",
        "valid_rows_dim_series",
        "nothing is known later than it is published",
    ),
    ("dim_series", "publication_lag_days = -1", "true", "valid_rows_dim_series", "publication_lag_days is below 0"),
    ("dim_correction", "status = 'maybe'", "true", "valid_rows_dim_correction", "status is not one of active, ended"),
    (
        "dim_correction",
        "known_since = period - 1",
        "period > '2000-01-01'",
        "valid_rows_dim_correction",
        "not known before the period",
    ),
    (
        "dim_correction",
        "corrected_value = null",
        "action = 'replace'",
        "valid_rows_dim_correction",
        "the corrected value",
    ),
    ("dim_correction", "rule = null", "action = 'accept'", "valid_rows_dim_correction", "names the rule"),
    ("dim_correction", "status = 'ended'", "is_in_force", "valid_rows_dim_correction", "only active corrections"),
    ("warehouse_info", "is_simulated = not is_simulated", "true", "valid_rows_warehouse_info", "a simulation says so"),
    ("warehouse_info", "documents_loaded = 0", "true", "valid_rows_warehouse_info", "documents_loaded is below 1"),
    (
        "warehouse_info",
        "newest_holdings_month_end = '2030-01-31'",
        "true",
        "valid_rows_warehouse_info",
        "newest month of holdings was over",
    ),
    ("cascade_events", "event_type = 'holdings_fall'", "true", "valid_rows_cascade_events", "event_type is not one of"),
    (
        "cascade_events",
        "event_type = 'holdings_fall'",
        "true",
        "assert_events_are_not_made_from_holdings",
        "holdings_fall",
    ),
    (
        "cascade_events",
        "z_equity = 0.5",
        "event_type = 'bond_equity_joint'",
        "valid_rows_cascade_events",
        "a joint day has both",
    ),
    ("cascade_events", "flow_pct = -1", "event_type = 'growth'", "valid_rows_cascade_events", "only outflows"),
    ("cascade_events", "date = '2015-09-30'", "true", "valid_rows_cascade_events", "date is below"),
    ("cascade_events", "era = null", "false", "valid_rows_cascade_events", "the key is not unique"),
    (
        "cascade_responses",
        "has_expected_sign = not has_expected_sign",
        "abs(abnormal_move) > 0.1",
        "valid_rows_cascade_responses",
        "expected sign matches",
    ),
    ("cascade_responses", "beta = 1", "asset = 'sp500'", "valid_rows_cascade_responses", "only crypto has a beta"),
    (
        "cascade_significance",
        "draws = null",
        "placebo_p is not null",
        "valid_rows_cascade_significance",
        "a p-value has",
    ),
    ("cascade_significance", "placebo_p = 0", "true", "valid_rows_cascade_significance", "placebo_p is below"),
    (
        "cascade_significance",
        "is_evidence = false",
        "q_value is not null",
        "valid_rows_cascade_significance",
        "only evidence",
    ),
    ("cascade_specifications", "gap_pct = gap_pct + 1", "true", "valid_rows_cascade_specifications", "the gap is"),
    (
        "cascade_specifications",
        "seed = null",
        "permutation_p is not null",
        "valid_rows_cascade_specifications",
        "a p-value has",
    ),
    ("cascade_order", "median_days_to_half = 21", "true", "valid_rows_cascade_order", "is above 20"),
    ("cascade_lead_lag", "lag_days = 11", "true", "valid_rows_cascade_lead_lag", "lag_days is above 10"),
    ("crypto_sensitivity_daily", "close_usd = 0", "true", "valid_rows_crypto_sensitivity_daily", "is not above 0"),
    (
        "absorption_monthly",
        "domestic_residual_usd_bn = domestic_residual_usd_bn + 1",
        "missing is null",
        "valid_rows_absorption_monthly",
        "the rest make net issuance",
    ),
    (
        "absorption_monthly",
        "missing = null",
        "domestic_residual_usd_bn is null",
        "valid_rows_absorption_monthly",
        "a row without a residual says why",
    ),
    (
        "absorption_monthly",
        "net_issuance_basis = 'estimated'",
        "net_issuance_usd_bn <> net_issuance_estimated_usd_bn",
        "valid_rows_absorption_monthly",
        "never a mixture",
    ),
    ("yield_impact", "high_bp = 0", "low_bp > 0", "valid_rows_yield_impact", "the band is in order"),
    ("foreign_flows", "month_end = month_end - 1", "true", "valid_rows_foreign_flows", "the month ends on its last"),
]

# Columns that the contract declares not null: the table itself refuses a null.
NOT_NULL = [
    ("fct_holdings", "country"),
    ("fct_holdings", "holdings_usd_bn"),
    ("fct_holdings_vintages", "is_break"),
    ("fct_observations", "value"),
    ("fct_observation_vintages", "publisher"),
    ("fct_crypto_daily", "close_usd"),
    ("dim_correction", "why"),
]


def _name_of(node: dict[str, Any]) -> str:
    generic = node.get("test_metadata")
    return f"{generic['name']}_{node['attached_node'].split('.')[-1]}" if generic else str(node["name"])


class Claims:
    """A published file to change, and the tests that a load compiled."""

    def __init__(self, file: Path, artifacts: Path) -> None:
        self.connection = duckdb.connect(str(file))
        results = json.loads((artifacts / "run_results.json").read_text(encoding="utf-8"))["results"]
        nodes = json.loads((artifacts / "manifest.json").read_text(encoding="utf-8"))["nodes"]
        self.tests = {
            _name_of(nodes[result["unique_id"]]): str(result["compiled_code"])
            for result in results
            if result["unique_id"].startswith("test.")
        }

    def test(self, name: str) -> str:
        """The query of the test with this name; a generic test is called `<test>_<model>`."""
        return self.tests[name]


@pytest.fixture(scope="module")
def claims(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Claims]:
    file = tmp_path_factory.mktemp("spoilt") / "tidemark.duckdb"
    shutil.copyfile(loaded_sample.published.resolve(), file)
    claims = Claims(file, loaded_sample.home / "dbt")
    yield claims
    claims.connection.close()


@pytest.mark.parametrize(("mart", "flaw", "where", "test", "said"), FLAWS)
def test_a_value_beyond_a_bound_is_found_and_named(
    claims: Claims, mart: str, flaw: str, where: str, test: str, said: str
) -> None:
    query = claims.test(test)
    connection = claims.connection
    assert connection.execute(query).fetchall() == [], "the test passes on what was published"
    connection.execute("begin")
    try:
        if where == "false":  # a duplicate key, not a flaw of a value
            connection.execute(f"insert into marts.{mart} from marts.{mart} limit 1")
        else:
            (row,) = connection.execute(f"select min(rowid) from marts.{mart} where {where}").fetchone() or (None,)
            assert row is not None, "no row to change"
            connection.execute(f"update marts.{mart} set {flaw} where rowid = {row}")
        rows = connection.execute(query).fetchall()
    finally:
        connection.execute("rollback")
    assert rows, "the flaw passed"
    assert any(said in str(row[0]) for row in rows), rows[:3]


@pytest.mark.parametrize(("mart", "column"), NOT_NULL)
def test_null_is_refused_by_the_table(claims: Claims, mart: str, column: str) -> None:
    connection = claims.connection
    connection.execute("begin")
    try:
        with pytest.raises(duckdb.ConstraintException, match=f"{mart}.{column}"):
            connection.execute(f"update marts.{mart} set {column} = null where rowid = 0")
    finally:
        connection.execute("rollback")


def test_every_mart_has_a_test_of_its_key_and_columns(claims: Claims) -> None:
    marts = claims.connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    made_by_models = {mart for (mart,) in marts} - {table.name for table in STATISTICS}
    for mart in made_by_models:
        assert claims.test(f"valid_rows_{mart}")
