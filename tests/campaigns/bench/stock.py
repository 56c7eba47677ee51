"""The same assets with Dagster's default executor: one process per step.

`dagster job execute -m tests.campaigns.bench.stock -j monthly_load`. The working file has one writer, so that one
step runs at a time; the home is not held, since no process of such a run lives from the first step to the last.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from orchestration import definitions
from orchestration.archive import Archive
from orchestration.defs.jobs import monthly_load
from orchestration.defs.resources import Load
from orchestration.home import Home
from orchestration.loading.rules import report
from orchestration.settings import load_settings
from orchestration.warehouse.working import start, working_file


class StepOfLoad(Load):
    """The load, taken up in each step by another process."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Load, None, None]:  # noqa: ARG002
        """Begin with the first step; go on with what the step before has left in the others."""
        self._settings = load_settings()
        self._home = Home(self._settings.home)
        self._archive = Archive(self._home.archive)
        self._home.prepare()
        begun = self._home.work / "begun"
        if not begun.exists():
            report.begin(self._home.reports)
            start(self._home, self._settings.as_of)
            begun.touch()
        elif not working_file(self._home).exists():
            start(self._home, self._settings.as_of)
        yield self


@dg.definitions
def defs() -> dg.Definitions:
    """Our definitions with Dagster's own executor."""
    found = definitions.defs()
    one_at_a_time = dg.multiprocess_executor.configured({"max_concurrent": 1})
    return dg.Definitions(
        assets=found.assets,
        asset_checks=found.asset_checks,
        jobs=[monthly_load],
        loggers=found.loggers,
        resources={**(found.resources or {}), "load": StepOfLoad()},
        executor=one_at_a_time,
    )
