"""The Dagster definitions: all assets by name, so that a lost one fails the test, and claims about them."""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy

from orchestration.definitions import defs
from orchestration.defs.labels import KEPT_IF_PUBLISHED
from orchestration.loading.rules.verdict import suites_of
from orchestration.runs.release_watch import EARLIEST_BUSINESS_DAY
from orchestration.sources.registry import OTHER, SOURCES
from orchestration.tables.raw_tables import RAW_TABLES

RAW = sorted(RAW_TABLES)
CUTOFF = "knowledge_cutoff"
MARTS = (
    "absorption_monthly",
    "auctions",
    "cascade_causality",
    "cascade_events",
    "cascade_lead_lag",
    "cascade_order",
    "cascade_responses",
    "cascade_significance",
    "cascade_specifications",
    "cascade_spillovers",
    "claim_figures",
    "country_holdings",
    "crypto_sensitivity_daily",
    "curve_daily",
    "custody_view",
    "dim_correction",
    "dim_country",
    "dim_series",
    "fct_crypto_daily",
    "fct_holdings",
    "fct_holdings_vintages",
    "fct_observation_vintages",
    "fct_observations",
    "fct_securities",
    "fct_securities_vintages",
    "flow_pressure_monthly",
    "foreign_flows",
    "holder_divergence",
    "holder_overtakes",
    "holder_seasonality",
    "holdings_concentration",
    "holdings_decomposition",
    "holdings_divergence_index",
    "holdings_projection",
    "holdings_revisions",
    "holdings_trend",
    "liquidity_stress_daily",
    "liquidity_stress_monthly",
    "net_liquidity_weekly",
    "nowcast_accuracy",
    "nowcast_backtest",
    "nowcast_record",
    "nowcast_scores",
    "portfolio_mix",
    "projection_calibration",
    "release_status",
    "securities_trend",
    "stablecoin_footprint",
    "stress_benchmarks",
    "stress_episodes",
    "stress_indicator_daily",
    "stress_stage_daily",
    "survey_holdings",
    "thesis_scorecard",
    "tic_nowcast",
    "warehouse_info",
    "yield_impact",
)


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def _keys(definitions: dg.Definitions, first: str) -> list[str]:
    keys = [key.path for key in definitions.resolve_all_asset_keys()]
    return sorted("/".join(path[1:]) for path in keys if path[0] == first)


def test_the_assets_are_those_of_the_flow(definitions: dg.Definitions) -> None:
    assert _keys(definitions, "archive") == sorted([*SOURCES, OTHER])
    assert _keys(definitions, "parsed") == RAW
    assert _keys(definitions, "checked") == sorted(f"{table}/{of}" for table in RAW for of in ("documents", "rows"))
    assert _keys(definitions, "raw") == sorted([*RAW, "documents", "knowledge_cutoff"])
    assert _keys(definitions, "marts") == list(MARTS)
    assert dg.AssetKey("warehouse") in definitions.resolve_all_asset_keys()


def test_publishing_depends_on_every_mart(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    parents = graph.get(dg.AssetKey("warehouse")).parent_keys
    assert sorted(key.path[1] for key in parents) == list(MARTS)


def test_exports_depend_on_publishing(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert graph.get(dg.AssetKey("exports")).parent_keys == {dg.AssetKey("warehouse")}


def test_each_critical_rule_is_a_check_that_can_block(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for table in RAW:
        specs = {
            key.name: graph.get_check_spec(key).blocking
            for key in graph.asset_check_keys
            if key.asset_key.path[:2] == ["checked", table]
        }
        assert specs == {rule.name: rule.is_critical for suite in suites_of(table) for rule in suite.rules}


def test_every_asset_has_a_description_and_an_owner(definitions: dg.Definitions) -> None:
    specs = [spec for spec in definitions.resolve_all_asset_specs() if spec.key != dg.AssetKey(["raw", CUTOFF])]
    assert [spec.key for spec in specs if not (spec.owners and spec.description and spec.kinds)] == []
    families = {
        f"marts_{family}"
        for family in ("core", "holdings", "nowcast", "demand", "markets", "stress", "cascade", "thesis")
    }
    steps = {"archive", "parsed", "checked", "raw", "seeds", "staging", "intermediate", "published"}
    assert {spec.group_name for spec in specs} == steps | families
    kept = {spec.group_name for spec in specs if KEPT_IF_PUBLISHED in (spec.description or "")}
    assert kept == {spec.group_name for spec in specs} - {"archive", "published"}
    columns = {spec.key for spec in specs if "dagster/column_schema" in spec.metadata}
    assert {spec.key for spec in specs if (spec.group_name or "").startswith("marts")} <= columns
    assert {dg.AssetKey(["raw", table]) for table in RAW} <= columns


def test_every_check_has_a_description(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    rules = [key for key in graph.asset_check_keys if key.asset_key.path[0] == "checked"]
    descriptions = [graph.get_check_spec(key).description or "" for key in rules]
    assert [text for text in descriptions if not text.startswith("**Expected:** ")] == []


def test_fetched_assets_have_a_freshness_policy(definitions: dg.Definitions) -> None:
    policies = {
        spec.key.to_user_string(): spec.freshness_policy
        for spec in definitions.resolve_all_asset_specs()
        if spec.freshness_policy
    }
    monthly = policies.pop("archive/tic")
    assert isinstance(monthly, CronFreshnessPolicy)
    deadline = int(monthly.deadline_cron.split()[2])
    assert 16 <= deadline <= 24, "the day after the latest release of three years"
    assert monthly.lower_bound_delta == dt.timedelta(days=deadline - EARLIEST_BUSINESS_DAY)
    assert sorted(policies) == [*(f"archive/{name}" for name in SOURCES if name != "tic"), "warehouse"]


def test_raw_depends_on_the_checks(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for table in RAW:
        assert graph.get(dg.AssetKey(["raw", table])).parent_keys == {
            dg.AssetKey(["checked", table, of]) for of in ("documents", "rows")
        }


def test_the_job_covers_everything_and_has_load_months(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("monthly_load")
    everything = set(definitions.resolve_all_asset_keys())
    assert everything - job.asset_layer.executable_asset_keys == {dg.AssetKey(["raw", "knowledge_cutoff"])}
    assert isinstance(job.partitions_def, dg.MonthlyPartitionsDefinition)
    assert job.executor_def.name == "in_process"
