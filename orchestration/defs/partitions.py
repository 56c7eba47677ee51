"""Partitions: a load month is all that was learned in that month.

Belongs here: partition definitions, and what days a run covers. TIC's lag of two months is a release day in the data,
never an offset between partitions.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from orchestration.warehouse.offer import Window

load_months = dg.MonthlyPartitionsDefinition(start_date="2000-01-01", end_offset=1)
"""From the first month of the history to the current one."""

replay = dg.BackfillPolicy.single_run()
"""A backfill replays the archive in the order of knowledge, in one run."""


def window_of(context: dg.AssetExecutionContext) -> Window:
    """The days of retrieval that a run covers; all, if it was started without load months."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return Window()
    span = context.partition_time_window
    return Window(span.start.date(), (span.end - dt.timedelta(days=1)).date())
