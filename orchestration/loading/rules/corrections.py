"""Finds accepted rows: rows that break a rule and that a line of `corrections.csv` accepts.

Belongs here: matching rows and documents with lines. Does not belong here: corrections that replace a figure; staging
applies those, so that raw keeps what the publisher served.
"""

from __future__ import annotations

import duckdb

from orchestration.tables.raw_table import RawTable
from orchestration.tables.seeds import read_seed

ACCEPT = "accept"
ACTIVE = "active"


def accepted_rows(connection: duckdb.DuckDBPyConnection, table: RawTable) -> list[tuple[int, str, str]]:
    """The entries of `broken` (row_number, rule) that a correction accepts.

    Args:
        connection: with the relations `broken` and `incoming`.
        table: the raw table.

    Returns:
        (row_number, rule, correction_id)
    """
    corrections = read_seed("corrections")
    lines = corrections[
        (corrections["status"] == ACTIVE)
        & (corrections["action"] == ACCEPT)
        & (corrections["source_table"] == table.name)
    ]
    if lines.empty:
        return []
    connection.register("acceptances", lines)
    series, *others = table.series_columns
    subject = "country_code" if "country_code" in others else "symbol" if "symbol" in others else None
    conditions = [
        "acceptances.rule = broken.rule",
        f"acceptances.series = incoming.{series}",
        f"coalesce(cast(acceptances.period as timestamp) = incoming.{table.period_column[0]}, true)",
    ]
    if subject:
        conditions.append(f"coalesce(acceptances.subject = incoming.{subject}, true)")
    if "instrument" in table.key_columns:
        conditions.append("coalesce(acceptances.instrument = incoming.instrument, true)")
    return connection.execute(
        f"""
        select broken.row_number, broken.rule, min(acceptances.correction_id)
        from broken
        inner join incoming on broken.row_number = incoming.row_number
        inner join acceptances on {" and ".join(conditions)}
        group by broken.row_number, broken.rule
        """
    ).fetchall()


def accepts_document(rule: str, table: str, dataset: str, retrieved_on: str) -> bool:
    """Whether a correction accepts a document that breaks a rule: `series` names the dataset, `period` the day."""
    lines = read_seed("corrections")
    found = lines[
        (lines["status"] == ACTIVE)
        & (lines["action"] == ACCEPT)
        & (lines["source_table"] == table)
        & (lines["rule"] == rule)
        & (lines["series"] == dataset)
        & (lines["period"].isna() | (lines["period"] == retrieved_on))
    ]
    return not found.empty
