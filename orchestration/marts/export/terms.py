"""Decides which parts of a mart may be redistributed, from the licences of its sources and the declaration in its yml.

Belongs here: the decision. The default is no redistribution: a mart without a declaration is left out, and so is a mart
that is declared free but has a restricted table upstream. Does not belong here: the licences. That of a series is in
`dim_series`, that of another source in `models/sources.yml`.

A mart declares `redistribution` in the `meta` of its yml:

- `whole`: all of it. If figures of FRED are upstream, `fred_series` lists the series that it uses.
- `rows`: the rows for which the condition `rows_passed_on` is true. `{public_tables}` in the condition is replaced by
  the names of the raw tables that may be redistributed as a whole. `rows_without` lists restricted raw tables upstream
  that have no figure in those rows.
- `columns`: the columns whose meta declares a `fred_series` with only free series (an empty list: no series).
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
    """Which parts of a mart may be redistributed.

    Attributes:
        columns: the names of the allowed columns, in order; empty if nothing is allowed.
        condition: SQL that is true for the allowed rows; None for all rows.
        reason: why a part is left out; empty if everything is allowed.
        without: raw tables upstream that have no figure in the allowed rows.
    """

    columns: tuple[str, ...]
    condition: str | None
    reason: str
    without: frozenset[str] = frozenset()


def everything(mart: Mart) -> Terms:
    """The terms for a reader's own use: the whole mart."""
    return Terms(tuple(column.name for column in mart.columns), None, "")


def public(mart: Mart, free_series: Collection[str]) -> Terms:
    """The terms for redistribution.

    Args:
        mart: as the manifest describes it.
        free_series: the series of FRED that may be redistributed.
    """
    declared = mart.meta.get(REDISTRIBUTION)
    if declared == "whole":
        held_back = _what_is_not_free(mart, _all_free(mart.meta.get(SERIES), free_series))
        return _nothing(held_back) if held_back else everything(mart)
    if declared == "rows":
        without = frozenset(mart.meta.get(WITHOUT, ()))
        held_back = _what_is_not_free(mart, ROWS in mart.meta, without)
        if held_back or ROWS not in mart.meta:
            return _nothing(held_back or f"its yml does not declare `{ROWS}`, the rows that may be redistributed")
        reason = "rows that may not be redistributed are left out"
        condition = str(mart.meta[ROWS]).replace(PUBLIC_TABLES, f"({', '.join(map(literal, public_tables()))})")
        return Terms(everything(mart).columns, condition, reason, without)
    if declared == "columns":
        free = tuple(column.name for column in mart.columns if _all_free(column.meta.get(SERIES), free_series))
        left_out = [column.name for column in mart.columns if column.name not in free]
        if free and set(mart.key) <= set(free):
            return Terms(free, None, f"columns left out: {', '.join(left_out)}" if left_out else "")
        return _nothing("a column of its key may not be redistributed")
    if declared == "none":
        return _nothing("its figures are licensed for internal use only")
    return _nothing(f"its yml does not declare `{REDISTRIBUTION}`, the parts that may be redistributed")


def _what_is_not_free(mart: Mart, series_are_declared: bool, without: Collection[str] = ()) -> str:
    """Name the restricted raw table upstream of a mart that is declared free, in a sentence; empty if no table is."""
    for source in mart.sources:
        if source.table in without:
            continue
        if source.is_by_series and not source.may_be_redistributed and not series_are_declared:
            return f"raw.{source.table} is upstream, and its yml does not declare that it uses only free series of it"
        if not source.is_by_series and not source.may_be_redistributed:
            return f"raw.{source.table} is upstream, and is licensed for internal use only"
    return ""


def _all_free(series: Iterable[str] | None, free_series: Collection[str]) -> bool:
    return series is not None and set(series) <= set(free_series)


def _nothing(reason: str) -> Terms:
    return Terms((), None, reason)
