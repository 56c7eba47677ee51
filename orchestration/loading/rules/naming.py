"""Describes a row that breaks a rule: country or series, month or day, value; then file and line.

Belongs here: the text for one row or document. Does not belong here: which rows break a rule (`breaches`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from orchestration.loading.workspace import Entry
from orchestration.tables.raw_table import RawTable
from orchestration.tables.seeds import read_seed

COUNTRY = "country_code"


def name_row(table: RawTable, row: Mapping[str, Any], entry: Entry | None) -> str:
    """One row, on one line.

    Args:
        table: the raw table.
        row: the columns of the table's key, `line_number`, and the columns that the rule shows.
        entry: the row's document.
    """
    period = table.period_column[0]
    names = sorted((name for name in table.key if name != period), key=lambda name: name != COUNTRY)
    subject = [_subject(name, row[name]) for name in names]
    values = {name: value for name, value in row.items() if name not in (*table.key, "line_number", "document_id")}
    line = "" if _is_missing(row["line_number"]) else f", line {row['line_number']}"
    document = f"{entry.source} {entry.dataset} of {entry.retrieved_at[:10]}" if entry else "an earlier load"
    return f"{', '.join(subject)}, {_period(period, row[period])}{_listed(values)} ({document}{line})"


def name_document(row: Mapping[Hashable, Any], entry: Entry | None) -> str:
    """One document with the columns that a rule shows, on one line."""
    dataset = f"{entry.source} {entry.dataset}" if entry else str(row["document_id"])
    values = {str(name): value for name, value in row.items() if name != "document_id"}
    where = f" ({entry.address} of {entry.retrieved_at[:10]})" if entry else ""
    return f"{dataset}{_listed(values)}{where}"


def name_dataset(row: Mapping[Hashable, Any]) -> str:
    """One dataset with the columns that a rule shows, on one line."""
    values = {str(name): value for name, value in row.items() if name not in ("source", "dataset")}
    return f"{row['source']} {row['dataset']}{_listed(values)}"


def shown(value: object) -> str:
    """A value for people: no trailing zeros, no midnight."""
    if _is_missing(value):
        return "-"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dt.datetime):
        return str(value).removesuffix(" 00:00:00")
    return str(value)


def _subject(column: str, value: object) -> str:
    if column != COUNTRY or _is_missing(value):
        return shown(value)
    countries = read_seed("countries")
    names = countries.loc[countries["country_code"] == value, "country"]
    return f"{names.iloc[0]} ({value})" if len(names) else f"country {value}"


def _period(column: str, value: object) -> str:
    return shown(value)[:7] if column.endswith("month_end") and not _is_missing(value) else shown(value)


def _listed(values: Mapping[str, object]) -> str:
    text = ", ".join(f"{name} {shown(value)}" for name, value in values.items())
    return f": {text}" if text else ""


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
