"""The dbt project keeps its conventions: one yml per model, a grain, short models, tests with a description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestration.marts.manifest import description_of
from orchestration.warehouse.dbt_process import DBT_PROJECT
from orchestration.warehouse.parsed_project import manifest

LONGEST_MODEL = 250
WITHOUT_KEY = {
    "int_days",  # the time spine
    "int_observation_statements",  # a union of staging models whose keys are tested
    "int_securities_statements",  # a union; the key of its vintages is tested
}


@pytest.fixture(scope="module")
def nodes() -> list[Mapping[str, Any]]:
    return list(json.loads(manifest().read_text(encoding="utf-8"))["nodes"].values())


@pytest.fixture(scope="module")
def models(nodes: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [node for node in nodes if node["resource_type"] == "model"]


def test_every_model_is_described_next_to_its_sql(models: list[Mapping[str, Any]]) -> None:
    assert len(models) > 80
    for model in models:
        yml = Path(model["patch_path"].partition("://")[2])
        assert yml == Path(model["original_file_path"]).with_suffix(".yml")
        assert model["description"], model["name"]


def test_every_model_has_a_grain_in_its_first_line(models: list[Mapping[str, Any]]) -> None:
    for model in models:
        first_line = model["raw_code"].partition("\n")[0]
        assert first_line == f"-- Grain: one row per {model['config']['meta']['grain']}."


def test_every_model_has_a_tested_key(nodes: list[Mapping[str, Any]], models: list[Mapping[str, Any]]) -> None:
    tested = {
        node["attached_node"]
        for node in nodes
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "valid_rows"
    }
    untested = {model["name"] for model in models if model["unique_id"] not in tested}
    assert untested == WITHOUT_KEY
    assert {model["name"] for model in models if "key" not in model["config"]["meta"]} == WITHOUT_KEY


def test_key_columns_of_marts_are_not_null(models: list[Mapping[str, Any]]) -> None:
    for model in models:
        if model["schema"] == "marts":
            nullable = [
                column
                for column in model["config"]["meta"]["key"]
                if {"not_null"} != {constraint["type"] for constraint in model["columns"][column]["constraints"]}
            ]
            assert nullable == [], model["name"]


def test_no_model_is_too_long() -> None:
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (DBT_PROJECT / "models").rglob("*.sql")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODEL} == {}


def test_every_test_is_described(nodes: list[Mapping[str, Any]]) -> None:
    tests = [node for node in nodes if node["resource_type"] == "test"]
    assert len(tests) > 80
    assert [test["name"] for test in tests if not description_of(test)] == []
