"""Which release of TIC a document belongs to.

Belongs here: the reading of the list of release days. Does not belong here: how the publisher announces them
(`release_calendar`), and what a document says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache

import pandas as pd

from orchestration.tables.seeds import read_seed

_MONTHLY = frozenset({"slt_table1", "slt_table3", "slt_table5", "mfhhis01", "slt3d_globl", "s1_globl", "cslt", "mfh"})


def release_day(
    dataset: str,
    newest_month_end: dt.date,
    retrieved_on: dt.date,
    retrieved_before: dt.date | None,
    announced: Mapping[dt.date, dt.date] | None = None,
) -> dt.date:
    """The day on which the publisher released a document.

    Args:
        dataset: of the document.
        newest_month_end: the newest month that it holds figures for.
        retrieved_on: when we got it.
        retrieved_before: when we got the previous, different document of the dataset; None if there is none.
        announced: release days of the publisher's own calendar by data month; they replace estimates of our list.

    Returns:
        The release of its newest month, if that lies between the two retrievals; else the last release between
        them; else, and for what is not released monthly, the day of retrieval.
    """
    if dataset not in _MONTHLY:
        return retrieved_on
    after = retrieved_before or dt.date.min
    # Our list knows of closures and corrections; its estimates give way to the publisher's own words.
    days = _estimated_days() | dict(announced or {}) | _listed_days()
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


def announced_days(calendars: Iterable[pd.DataFrame]) -> dict[dt.date, dt.date]:
    """The release day of each data month by the publisher's calendars.

    Args:
        calendars: as `parse` returns them, the oldest first. A later one replaces an earlier one, and a release that
            came out replaces one that was scheduled.
    """
    days: dict[dt.date, dt.date] = {}
    frames = list(calendars)
    for kind in ("scheduled", "published"):
        for frame in frames:
            rows = frame[frame["kind"] == kind]
            days |= dict(zip(rows["data_month_end"].dt.date, rows["announced_on"].dt.date, strict=True))
    return days


def _listed_days() -> dict[dt.date, dt.date]:
    return _days_of_list(is_estimated=False)


def _estimated_days() -> dict[dt.date, dt.date]:
    return _days_of_list(is_estimated=True)


@cache
def _days_of_list(*, is_estimated: bool) -> dict[dt.date, dt.date]:
    calendar = read_seed("tic_release_calendar")
    chosen = calendar[(calendar["basis"] == "estimated") == is_estimated]
    pairs = zip(chosen["data_month_end"], chosen["released_on"], strict=True)
    return {dt.date.fromisoformat(month): dt.date.fromisoformat(day) for month, day in pairs}
