"""Partitions: a load month is everything learned in that month.

Belongs here: partition definitions, and the days that a run covers. TIC's lag of two months is a release day in the
data, never an offset between partitions.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from orchestration.loading.parse import Window

load_months = dg.MonthlyPartitionsDefinition(start_date="2000-01-01", end_offset=1)
"""From the first month of the history to the current one."""

replay = dg.BackfillPolicy.single_run()
"""A backfill replays the archive in the order of knowledge, in one run."""


def window_of(run: dg.DagsterRun) -> Window:
    """The retrieval days that a run covers; all days, if it was started without load months.

    Only the archive is partitioned: Dagster would not run partitioned assets one after the other in a run without
    partitions. So this reads the run's tags, which every step can see.
    """
    month = run.tags.get("dagster/partition")
    first = run.tags.get("dagster/asset_partition_range_start", month)
    last = run.tags.get("dagster/asset_partition_range_end", month)
    if first is None or last is None:
        return Window()
    end = load_months.time_window_for_partition_key(last).end
    return Window(load_months.time_window_for_partition_key(first).start.date(), (end - dt.timedelta(days=1)).date())
