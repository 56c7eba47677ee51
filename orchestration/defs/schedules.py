"""Schedules: start a load by the clock. Also what schedules and sensors check before they start a load."""

from __future__ import annotations

from typing import NamedTuple

import dagster as dg

from orchestration.defs.jobs import monthly_load
from orchestration.home import Home
from orchestration.settings import Settings, SettingsError, load_settings


class Switch(NamedTuple):
    """Whether schedules and sensors run unless they were switched in the UI."""

    schedules: dg.DefaultScheduleStatus
    sensors: dg.DefaultSensorStatus


def _switch() -> Switch:
    try:
        is_on = load_settings().automation == "on"
    except SettingsError:  # the load reports the error; it must not keep the UI from opening
        is_on = False
    if is_on:
        return Switch(dg.DefaultScheduleStatus.RUNNING, dg.DefaultSensorStatus.RUNNING)
    return Switch(dg.DefaultScheduleStatus.STOPPED, dg.DefaultSensorStatus.STOPPED)


SWITCH = _switch()


def reason_to_wait(settings: Settings) -> str | None:
    """The reason not to start a load now, or None."""
    if settings.source != "live":
        return f"TIDEMARK_SOURCE={settings.source}: only live publishers have anything new. Set it to `live`."
    if settings.as_of is not None:
        return f"TIDEMARK_AS_OF={settings.as_of}: the past has nothing new. Unset it."
    holder = Home(settings.home).holder()
    return None if holder is None else f"Another load ({holder}) is running in {settings.home}; it asks the publishers."


@dg.schedule(
    name="daily_load",
    job=monthly_load,
    cron_schedule="30 2 * * *",
    execution_timezone="UTC",
    default_status=SWITCH.schedules,
    description=(
        "Runs monthly_load each night at 02:30 UTC, when the day is over: FRED and Treasury have "
        "published the American day, and the exchanges have closed their candles at midnight UTC."
    ),
)
def daily_load(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One load a day, unless one is running."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return dg.SkipReason(str(error))
    reason = reason_to_wait(settings)
    if reason is not None:
        return dg.SkipReason(reason)
    day = f"{context.scheduled_execution_time:%Y-%m-%d}"
    return dg.RunRequest(run_key=f"daily-{day}", tags={"tidemark/started_by": f"daily-{day}"})
