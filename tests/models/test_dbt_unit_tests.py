"""dbt's unit tests, which run the models on made-up rows, in an empty warehouse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from orchestration.home import Home
from orchestration.warehouse.dbt_process import run_dbt
from orchestration.warehouse.parsed_project import PARSED, manifest
from orchestration.warehouse.working import start


def test_models_do_what_their_unit_tests_claim(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    start(home, None)
    parsed = manifest()
    shutil.copyfile(parsed.with_name(PARSED), home.dbt / PARSED)
    # One invocation: each unit test runs as soon as the (empty) tables that it needs to know the columns of exist.
    build = run_dbt(["build", "--exclude-resource-type", "test"], home.dbt, home.work)
    assert build.returncode == 0, build.stdout[-5000:]
    results = json.loads((home.dbt / "run_results.json").read_text(encoding="utf-8"))["results"]
    passed = {result["unique_id"] for result in results if result["status"] == "pass"}
    claimed = json.loads(parsed.read_text(encoding="utf-8"))["unit_tests"]
    assert claimed
    assert passed == set(claimed)
