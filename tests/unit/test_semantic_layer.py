"""The semantic layer and the exposures use existing names: dbt parses them, but does not check the columns."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration.warehouse.parsed_project import manifest


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(manifest().read_text(encoding="utf-8"))
    return read


def test_the_metrics_are_the_documented_ones(content: dict[str, Any]) -> None:
    metrics = {metric["name"] for metric in content["metrics"].values()}
    assert {"foreign_holdings", "foreign_share", "net_sales", "valuation_change", "other_change"} <= metrics
    assert {"stress_core", "stress_cascade", "funding_stress", "credit_stress", "net_liquidity"} <= metrics


def test_measures_and_dimensions_are_columns_of_their_mart(content: dict[str, Any]) -> None:
    for model in content["semantic_models"].values():
        columns = set(content["nodes"][model["depends_on"]["nodes"][0]]["columns"])
        named = {one["expr"] or one["name"] for one in (*model["measures"], *model["dimensions"])}
        assert named <= columns, model["name"]


def test_what_is_exposed_is_a_mart(content: dict[str, Any]) -> None:
    exposed = {node for one in content["exposures"].values() for node in one["depends_on"]["nodes"]}
    assert exposed
    assert {content["nodes"][node]["schema"] for node in exposed} == {"marts"}
