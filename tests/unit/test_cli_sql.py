"""`tidemark sql`: a query on the published file, read-only; mistakes are one sentence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration import __version__
from orchestration.cli import cli


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with duckdb.connect(str(tmp_path / "tidemark.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.holders as select * from (values ('Japan', 1209.9), ('Ümlaut, \"x\"', 1))"
        )
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path))
    return tmp_path


def _sql(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["sql", *arguments])


def test_rows_are_a_table_or_csv(home: Path) -> None:
    assert home.exists()
    assert "1209.9" in _sql("from marts.holders").output
    csv = _sql("--csv", "from marts.holders as h(name, held)")
    assert (csv.exit_code, csv.output) == (0, 'name,held\nJapan,1209.9\n"Ümlaut, ""x""",1.0\n')


@pytest.mark.parametrize("query", ["", "select", "from marts.missing", "set threads = 1", "drop table marts.holders"])
def test_a_query_that_cannot_be_run_is_a_message(home: Path, query: str) -> None:
    run = _sql(query)
    assert run.exit_code == 1
    assert run.output.strip()
    assert "Traceback" not in run.output
    assert duckdb.connect(str(home / "tidemark.duckdb"), read_only=True).sql("from marts.holders").fetchone()


def test_without_a_warehouse_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path))
    run = _sql("select 1")
    assert run.exit_code == 1
    assert "TIDEMARK_HOME" in run.output


def test_the_version_is_that_of_the_package() -> None:
    assert __version__ in CliRunner().invoke(cli, ["--version"]).output
