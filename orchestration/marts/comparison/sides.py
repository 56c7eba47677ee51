"""The two sides of a comparison: what the user named, and the relations it means.

Belongs here: reading the two arguments, opening the files, rejecting what cannot be compared. Does not belong here: the
comparison itself (`differences.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import CATALOG
from orchestration.marts.comparison.differences import Table
from orchestration.published import explain
from orchestration.tables.sql import literal

FUNCTIONS = {"fct_holdings": "holdings_as_of", "fct_observations": "observations_as_of"}
"""Mart -> the table function that returns it as known on another day. There are no others."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ComparisonError(Exception):
    """The two sides cannot be compared; the message says why and what to do."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        file: of the warehouse.
        day: the warehouse as known at the end of this day; None for its marts as they are.
    """

    file: Path
    day: dt.date | None = None

    @property
    def name(self) -> str:
        """The name to show."""
        return str(self.file) if self.day is None else f"what was known on {self.day}"


def sides_of(first: str, second: str, published: Path, today: dt.date) -> tuple[Side, Side]:
    """Read the two arguments: two days of the published warehouse, or two homes or files.

    Raises:
        ComparisonError: one of each kind, an invalid or future day, or a missing file.
    """
    days = [_day(text, today) for text in (first, second)]
    if days[0] is not None and days[1] is not None:
        file = _file(str(published))
        return Side(file, days[0]), Side(file, days[1])
    if days[0] is not None or days[1] is not None:
        raise ComparisonError(
            f"{first} and {second} are of different kinds. "
            "Give two days (YYYY-MM-DD) of one warehouse, or two homes or files."
        )
    return Side(_file(first)), Side(_file(second))


@contextmanager
def opened(sides: Sequence[Side]) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[Path, str]]]:
    """Open the files of the sides for reading, in one connection.

    Yields:
        The connection, and the name of each file's database in it. The connection writes only to memory.

    Raises:
        ComparisonError: a file is not a warehouse.
    """
    names: dict[Path, str] = {}
    with duckdb.connect(config={"memory_limit": "500MB", "threads": "2"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for side in sides:
            if side.file not in names:
                name = f"warehouse_{len(names)}"
                try:
                    connection.execute(f"attach {literal(str(side.file.resolve()))} as {name} (read_only)")
                except duckdb.Error as error:
                    raise ComparisonError(explain(error, side.file)) from None
                names[side.file] = name
        yield connection, names


def check_tables(connection: duckdb.DuckDBPyConnection, names: Mapping[Path, str], tables: Sequence[Table]) -> None:
    """Check that each file has these marts with the columns of this version.

    Raises:
        ComparisonError: a mart or a column is missing or unknown.
    """
    for file, name in names.items():
        rows = connection.execute(
            "select table_name, list(column_name) from duckdb_columns() "
            "where database_name = ? and schema_name = 'marts' group by all",
            [name],
        ).fetchall()
        found = dict(rows)
        for table in tables:
            trouble = _trouble(table, found.get(table.name))
            if trouble:
                raise ComparisonError(
                    f"{file}: {trouble}. The file was made by another version of Tidemark, or is not a warehouse. "
                    "Load it again with this version; the archive has everything it needs."
                )


def check_days(connection: duckdb.DuckDBPyConnection, names: Mapping[Path, str], sides: Sequence[Side]) -> None:
    """Check that the warehouse knows what was known on these days.

    Raises:
        ComparisonError: a day before its history, or after its own as-of day.
    """
    for side in sides:
        if side.day is None:
            continue
        name = names[side.file]
        first, as_of = connection.execute(
            f"select (select min(known_at)::date from (select known_at from {name}.marts.fct_holdings_vintages "
            f"union all select known_at from {name}.marts.fct_observation_vintages)), "
            f"(select as_of from {name}.marts.warehouse_info)"
        ).fetchall()[0]
        if first is None or side.day < first:
            raise ComparisonError(f"{side.file}: nothing was known on {side.day}: its history begins on {first}.")
        if as_of is not None and side.day > as_of:
            raise ComparisonError(
                f"{side.file} was built as of {as_of}: it does not contain what became known up to {side.day}. "
                "Load without TIDEMARK_AS_OF, then compare."
            )


def relation(side: Side, names: Mapping[Path, str], mart: str) -> str:
    """A mart of one side, for use after FROM."""
    name = names[side.file]
    if side.day is None:
        return f"{name}.marts.{mart}"
    return f"{name}.marts.{FUNCTIONS[mart]}(date '{side.day}', warehouse := {literal(name)})"


def _day(text: str, today: dt.date) -> dt.date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ComparisonError(f"{text} is not a valid day.") from None
    if day > today:
        raise ComparisonError(f"{text} is in the future.")
    return day


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    file = path / f"{CATALOG}.duckdb" if path.is_dir() else path
    if not file.is_file():
        what = "the home has no published warehouse yet. Load first" if path.is_dir() else "no such file"
        raise ComparisonError(f"{file}: {what}.")
    return file


def _trouble(table: Table, columns: Sequence[str] | None) -> str | None:
    if columns is None:
        return f"it has no table marts.{table.name}"
    missing = [name for name in table.columns if name not in columns]
    if missing:
        return f"marts.{table.name} has no column {missing[0]}"
    unknown = [name for name in columns if name not in table.columns]
    return f"marts.{table.name} has a column {unknown[0]} that this version does not know" if unknown else None
