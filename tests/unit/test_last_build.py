"""Which models and tests a load builds, and when the file of the last build may be used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.warehouse import last_build, up_to_date
from orchestration.warehouse.parsed_project import manifest
from orchestration.warehouse.working import connect, working_file

MANIFEST: dict[str, Any] = json.loads(manifest().read_text(encoding="utf-8"))
NODES = MANIFEST["nodes"]
TESTS = {node["name"].rstrip("_") for node in NODES.values() if node["resource_type"] == "test"}


def _built(*changed: str) -> set[str]:
    return {NODES[unique_id]["name"] for unique_id in last_build.to_build(MANIFEST, changed, TESTS)}


def _reading(model: str) -> set[str]:
    """The tests that read a model."""
    return {
        node["name"]
        for node in NODES.values()
        if node["resource_type"] == "test" and f"model.tidemark.{model}" in node["depends_on"]["nodes"]
    }


def test_only_staging_models_and_tests_read_the_raw_tables() -> None:
    """The results of the staging models stand for all that is loaded."""
    readers = {
        node["name"]
        for node in NODES.values()
        if node["resource_type"] == "model" and node["schema"] != last_build.STAGING
        if any(parent.startswith("source.") for parent in node["depends_on"]["nodes"])
    }
    assert readers == set()


def test_a_model_is_built_if_any_model_that_it_reads_is_built() -> None:
    for view in ("stg_fred__observations", "stg_crypto__candles", "stg_tic__holdings", "stg_documents"):
        built = _built(view)
        for node in NODES.values():
            if node["resource_type"] == "model" and node["schema"] != last_build.STAGING:
                parents = {NODES[parent]["name"] for parent in node["depends_on"]["nodes"] if parent in NODES}
                assert (node["name"] in built) == bool(parents & built), (view, node["name"])


def test_observations_do_not_rebuild_the_holdings_and_a_new_document_does_not_rebuild_either() -> None:
    observations, documents = _built("stg_fred__observations", "stg_documents"), _built("stg_documents")
    assert {"fct_observations", "cascade_events", "warehouse_info"} <= observations
    assert not {"fct_holdings", "holdings_trend", "int_holdings_slopes"} & observations
    assert {"warehouse_info", "release_status"} <= documents
    assert not {"fct_observations", "fct_holdings", "stg_tic__first_prints"} & documents
    assert {"fct_holdings", "holdings_trend"} <= _built("stg_tic__first_prints")


def test_a_test_runs_if_anything_that_it_reads_is_built_or_was_not_compared() -> None:
    built = _built("stg_crypto__candles")
    assert _reading("int_daily_candles") <= built
    # It reads one model that is built, and one that is not.
    assert "assert_nothing_is_known_after_the_as_of_date" in built
    assert "assert_ledger_balances" in _built()
    (grain,) = (name for name in _reading("fct_holdings") if name.startswith("valid_rows_fct_holdings_"))
    assert grain not in built
    new = last_build.to_build(MANIFEST, (), TESTS - {grain.rstrip("_")})
    assert {NODES[unique_id]["name"] for unique_id in new} == _built() | {grain}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose snapshot was published by a load that kept its build."""
    home = Home(tmp_path / "home")
    home.prepare()
    with connect(home) as connection:
        connection.execute("create schema staging")
        connection.execute("create view staging.stg_a as select 1 as a")
        inputs = last_build.inputs_of(connection)
    last_build.set_aside(home, inputs)
    snapshot = home.snapshots / "2026-06-18-1" / "tidemark.duckdb"
    snapshot.parent.mkdir()
    working_file(home).replace(snapshot)
    home.published.symlink_to(snapshot)
    up_to_date.record(home, up_to_date.made_of(load_settings()), [], last_build.keep(home))
    return home


def _file(home: Home) -> Path | None:
    return last_build.usable(home, load_settings())


def test_the_last_build_can_be_used_and_says_what_it_was_built_from(home: Home) -> None:
    file = _file(home)
    assert file is not None
    inputs, _ = up_to_date.inputs_and_tests(home)
    with duckdb.connect(str(file), read_only=True) as connection:
        assert last_build.inputs_of(connection) == inputs
    assert list(inputs) == ["stg_a"]


def test_inputs_differ_if_a_row_changes_or_comes_twice(home: Home) -> None:
    found = []
    with connect(home) as connection:
        connection.execute("create schema staging")
        for query in (
            "select 1 as a",
            "select 2 as a",
            "select null as a",
            "from (values (1), (1)) as v (a)",
            "select 1 as a where false",
        ):
            connection.execute(f"create or replace view staging.stg_a as {query}")
            found.append(last_build.inputs_of(connection)["stg_a"])
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("setting", ["TIDEMARK_AS_OF=2026-01-20", "TIDEMARK_ENGINE=spark", "TIDEMARK_EXPORT=all"])
def test_other_settings_build_everything(home: Home, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv(*setting.split("="))
    assert _file(home) is None


def test_a_build_as_of_a_day_is_not_used_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_AS_OF", "2026-01-20")
    shutil.copyfile(home.dbt / "last_build.duckdb", home.work / "last_build.duckdb")
    (home.work / "last_build.json").write_text("{}", encoding="utf-8")
    up_to_date.record(home, up_to_date.made_of(load_settings()), [], last_build.keep(home))
    assert _file(home) is None


def test_a_damaged_or_missing_file_and_another_snapshot_build_everything(home: Home) -> None:
    file = home.dbt / "last_build.duckdb"
    sound = file.read_bytes()
    file.write_bytes(sound[:-1] + b"x")
    assert _file(home) is None
    file.unlink()
    assert _file(home) is None
    file.write_bytes(sound)
    assert _file(home) is not None
    home.published.resolve().write_bytes(b"another snapshot")
    assert _file(home) is None
    home.published.unlink()
    assert _file(home) is None


def test_forgetting_it_builds_everything(home: Home) -> None:
    up_to_date.forget(home)
    assert _file(home) is None
    up_to_date.forget(home)


def test_a_load_that_keeps_no_build_removes_the_old_one(home: Home) -> None:
    assert last_build.keep(home) is None
    assert not (home.dbt / "last_build.duckdb").exists()


def test_a_changed_file_of_the_project_builds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT_ROOT / "dbt_project" / "seeds", project / "seeds")
    shutil.copytree(PROJECT_ROOT / "dbt_project" / "macros", project / "macros")
    monkeypatch.setattr(up_to_date, "_FOLDERS", (project,))
    settings = load_settings()
    made = [_made(settings)]
    for path in (project / "seeds" / "corrections.csv", project / "macros" / "numbers.sql"):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        made.append(_made(settings))
    up_to_date._project.cache_clear()
    assert len(set(made)) == 3


def _made(settings: Settings) -> str:
    up_to_date._project.cache_clear()
    return up_to_date.made_of(settings)
