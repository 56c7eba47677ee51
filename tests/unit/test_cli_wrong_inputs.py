"""Each command with inputs that cannot work: a message that names the input, and no traceback."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli

SHORTEST_LINE = 80
"""Columns of a narrow terminal, in which the list of commands is read."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose warehouse has one table; the current folder is another one."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    with duckdb.connect(str(home / "tidemark.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.warehouse_info as select true as is_simulated")
    (tmp_path / "text").write_text("no database, no page, no folder", encoding="utf-8")
    monkeypatch.setenv("TIDEMARK_HOME", str(home))
    monkeypatch.chdir(elsewhere)
    return home


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("load --months 2026-13", "2026-13"),
        ("load --months 2026-06..2026-01", "2026-06..2026-01"),
        ("load --months 1950-01", "1950-01"),
        ("as-of 2026-02-30", "2026-02-30: must be a date"),
        ("as-of yesterday", "yesterday: must be a date"),
        ("as-of 2199-01-01", "2199-01-01"),
        ("check tic_holding", "Did you mean tic_holdings?"),
        ("check tic_holdings --rule nosuch", "expectations/tic_holdings/rules"),
        ("check tic_holdings --source ../nowhere", "../nowhere/manifest.csv: cannot be read: No such file"),
        ("check tic_holdings --source ../text", "../text/manifest.csv: cannot be read: Not a directory"),
        ("diff 2026-01-20 nosuch", "nosuch"),
        ("diff 2026-13-01 2026-01-01", "2026-13-01"),
        ("diff 2026-01-20 2199-01-01", "2199-01-01"),
        ("publish --to bucket/prefix", "s3://"),
        ("publish --to nosuch://x", "nosuch"),
        ("brief --picture ../x.gif", "x.gif"),
        ("docs --sources ../text", "../text"),
        ("docs --sources ../nowhere", "../nowhere"),
        ("archive ls --source nosuch", "nosuch"),
        ("archive ls --since 2026-1-1", "2026-1-1"),
        ("archive refetch nosuch --dry-run", "nosuch"),
        ("archive refetch", "--refused"),
        ("archive verify", "has no documents"),
        ("export --format xlsx", "xlsx"),
        ("ui --port 0", "0"),
        ("nosuch", "nosuch"),
    ],
)
def test_an_input_that_cannot_work_is_named(arguments: str, named: str) -> None:
    result = _run(*arguments.split())
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit), "a traceback"
    assert named in result.stderr
    assert list(Path().iterdir()) == [], "nothing is written where the command runs"


def test_an_address_that_is_empty_does_not_mean_here() -> None:
    assert _run("publish", "--to", "").exit_code == 1
    assert list(Path().iterdir()) == []


def _commands(group: click.Group, *names: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += [(*names, name), *(_commands(command, *names, name) if isinstance(command, click.Group) else [])]
    return found


@pytest.mark.parametrize("names", _commands(cli))
def test_help_explains_the_command_and_the_list_shows_its_full_first_sentence(names: tuple[str, ...]) -> None:
    shown = _run(*names, "--help")
    assert shown.exit_code == 0
    listed = _run(*names[:-1], "--help").stdout
    (line,) = [line for line in listed.splitlines() if line.startswith(f"  {names[-1]} ")]
    assert line.endswith("."), line
    assert not line.endswith("..."), line
    assert len(line) <= SHORTEST_LINE
