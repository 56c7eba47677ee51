"""What of a mart may be passed on to others: by the licences of what it is made of, and by what its yml declares.

Belongs here: the decision. Nothing leaves that nobody has said may leave: a mart without a declaration stays, and so
does one that is said to be free while something above it in the lineage is not. Does not belong here: the licences; a
series' is in `dim_series`, another source's in `models/sources.yml`.

A mart declares `redistribution` in the `meta` of its yml:

- `whole`: all of it. Where figures of FRED are above it, `fred_series` names those that it is made of.
- `rows`: those for which the condition `rows_passed_on` is true; `{public_tables}` in it stands for the names of the
  tables of raw of which all may be passed on. A table of raw above them that may not be passed on
  is named in `rows_without`, which says that no figure of it is in them.
- `columns`: those whose own meta declares a `fred_series` of which all may be passed on (an empty list: of no series).
- `none`: nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from orchestration.marts.manifest import Mart
from orchestration.tables.raw_tables import public_tables
from orchestration.tables.sql import literal

PUBLIC_TABLES = "{public_tables}"
REDISTRIBUTION, ROWS, WITHOUT, SERIES = "redistribution", "rows_passed_on", "rows_without", "fred_series"


@dataclass(frozen=True)
class Terms:
    """What of a mart may be passed on.

    Attributes:
        columns: their names, in order; none where nothing may.
        condition: SQL that is true of the rows that may be; None for all rows.
        reason: why something stays; empty where all may leave.
        without: tables of raw above the mart of which no figure is in those rows.
    """

    columns: tuple[str, ...]
    condition: str | None
    reason: str
    without: frozenset[str] = frozenset()


def everything(mart: Mart) -> Terms:
    """The terms of a reader's own use: all of it."""
    return Terms(tuple(column.name for column in mart.columns), None, "")


def public(mart: Mart, free_series: Collection[str]) -> Terms:
    """What may be passed on.

    Args:
        mart: as the manifest describes it.
        free_series: the series of FRED whose figures may be passed on.
    """
    declared = mart.meta.get(REDISTRIBUTION)
    if declared == "whole":
        held_back = _what_is_not_free(mart, _all_free(mart.meta.get(SERIES), free_series))
        return _nothing(held_back) if held_back else everything(mart)
    if declared == "rows":
        without = frozenset(mart.meta.get(WITHOUT, ()))
        held_back = _what_is_not_free(mart, ROWS in mart.meta, without)
        if held_back or ROWS not in mart.meta:
            return _nothing(held_back or f"it does not say, as `{ROWS}`, which rows")
        reason = "rows that may not be passed on are left out"
        condition = str(mart.meta[ROWS]).replace(PUBLIC_TABLES, f"({', '.join(map(literal, public_tables()))})")
        return Terms(everything(mart).columns, condition, reason, without)
    if declared == "columns":
        free = tuple(column.name for column in mart.columns if _all_free(column.meta.get(SERIES), free_series))
        left_out = [column.name for column in mart.columns if column.name not in free]
        if free and set(mart.key) <= set(free):
            return Terms(free, None, f"columns left out: {', '.join(left_out)}" if left_out else "")
        return _nothing("a column of its key may not be passed on")
    if declared == "none":
        return _nothing("its figures are licensed for use here only")
    return _nothing(f"its yml does not say, as `{REDISTRIBUTION}`, what of it may be passed on")


def _what_is_not_free(mart: Mart, series_are_told: bool, without: Collection[str] = ()) -> str:
    """What stands above a mart that is said to be free, and is not; empty if nothing does."""
    for source in mart.sources:
        if source.table in without:
            continue
        if source.is_by_series and not source.may_be_redistributed and not series_are_told:
            return f"figures of raw.{source.table} are above it, and its yml does not say that only free ones are in it"
        if not source.is_by_series and not source.may_be_redistributed:
            return f"raw.{source.table} is above it, which is licensed for use here only"
    return ""


def _all_free(series: Iterable[str] | None, free_series: Collection[str]) -> bool:
    return series is not None and set(series) <= set(free_series)


def _nothing(reason: str) -> Terms:
    return Terms((), None, reason)
