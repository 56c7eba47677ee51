"""The mutation campaign with one operator (`make guard` runs all of it), with the real load on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

SELECTION = {"table3_cell_times_ten_in_total_and_part": "quarantined"}


@pytest.fixture(scope="module")
def observations(real_files: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    assert real_files
    path = tmp_path_factory.mktemp("guard") / "observations.json"
    command = [sys.executable, "-m", "tests.campaigns.guard", "--only", *SELECTION, "--exact", "--situation", "onto"]
    # in a process of its own: it forks, and a test runner has threads
    result = subprocess.run(
        [*command, "--no-control", "--json", str(path)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert path.exists(), result.stdout + result.stderr
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("operator", SELECTION)
def test_each_mutant_has_its_expected_result(operator: str, observations: dict[str, dict[str, object]]) -> None:
    seen = observations[f"{operator} onto"]
    assert (seen["became"], seen["wrong"], seen["judgement"]) == (SELECTION[operator], {}, "caught")
    assert seen["rules"], "what was kept out says by which rule"
