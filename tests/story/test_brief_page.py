"""The page of the brief, as it is written: without a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

from orchestration.brief.figures import collect
from orchestration.brief.page import render
from orchestration.brief.sections import compose
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation


def test_a_page_of_real_figures_has_no_banner_and_names_what_is_for_own_use(loaded_sample: Installation) -> None:
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        found = collect(connection)
    found["info"][0] |= {"is_simulated": False, "notice": "Built from the publishers' documents."}
    text = render(compose(found, {"ran": 10, "failed": 1, "reported": 2}))
    assert 'class="banner"' not in text
    assert "SIMULAT" not in text
    assert "For own use" in text
    assert "VIXCLS" in text
    assert "10 checks: 7 passed, 1 failed" in text


def test_the_command_rewrites_the_page_and_draws_no_picture_of_a_simulation(
    loaded_sample: Installation, tmp_path: Path
) -> None:
    installation = loaded_sample.copy(tmp_path / "home")
    file = installation.home / "reports" / "brief.html"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "orchestration", "brief", *arguments],
            cwd=PROJECT_ROOT,
            env=installation.environment(),
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )

    before = file.read_bytes()
    file.unlink()
    result = run()
    assert (result.returncode, result.stdout.strip()) == (0, str(file)), result.stderr
    assert file.read_bytes() == before
    refused = run("--picture", str(tmp_path / "brief.svg"))
    assert refused.returncode == 1
    assert "simulation" in refused.stderr
    assert not (tmp_path / "brief.svg").exists()
