"""Errors that any command may meet: a message, and no traceback."""

from __future__ import annotations

import click
from click.testing import CliRunner, Result

from orchestration.cli import _Commands
from orchestration.warehouse.parsed_project import ProjectError


def _run(error: Exception) -> Result:
    @click.command()
    def command() -> None:
        raise error

    return CliRunner().invoke(_Commands(commands={"command": command}), ["command"])


def test_a_dbt_project_that_does_not_parse_is_a_message() -> None:
    result = _run(ProjectError("The dbt project does not parse:\nsecurities_trend.yml, line 81"))
    assert result.exit_code == 1
    assert result.stderr == "The dbt project does not parse:\nsecurities_trend.yml, line 81\n"


def test_a_full_disk_is_a_message() -> None:
    result = _run(OSError(28, "No space left on device", "/disk/file"))
    assert (result.exit_code, result.stderr) == (1, "/disk/file: No space left on device\n")


def test_a_bug_of_our_own_is_not_hidden() -> None:
    assert isinstance(_run(RuntimeError("a bug")).exception, RuntimeError)
