"""The content of `dagster.yaml` of a home, and the message if PostgreSQL is not reachable."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config
from pydantic import SecretStr

from orchestration.home import HomeError
from orchestration.runs import dagster_home
from orchestration.runs.dagster_home import IN_THE_HOME, ON_POSTGRES, configure

NOBODY = SecretStr("postgresql://tidemark:SECRET%40@127.0.0.1:1/tidemark")


def _written(folder: Path) -> str:
    return (folder / "dagster.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("found", [None, "", IN_THE_HOME, ON_POSTGRES])
def test_without_the_setting_the_storage_is_in_the_home(tmp_path: Path, found: str | None) -> None:
    if found is not None:
        (tmp_path / "dagster.yaml").write_text(found, encoding="utf-8")
    configure(tmp_path, None)
    assert _written(tmp_path) == IN_THE_HOME
    assert [path.name for path in tmp_path.iterdir()] == ["dagster.yaml"]


@pytest.mark.parametrize("found", [None, IN_THE_HOME])
def test_an_unreachable_server_is_reported_without_its_password(tmp_path: Path, found: str | None) -> None:
    if found is not None:
        (tmp_path / "dagster.yaml").write_text(found, encoding="utf-8")
    with pytest.raises(HomeError, match=r"PostgreSQL of TIDEMARK_DAGSTER_POSTGRES: .*refused") as caught:
        configure(tmp_path, NOBODY)
    assert "SECRET" not in str(caught.value)
    assert _written(tmp_path) == ON_POSTGRES


@pytest.mark.parametrize("address", ["postgresql://user:SECRET@[::1]x/name", "postgresql://user:SECRET%@host/name"])
def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(HomeError, match="the address is invalid") as caught:
        configure(tmp_path, SecretStr(address))
    assert "SECRET" not in str(caught.value)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert importlib.util.find_spec("psycopg2")
    monkeypatch.setattr(dagster_home, "find_spec", lambda _: None)
    with pytest.raises(HomeError, match=r"dagster_postgres is missing\. Install the extra `postgres`"):
        configure(tmp_path, NOBODY)


def test_a_users_dagster_yaml_is_unchanged_and_must_name_the_server(tmp_path: Path) -> None:
    theirs = "telemetry:\n  enabled: true\n"
    (tmp_path / "dagster.yaml").write_text(theirs, encoding="utf-8")
    configure(tmp_path, None)
    with pytest.raises(HomeError, match="which was not written by Tidemark, does not use it"):
        configure(tmp_path, NOBODY)
    assert _written(tmp_path) == theirs


def test_dagster_accepts_the_file_and_it_has_no_address(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(ON_POSTGRES, encoding="utf-8")
    configuration, _ = dagster_instance_config(str(tmp_path))
    assert configuration["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert yaml.safe_load(ON_POSTGRES)["storage"] == {"postgres": {"postgres_url": {"env": dagster_home.VARIABLE}}}
