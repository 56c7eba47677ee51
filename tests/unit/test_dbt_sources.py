"""What dbt knows of the raw tables follows from their descriptions."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.settings import PROJECT_ROOT
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.warehouse.dbt_sources import described, generated


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_the_file_in_the_dbt_project_is_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated()[path], "run `make tables`"


def test_every_raw_table_has_its_quarantine_publishers_and_columns() -> None:
    content = yaml.safe_load(generated()[PROJECT_ROOT / "dbt_project" / "models" / "sources.yml"])
    raw, quarantine = ({table["name"]: table for table in source["tables"]} for source in content["sources"])
    assert set(quarantine) == set(RAW_TABLES) == set(raw) - {"documents", "knowledge_cutoff"}
    for name, table in RAW_TABLES.items():
        meta = raw[name]["config"]["meta"]
        assert len(meta["publishers"]) == len(table.sources)
        assert meta["licence"] == table.licence
        columns = [column["name"] for column in raw[name]["columns"]]
        assert columns == list(table.parsed_columns)
        assert [column["name"] for column in quarantine[name]["columns"]] == [*columns, "broken_rules"]


def test_observations_name_a_staging_model_that_is_there() -> None:
    models = described()["observation_models"]
    assert isinstance(models, dict)
    folder = PROJECT_ROOT / "dbt_project" / "models" / "staging"
    assert [model for model in models.values() if not (folder / f"{model}.sql").exists()] == []
