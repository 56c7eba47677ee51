"""The Superset dashboard (docs/use/superset) uses only columns of the marts. Superset itself is not needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.marts.catalog import catalog
from orchestration.settings import PROJECT_ROOT

BUNDLE = PROJECT_ROOT / "docs" / "use" / "superset"


def _read(folder: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((BUNDLE / folder).rglob("*.yaml"))]


DATASETS = {dataset["uuid"]: dataset for dataset in _read("datasets")}
CHARTS = {chart["uuid"]: chart for chart in _read("charts")}


@pytest.fixture(scope="module")
def empty_marts() -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts as their contracts have them, without rows."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for mart in catalog().marts:
            columns = ", ".join(f"{column.name} {column.data_type}" for column in mart.columns)
            connection.execute(f"create table marts.{mart.name} ({columns})")
        yield connection


def _relation(dataset: dict[str, Any]) -> str:
    return f"({dataset['sql']})" if "sql" in dataset else f"{dataset['schema']}.{dataset['table_name']}"


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: str(dataset["table_name"]))
def test_a_dataset_has_the_columns_of_its_marts_and_metrics_that_can_be_asked(
    empty_marts: duckdb.DuckDBPyConnection, dataset: dict[str, Any]
) -> None:
    relation = _relation(dataset)
    there = [name for name, *_ in empty_marts.execute(f"describe from {relation}").fetchall()]
    assert [column["column_name"] for column in dataset["columns"]] == there
    assert dataset["main_dttm_col"] in there
    for metric in dataset["metrics"]:
        assert metric["description"]
        empty_marts.execute(f"select {metric['expression']} from {relation}")


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: str(chart["slice_name"]))
def test_a_chart_asks_for_columns_and_metrics_of_its_dataset(chart: dict[str, Any]) -> None:
    dataset, asked = DATASETS[chart["dataset_uuid"]], chart["params"]
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    named = {*asked.get("all_columns", []), *asked.get("groupby", []), *filter(None, [asked.get("x_axis")])}
    named |= {condition["subject"] for condition in asked["adhoc_filters"]}
    measured = {*asked.get("metrics", [])}
    measured |= {
        asked[key] for key in ("timeseries_limit_metric", "series_limit_metric", "x_axis_sort") if key in asked
    }
    assert named
    assert named <= columns
    assert measured <= metrics


def test_the_dashboard_shows_every_chart_and_says_whether_the_warehouse_is_simulated() -> None:
    (dashboard,) = _read("dashboards")
    places = [place for place in dashboard["position"].values() if isinstance(place, dict)]
    shown = [place["meta"]["uuid"] for place in places if place["type"] == "CHART"]
    assert sorted(shown) == sorted(CHARTS)
    assert any({"notice", "is_simulated"} <= set(chart["params"].get("all_columns", [])) for chart in CHARTS.values())


def test_the_address_is_read_only_and_the_reader_s_own() -> None:
    (database,) = _read("databases")
    address = database["sqlalchemy_uri"]
    assert address == "duckdb:////full/path/to/warehouse/tidemark.duckdb?access_mode=read_only"
    page = (PROJECT_ROOT / "docs/use/connect.md").read_text(encoding="utf-8")
    assert "s|/full/path/to/warehouse|$PWD/warehouse|" in page
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} == {database["uuid"]}
