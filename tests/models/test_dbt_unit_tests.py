"""dbt's unit tests, which hold the models against made-up rows, on an empty warehouse."""

from __future__ import annotations

from pathlib import Path

from orchestration.home import Home
from orchestration.warehouse.dbt import run_dbt
from orchestration.warehouse.working import start


def test_models_do_with_made_up_rows_what_they_say(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    start(home, None)
    build = run_dbt(["build", "--exclude-resource-type", "test", "unit_test"], home.dbt, home.work)
    assert build.returncode == 0, build.stdout[-3000:]
    result = run_dbt(["test", "--select", "test_type:unit"], home.dbt, home.work)
    assert result.returncode == 0, result.stdout[-5000:]
    assert "90 unit tests" in result.stdout
