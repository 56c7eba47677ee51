"""Resources: the load that a run performs.

Belongs here: what steps share. Does not belong here: what steps do.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration.archive import Archive
from orchestration.quality import report
from orchestration.settings import Settings, load_settings
from orchestration.warehouse.home import Home
from orchestration.warehouse.working import start


class Load(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One load: the home, held for this run alone, with a working file that is gone when the run ends.

    What a run does stays in the working file until the step `warehouse` publishes it, whole and checked.
    """

    _settings: Settings = PrivateAttr()
    _home: Home = PrivateAttr()
    _archive: Archive = PrivateAttr()

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

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Load, None, None]:
        """Hold the home from the first step of a run to its last."""
        self._settings = load_settings()
        self._home = Home(self._settings.home)

        def warn(message: str) -> None:
            if context.log:
                context.log.warning(message)

        with self._home.exclusive(self._settings.wait_seconds, warn):
            self._archive = Archive(self._home.archive)
            report.begin(self._home.reports)
            start(self._home, self._settings.as_of)
            yield self


@dg.definitions
def resources() -> dg.Definitions:
    """The resources, and the executor: one process, since start-up is most of a run and DuckDB has one writer."""
    return dg.Definitions(
        resources={
            "load": Load(),
        },
        executor=dg.in_process_executor,
    )
