"""The last gate: a failing dbt test names its rows, and stops what depends on the model.

`dbt build --select` runs on a copy of the warehouse of the sample. That such a failure keeps a load from publishing is
tested once from end to end: `tests/faults/test_bad_documents.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.warehouse.dbt import NodeResult, build_models
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.parsed_project import manifest
from orchestration.warehouse.working import connect, start
from tests.installation import Installation


@pytest.fixture
def home(loaded_sample: Installation, tmp_path: Path) -> Home:
    """A load that has come as far as dbt: all rows of the sample are in raw."""
    home = Home(loaded_sample.copy(tmp_path / "home").home)
    start(home, None)
    return home


def _build(home: Home, *models: str) -> dict[str, NodeResult]:
    results = build_models(home, Dbt(home.work), models)
    return {result.unique_id.split(".")[2]: result for result in results}


def test_a_failing_test_names_its_rows_and_stops_the_models_behind_it(home: Home) -> None:
    with connect(home) as connection:
        for table in ("tic_holdings", "tic_cslt"):
            connection.execute(
                f"delete from raw.{table} where country_code = '42609' and month_end = date '2005-01-31'"
            )
    results = _build(home, "holdings_trend")
    bad = {name: result for name, result in results.items() if result.is_bad}
    assert list(bad) == ["assert_history_has_no_gap"]
    (hole,) = bad.values()
    assert (hole.status, hole.failures) == ("fail", 1)
    assert "country_code = 42609" in hole.rows[0]
    assert results["fct_holdings"].status == "success"
    assert results["holdings_trend"].status == "skipped"


def test_every_mart_has_an_enforced_contract() -> None:
    nodes = json.loads(manifest().read_text(encoding="utf-8"))["nodes"].values()
    marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    assert len(marts) > 20
    assert [node["name"] for node in marts if not node["contract"]["enforced"]] == []
