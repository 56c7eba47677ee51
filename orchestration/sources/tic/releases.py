"""Which release of TIC a document belongs to.

Belongs here: the reading of the list of release days. Does not belong here: how the publisher announces them
(`release_calendar`), and what a document says.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from orchestration.tables.seeds import read_seed

_MONTHLY = frozenset({"slt_table1", "slt_table3", "slt_table5", "mfhhis01", "slt3d_globl", "s1_globl"})


def release_day(
    dataset: str, newest_month_end: dt.date, retrieved_on: dt.date, retrieved_before: dt.date | None
) -> dt.date:
    """The day on which the publisher put out what a document says.

    Args:
        dataset: of the document.
        newest_month_end: the newest month that it holds figures for.
        retrieved_on: when we got it.
        retrieved_before: when we got the document of the dataset before it, which said something else; None if none.

    Returns:
        The release of its newest month, if that lies between the two retrievals; else the last release between
        them; else, and for what is not released monthly, the day of retrieval.
    """
    if dataset not in _MONTHLY:
        return retrieved_on
    after = retrieved_before or dt.date.min
    days = _release_days()
    own = days.get(newest_month_end)
    if own is not None and after < own <= retrieved_on:
        return own
    between = [day for day in days.values() if after < day <= retrieved_on]
    return max(between, default=retrieved_on)


def past_release_days() -> list[dt.date]:
    """The days of the releases, oldest first, without those that are estimated."""
    calendar = read_seed("tic_release_calendar")
    days = calendar.loc[calendar["basis"] != "estimated", "released_on"]
    return [dt.date.fromisoformat(day) for day in days]


@cache
def _release_days() -> dict[dt.date, dt.date]:
    calendar = read_seed("tic_release_calendar")
    pairs = zip(calendar["data_month_end"], calendar["released_on"], strict=True)
    return {dt.date.fromisoformat(month): dt.date.fromisoformat(day) for month, day in pairs}
