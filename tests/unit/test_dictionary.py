"""The data dictionary matches the models' contracts, and every mart has the required descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.marts.catalog import STATISTICS, catalog
from orchestration.marts.dictionary import page
from orchestration.marts.manifest import Manifest, unit_of
from orchestration.settings import PROJECT_ROOT

DICTIONARY = PROJECT_ROOT / "docs" / "use" / "dictionary.md"


@pytest.fixture(scope="module")
def project() -> Manifest:
    return catalog()


def test_the_page_in_the_project_is_not_stale(project: Manifest) -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == page(project), "run `make docs`"


def test_every_mart_and_column_is_in_it(project: Manifest) -> None:
    text = DICTIONARY.read_text(encoding="utf-8")
    models = {file.stem for file in Path(PROJECT_ROOT, "dbt_project/models/marts").rglob("*.sql")}
    assert {mart.name for mart in project.marts} == models | {table.name for table in STATISTICS}
    for mart in project.marts:
        section = text.partition(f"\n### {mart.name}\n")[2].partition("\n### ")[0]
        for column in mart.columns:
            assert f"\n| `{column.name}` |" in section, (mart.name, column.name)


def test_every_mart_describes_its_grain_and_columns(project: Manifest) -> None:
    silent = [
        f"{mart.name}: {what}"
        for mart in project.marts
        for what, said in (
            ("description", mart.description),
            ("grain", mart.grain),
            *((column.name, column.description and column.data_type) for column in mart.columns),
        )
        if not said
    ]
    assert silent == []


def test_every_table_function_is_described(project: Manifest) -> None:
    functions = {function.name: function for function in project.functions}
    assert {"holdings_as_of", "observations_as_of"} <= set(functions)
    assert all(function.description for function in functions.values())
    assert functions["holdings_as_of"].parameters == "d, warehouse := 'tidemark'"


@pytest.mark.parametrize(
    ("column", "meta", "unit"),
    [
        ("holdings_usd_bn", {}, "billions of US dollars"),
        ("drift_usd_bn_a_month", {}, "billions of US dollars a month"),
        ("close_usd", {}, "US dollars"),
        ("slope_12m_pct_a_year", {}, "per cent a year"),
        ("slope_2y_10y_bp", {}, "basis points"),
        ("holder_rank", {}, None),
        ("vix", {"unit": "index points"}, "index points"),
    ],
)
def test_a_unit_comes_from_the_yml_or_else_from_the_name(column: str, meta: dict[str, Any], unit: str | None) -> None:
    assert unit_of(column, meta) == unit


def _manifest(description: str) -> Manifest:
    """A project of one mart with its rules and a test of its own, built from one table of raw without terms."""
    mart, source = "model.p.m", "source.p.raw.t"
    test = {"resource_type": "test", "attached_node": mart, "depends_on": {"nodes": [mart]}}
    model = {
        "resource_type": "model",
        "schema": "marts",
        "unique_id": mart,
        "name": "m",
        "fqn": ["p", "marts", "family", "m"],
        "description": "What it is.\n",
        "columns": {
            "c": {
                "name": "c",
                "data_type": "double",
                "description": description,
                "constraints": [{"type": "not_null"}],
                "config": {"meta": {"range": [0, None]}},
            }
        },
        "depends_on": {"nodes": [source]},
        "config": {"meta": {"grain": "c", "key": ["c"], "assertions": {"it is so": "true"}}},
    }
    return Manifest(
        {
            "metadata": {"project_name": "p"},
            "macros": {},
            "unit_tests": {},
            "sources": {source: {"name": "t", "config": {"meta": {}}}},
            "nodes": {
                mart: model,
                "rules": test
                | {
                    "name": "valid_rows_m_other",
                    "description": "",
                    "test_metadata": {"name": "valid_rows", "kwargs": {"references": {"c": "other"}}},
                    "config": {"meta": {}},
                },
                "own": test | {"name": "own", "description": "", "config": {"meta": {"description": "It adds up."}}},
            },
        }
    )


def test_mart_is_read_from_the_manifest() -> None:
    (mart,) = _manifest("A\n number.").marts
    assert (mart.name, mart.family, mart.description, mart.grain) == ("m", "family", "What it is.", "c")
    assert (mart.key, mart.assertions, mart.references) == (("c",), ("it is so",), {"c": "other"})
    assert mart.tests == {"own": "It adds up."}
    (column,) = mart.columns
    assert (column.description, column.is_required, column.bounds, column.unit) == ("A number.", True, (0, None), None)
    (source,) = mart.sources
    assert (source.table, source.may_be_redistributed) == ("t", False), (
        "without a declaration it may not be redistributed"
    )


def test_pipe_in_a_description_is_escaped() -> None:
    text = page(_manifest("a | b"))
    assert r"| `c` | double, not null |  | a \| b See [`other`](#other). At least 0. |" in text
    assert "### m\n\nWhat it is.\n\n- One row per c. Key: `c`.\n" in text
    assert "- Redistribution: not permitted." in text
