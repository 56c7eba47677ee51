"""Dagster's own programs run the same job, for load months in any order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation
from tests.sample_homes import SampleHomes

JOB = "monthly_load"


def _run(installation: Installation, program: str, *arguments: str) -> None:
    folder = installation.home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    programs = Path(sys.executable).parent
    environment = installation.environment() | {"DAGSTER_HOME": str(folder), "VIRTUAL_ENV": str(programs.parent)}
    result = subprocess.run(
        [str(programs / program), *arguments],
        cwd=PROJECT_ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]


def _days_of_documents(installation: Installation) -> list[str]:
    days = "select distinct retrieved_at::date::varchar from raw.documents order by 1"
    return [day for (day,) in installation.query(days)]


def test_load_months_in_any_order_give_the_same_warehouse(
    sample: SampleHomes, installation_of: Callable[[str], Installation], tmp_path: Path
) -> None:
    late_first = installation_of("months")
    _run(late_first, "dg", "launch", "--job", JOB, "--partition-range", "2026-02-01...2026-06-01")
    days = _days_of_documents(late_first)
    assert days
    assert days[0] >= "2026-02-01", "only what was learned in these load months"
    assert days[-1] == "2026-06-18"
    late_first.load_well("--months", "2024-01..2026-01")
    assert late_first.export_marts(tmp_path / "late") == sample.latest.export_marts(tmp_path / "in order")
    raw = "select * exclude (line_number) from raw.tic_holdings order by all"
    assert late_first.query(raw) == sample.latest.query(raw)


def test_dagsters_command_loads_one_load_month(installation_of: Callable[[str], Installation]) -> None:
    installation = installation_of("month")
    tags = '{"dagster/partition": "2026-06-01"}'
    _run(installation, "dagster", "job", "execute", "-m", "orchestration.definitions", "-j", JOB, "--tags", tags)
    assert _days_of_documents(installation) == ["2026-06-18"]
