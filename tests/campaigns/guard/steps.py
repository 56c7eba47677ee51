"""The steps of a load up to raw: archive, parsed rows, checks, merge and ledger. No models, nothing published.

Belongs here: which steps, and keeping the file that they work on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg

from orchestration.defs.archive_assets import archive_assets
from orchestration.defs.checked_assets import checked_assets
from orchestration.defs.raw_assets import LEDGER, documents, parsed_assets, raw_assets
from orchestration.defs.resources import Load
from orchestration.runs.outcome import reasons
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.working import let_go, working_file

QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
"""1,400 events of a load are not printed: that took a second of eighteen."""


class LoadWithoutModels(Load):
    """A load that starts no dbt."""

    def ready_dbt(self) -> Dbt:
        """Called early by the steps before dbt, which do not use the result."""
        return None  # type: ignore[return-value]


def run_up_to_raw(kept: Path) -> list[str]:
    """Run the steps in the home and on the source that the environment names.

    Args:
        kept: where the working file goes.

    Returns:
        Why the load stopped, one paragraph each; empty if it did not.
    """

    @dg.asset(deps=[LEDGER])
    def working_file_is_kept(load: Load) -> None:
        let_go(load.home)
        shutil.copyfile(working_file(load.home), kept)

    steps = [*archive_assets, *parsed_assets, *checked_assets, *raw_assets, documents, working_file_is_kept]
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            steps,
            run_config=QUIET,
            resources={"load": LoadWithoutModels()},
            instance=instance,
            raise_on_error=False,
        )
    return [] if result.success else (reasons(result.all_events) or ["The load failed."])
