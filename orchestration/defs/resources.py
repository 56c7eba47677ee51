"""Resources: the load, which the steps of a run share.

Belongs here: what steps share. Does not belong here: what steps do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from orchestration.archive import Archive, ArchiveError
from orchestration.archive.ledger import first_identities, ledger_of
from orchestration.archive.store import set_aside_ids
from orchestration.defs.failure import StepError
from orchestration.defs.partitions import window_of
from orchestration.home import Home, HomeError
from orchestration.interrupts import checkpoint, on_interrupt, watching
from orchestration.loading.parse import Decision, Window, no_longer_read, read_decisions
from orchestration.loading.rules import report
from orchestration.loading.workspace import Workspace
from orchestration.runs.alerts import has_receiver, report_conditions, report_failure, report_late_data
from orchestration.runs.outcome import OUTCOME_EVENTS, failure_screen, has_failed, is_published, reasons
from orchestration.runs.run_history import prune
from orchestration.runs.runner import BUILD_ALL
from orchestration.settings import Settings, SettingsError, load_settings
from orchestration.sources.registry import check_base_urls
from orchestration.tables.seeds import check_lists, write_seeds
from orchestration.warehouse import last_build, up_to_date
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.working import connect, keep_open, let_go, start

ALERT_SECONDS = 4.0
"""How long the alert of an interrupted load may take."""


class Load(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One load: the home, locked for this run, and a working file that is removed when the run ends.

    All changes stay in the working file until the step `warehouse` publishes it.
    """

    _settings: Settings = PrivateAttr()
    _home: Home = PrivateAttr()
    _archive: Archive = PrivateAttr()
    _published_before: Path = PrivateAttr()
    _dbt: Dbt | None = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """The settings at the start of the run."""
        return self._settings

    @property
    def home(self) -> Home:
        """The folders of the installation."""
        return self._home

    @property
    def workspace(self) -> Workspace:
        """The files that the steps of this load pass to each other."""
        return Workspace(self._home.work)

    @property
    def archive(self) -> Archive:
        """The archive."""
        return self._archive

    def ready_dbt(self) -> Dbt:
        """The dbt process of this load, for one command. Started early, it imports its modules on the second core."""
        if self._dbt is None:
            self._dbt = Dbt(self._home.work, write_seeds(self._home.dbt / "seeds"))
        return self._dbt

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Load, None, None]:
        """Lock the home from the first step of a run to the last, and send alerts about the result.

        Every run passes here exactly once, however it was started. Dagster returns here when the last step has ended,
        and only then records the end of the run.
        """
        try:
            self._settings = load_settings()
            check_lists()
            check_base_urls(self._settings)
        except SettingsError as error:
            raise StepError(str(error)) from None
        self._home = Home(self._settings.home, self._settings.memory_limit)

        recorded = context.instance.get_run_by_id(context.run.run_id) if context.instance and context.run else None
        if recorded is not None and recorded.is_finished:
            # `dagster job execute` creates the resources of a finished run once more and does not use them.
            yield self
            return

        def warn(message: str) -> None:
            if context.log:
                context.log.warning(message)

        has_begun = False
        try:
            with (
                watching(),
                on_interrupt(lambda: self._interrupted(context)),
                self._home.exclusive(self._settings.wait_seconds, warn),
            ):
                self._published_before = self._home.published.resolve()
                report.begin(self._home.reports)
                self._archive = self._start(context.run, warn)
                if self._settings.source == "live" and _is_current(context.run):
                    self._archive.check_clock(dt.datetime.now(dt.UTC))
                has_begun = True
                keep_open(self._home)
                try:
                    yield self
                finally:
                    if self._dbt is not None:
                        self._dbt.stop()
                        self._dbt = None
                    let_go(self._home)
                checkpoint()
                self._finish(context, warn)
        except Exception as error:
            if not has_begun:
                run_id = context.run.run_id if context.run else ""
                report_failure(self._settings, self._home, run_id, str(error), warn)
                if isinstance(error, HomeError | ArchiveError | OSError | duckdb.Error):
                    raise StepError(str(error)) from None
            raise

    def _start(self, run: dg.DagsterRun | None, warn: Callable[[str], object]) -> Archive:
        """Make the working file, and open the archive."""
        if run is not None and BUILD_ALL in run.tags:
            up_to_date.forget(self._home)
        without = set_aside_ids(self._home.archive)
        self._make_working_file(without)
        archive = self._opened_archive(run, warn)
        if wrong := no_longer_read(archive, self._decisions()):
            # Later documents were compared with their rows, so raw must be filled again without them.
            self._make_working_file(without.union(wrong))
            archive = self._opened_archive(run, warn)
        return archive

    def _make_working_file(self, without: Collection[str]) -> None:
        usable = last_build.usable(self._home, self._settings)
        start(self._home, self._settings.as_of, without, usable)

    def _decisions(self) -> dict[str, Decision]:
        with connect(self._home) as connection:
            return read_decisions(connection)

    def _opened_archive(self, run: dg.DagsterRun | None, warn: Callable[[str], object]) -> Archive:
        with connect(self._home) as connection:
            ledger = ledger_of(connection)
        # The working file is empty if the published one cannot be used. Nothing that was published may get lost then.
        before = [] if ledger else self._home.snapshot_files()
        if before and run is not None and window_of(run) != Window():
            raise HomeError(
                f"{self._home.published} cannot be used as the start of a load: it is damaged, of another version, or "
                "made from documents that are not used any more. A load of some load months would publish only these. "
                "Run a load without --months first."
            )
        published = first_identities(before, warn)
        return Archive(self._home.archive, ledger, published=published)

    def _finish(self, context: dg.InitResourceContext, warn: Callable[[str], object]) -> None:
        """Shorten the history and send alerts. The load has ended; a failure here does not change its result."""
        if context.instance is None or context.run is None:
            return
        try:
            prune(context.instance, self._home.dagster, self._settings.keep_runs)
        except Exception as error:
            warn(f"Old runs could not be deleted from Dagster's history: {error}")
        if has_receiver(self._settings):
            try:
                self._alert(context.instance, context.run, warn)
            except Exception as error:
                warn(f"No alert could be sent about how this load ended: {error}")

    def _alert(self, instance: dg.DagsterInstance, run: dg.DagsterRun, warn: Callable[[str], object]) -> None:
        checks = report.read(self._home.reports, report.of_last_load(self._home.reports))
        entries = instance.all_logs(run.run_id, of_type=set(OUTCOME_EVENTS))
        events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
        if has_failed(events):
            screen = failure_screen(self._home, reasons(events), is_published(events))
            report_failure(self._settings, self._home, run.run_id, screen, warn, checks)
        if _is_current(run):
            report_late_data(self._settings, self._home, run.run_id, checks, warn)
        report_conditions(self._settings, self._home, run.run_id, warn)

    def _interrupted(self, context: dg.InitResourceContext) -> None:
        """Record in Dagster that a signal ended the run, and send an alert unless a user canceled the run in the UI."""
        run_id = context.run.run_id if context.run else ""
        run = context.instance.get_run_by_id(run_id) if context.instance and run_id else None
        if context.instance is not None and run is not None and not run.is_finished:
            context.instance.report_run_canceled(run, message="A signal ended the load. Run it again.")
        if run is None or run.status is not dg.DagsterRunStatus.CANCELING:
            is_published = self._home.published.resolve() != self._published_before
            screen = f"The load was interrupted. {self._home.what_readers_have(published=is_published)}"
            report_failure(self._settings, self._home, run_id, screen, str, seconds=ALERT_SECONDS)


def _is_current(run: dg.DagsterRun | None) -> bool:
    """Whether a run also loads today's documents. A replay of earlier months fetches nothing and is always late."""
    last_day = window_of(run).last_day if run else None
    return last_day is None or last_day >= dt.datetime.now(dt.UTC).date()
