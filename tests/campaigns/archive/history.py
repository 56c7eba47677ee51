"""Dagster's history over years of nights: what one night costs, and how large the files get.

Belongs here: writing small runs into a history that is pruned as a load prunes it. Does not belong here: what a load
records (`orchestration/defs`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.runs.dagster_home import IN_THE_HOME
from orchestration.runs.run_history import open_instance, prune
from orchestration.settings import Settings

CHECKS = 40
"""A real load records about 400 checks; a tenth keeps five years of nights within minutes."""
NIGHTS_MEASURED = 100

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_NAMES = [f"check_{number}" for number in range(CHECKS)]


@dg.asset(check_specs=[dg.AssetCheckSpec(name, asset="figures") for name in _NAMES])
def figures() -> Iterator[dg.MaterializeResult[None]]:
    """An asset with many checks."""
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name=name, passed=True) for name in _NAMES])


JOB = dg.Definitions(assets=[figures], jobs=[dg.define_asset_job("monthly_load")]).resolve_job_def("monthly_load")


def history_of(folder: Path, nights: int) -> Iterator[tuple[int, float, float]]:
    """Write the runs of many nights, one instance each, and prune after each as a load does.

    Args:
        folder: where the history goes; it must exist.
        nights: how many.

    Yields:
        After every hundred nights: the number of nights, CPU seconds of one night (mean of the hundred), megabytes.
    """
    keep = Settings.model_fields["keep_runs"].default
    (folder / "dagster.yaml").write_text(IN_THE_HOME, encoding="utf-8")
    begun = time.process_time()
    for night in range(1, nights + 1):
        with open_instance(folder) as instance:
            JOB.execute_in_process(instance=instance, run_config=_QUIET)
            prune(instance, folder, keep)
        if night % NIGHTS_MEASURED == 0 or night == nights:
            since = (night - 1) % NIGHTS_MEASURED + 1
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
            yield night, (time.process_time() - begun) / since, size
            begun = time.process_time()
