"""Runs a comparison, from two sides to their differences.

Belongs here: the order of the steps. Does not belong here: any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.marts.catalog import catalog
from orchestration.marts.comparison.differences import Difference, compare, tables_of
from orchestration.marts.comparison.sides import (
    FUNCTIONS,
    ComparisonError,
    Side,
    check_days,
    check_tables,
    opened,
    relation,
)


@dataclass(frozen=True)
class Comparison:
    """Two sides and their differences.

    Attributes:
        sides: from and to.
        simulated: the files that contain simulated figures.
        differences: one per mart, by name, including marts without differences.
    """

    sides: tuple[Side, Side]
    simulated: frozenset[Path]
    differences: Sequence[Difference]


def compare_sides(sides: tuple[Side, Side], mart: str | None, rows: int) -> Comparison:
    """Compare two sides, mart by mart.

    Args:
        sides: both with a day, or both without.
        mart: only this mart; None for all.
        rows: how many changes to return per mart.

    Raises:
        ComparisonError: a file cannot be compared, or the mart does not exist.
    """
    first, second = sides
    of_days = first.day is not None
    tables = [table for table in tables_of(catalog()) if not of_days or table.name in FUNCTIONS]
    chosen = [table for table in tables if mart in (None, table.name)]
    if not chosen:
        what = "Two days can be compared of" if of_days else "The marts are"
        raise ComparisonError(f"--mart {mart}: {what}: {', '.join(table.name for table in tables)}.")
    try:
        with opened(sides) as (connection, names):
            check_tables(connection, names, chosen)
            if of_days:
                check_days(connection, names, sides)
            simulated = frozenset(
                file
                for file, name in names.items()
                if connection.execute(f"select bool_or(is_simulated) from {name}.marts.warehouse_info").fetchall()[0][0]
            )
            found = [
                compare(
                    connection, table, relation(first, names, table.name), relation(second, names, table.name), rows
                )
                for table in chosen
            ]
            return Comparison(sides, simulated, found)
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise ComparisonError(f"{first.file} and {second.file} cannot be compared: {reason}") from None
