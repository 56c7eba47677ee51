"""Sensors: start a load when a publisher has released new data."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import dagster as dg

from orchestration.defs.jobs import monthly_load
from orchestration.defs.schedules import SWITCH, reason_to_wait
from orchestration.home import Home
from orchestration.published import PublishedError
from orchestration.runs.release_watch import Watch, asker, look, read_held, settings_for_looks
from orchestration.settings import SettingsError, load_settings
from orchestration.sources.http import HttpClient


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def release_sensor(now: Callable[[], dt.datetime] = _now) -> dg.SensorDefinition:
    """The sensor of TIC's releases.

    Args:
        now: the clock, UTC.
    """

    @dg.sensor(
        name="tic_release",
        job=monthly_load,
        minimum_interval_seconds=600,
        default_status=SWITCH.sensors,
        description=(
            "Starts monthly_load when TIC has released a new month. From 16:00 in Washington on the day that the "
            "calendar announces, it sends one conditional request every ten minutes; every hour after six hours, every "
            "day after three days (closed offices). No request is sent before that day."
        ),
    )
    def tic_release(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        try:
            settings = load_settings()
        except SettingsError as error:
            return dg.SensorResult(skip_reason=str(error), cursor=context.cursor)
        reason = reason_to_wait(settings)
        if reason is not None:
            return dg.SensorResult(skip_reason=reason, cursor=context.cursor)
        home, started = Home(settings.home), time.monotonic()
        try:
            held = read_held(home.published)
        except PublishedError as error:
            return dg.SensorResult(skip_reason=str(error), cursor=context.cursor)
        with HttpClient(settings_for_looks(settings)) as client:
            ask = asker(client, settings, home, lambda: time.monotonic() - started)
            found = look(now(), held, Watch.from_text(context.cursor), ask)
        context.log.info(found.message)
        if found.load is None:
            return dg.SensorResult(skip_reason=found.message, cursor=found.watch.to_text())
        request = dg.RunRequest(run_key=found.load, tags={"tidemark/started_by": found.load})
        return dg.SensorResult(run_requests=[request], cursor=found.watch.to_text())

    return tic_release


tic_release = release_sensor()
