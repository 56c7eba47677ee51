"""Resources: the load that a run performs.

Belongs here: what steps share. Does not belong here: what steps do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration.archive import Archive
from orchestration.defs.partitions import window_of
from orchestration.home import Home
from orchestration.loading.rules import report
from orchestration.runs.alerts import has_receiver, tell_of_failure, tell_of_late_data
from orchestration.runs.outcome import TOLD_BY, failure_screen, has_failed, is_published, reasons
from orchestration.settings import Settings, load_settings
from orchestration.warehouse.dbt import Dbt
from orchestration.warehouse.working import start


class Load(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One load: the home, held for this run alone, with a working file that is gone when the run ends.

    What a run does stays in the working file until the step `warehouse` publishes it, whole and checked.
    """

    _settings: Settings = PrivateAttr()
    _home: Home = PrivateAttr()
    _archive: Archive = PrivateAttr()
    _dbt: Dbt | None = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """The settings that the run began with."""
        return self._settings

    @property
    def home(self) -> Home:
        """Where everything lies."""
        return self._home

    @property
    def archive(self) -> Archive:
        """The archive."""
        return self._archive

    def ready_dbt(self) -> Dbt:
        """The process of dbt of this load: asked for early, it gets ready on the second core. It runs one command."""
        if self._dbt is None:
            self._dbt = Dbt(self._home.work)
        return self._dbt

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Load, None, None]:
        """Hold the home from the first step of a run to its last, and tell who wants to know how it ended.

        This is the one place through which every run goes, whoever starts it, and through which it goes once. Dagster
        comes back here when the last step has ended; that the run has, it writes afterwards.
        """
        self._settings = load_settings()
        self._home = Home(self._settings.home, self._settings.memory_limit)

        recorded = context.instance.get_run_by_id(context.run.run_id) if context.instance and context.run else None
        if recorded is not None and recorded.is_finished:
            # `dagster job execute` makes the resources of a run once more, when it has ended, and does nothing.
            yield self
            return

        def warn(message: str) -> None:
            if context.log:
                context.log.warning(message)

        has_begun = False
        try:
            with self._home.exclusive(self._settings.wait_seconds, warn):
                self._archive = Archive(self._home.archive)
                report.begin(self._home.reports)
                start(self._home, self._settings.as_of)
                has_begun = True
                try:
                    yield self
                finally:
                    if self._dbt is not None:
                        self._dbt.dismiss()
                        self._dbt = None
                if context.run is not None and context.instance is not None and has_receiver(self._settings):
                    try:
                        self._tell(context.instance, context.run, warn)
                    except Exception as error:  # the load has ended, and stays what it is
                        warn(f"How this load ended could not be told to anybody: {error}")
        except Exception as error:
            if not has_begun:
                run_id = context.run.run_id if context.run else ""
                tell_of_failure(self._settings, self._home, run_id, str(error), warn)
            raise

    def _tell(self, instance: dg.DagsterInstance, run: dg.DagsterRun, warn: Callable[[str], object]) -> None:
        checks = report.read(self._home.reports, report.of_last_load(self._home.reports))
        entries = instance.all_logs(run.run_id, of_type=set(TOLD_BY))
        events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
        status = getattr(instance.get_run_by_id(run.run_id), "status", None)
        if has_failed(events) and status is not dg.DagsterRunStatus.CANCELING:  # who cancels it knows
            screen = failure_screen(self._home, reasons(events), is_published(events))
            tell_of_failure(self._settings, self._home, run.run_id, screen, warn, checks)
        last_day = window_of(run).last_day
        if last_day is None or last_day >= dt.datetime.now(dt.UTC).date():  # a replay finds what was late long ago
            tell_of_late_data(self._settings, self._home, run.run_id, checks, warn)


@dg.definitions
def resources() -> dg.Definitions:
    """The resources, and the executor: one process, since start-up is most of a run and DuckDB has one writer."""
    return dg.Definitions(
        resources={
            "load": Load(),
        },
        executor=dg.in_process_executor,
    )
