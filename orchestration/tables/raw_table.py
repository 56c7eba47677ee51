"""Describes a raw table: its key, its columns, what a missing row means, its sources and its licence.

Belongs here: the shape of a description, and what follows from one alone. Does not belong here: the descriptions
themselves (one module per table in `raw/`), and how a publisher's bytes become rows (`sources`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from orchestration.tables.sql import equal

BY_SERIES = "by_series"
"""The licence of a table in which each series has its own."""


class Absence(Enum):
    """The meaning of a key that an earlier document had and a later one does not."""

    RETRACTION = "the publisher retracted the value, if the key is inside the window of the document"
    SILENCE = "nothing: the publisher serves slices"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: in raw and in the rows that a parser returns.
        kind: DuckDB's type.
        description: for people.
        unit: of the figures; None for text, or if another column names the unit.
    """

    name: str
    kind: str
    description: str
    unit: str | None = None


@dataclass(frozen=True)
class ReleaseDay:
    """The column of the parsed rows that has the publisher's own day of each row.

    Attributes:
        column: of the parsed rows, not of raw. If it is empty, the day of the document counts.
        is_vintage: a document has several vintages of one figure, each with its day (FRED's API). If false, a
            document has only the current values, and the day is the start of their validity.
    """

    column: str
    is_vintage: bool


@dataclass(frozen=True)
class Series:
    """One series of a table of observations: a line of the seed `observation_series`.

    Attributes:
        published_name: what the publisher calls it; the value of the table's series column.
        series_id: its name in the marts.
        kind: the publisher's kind of series (`index`, `category`, ...).
        title: what it measures.
        units: of its values.
        frequency: `D` business days, `D7` every day, `W` weekly, `M` monthly, `Q` quarterly.
        role: its purpose in this warehouse.
        publication_lag_days: days from the date of an observation to its publication.
        licence: as in `dim_series`.
        calendar: the days on which it has values: `business`, `daily`, `weekly_wednesday`, ...
        lowest, highest: bounds of its values.
    """

    published_name: str
    series_id: str
    kind: str
    title: str
    units: str
    frequency: str
    role: str
    publication_lag_days: int
    licence: str
    calendar: str
    lowest: float
    highest: float


@dataclass(frozen=True)
class Observations:
    """Declares that the figures of a table are observations of series and go into the marts of observations.

    Attributes:
        model: the staging model that has them: series_id, document_id, date, released_on, retrieved_at, value.
        series: all of them; empty if they have a list of their own (FRED's catalogue).
        is_fallback: its figures fill the gaps of another table's series, in models of their own.
    """

    model: str
    series: tuple[Series, ...] = ()
    is_fallback: bool = False


@dataclass(frozen=True)
class RawTable:
    """One table of the schema `raw`: everything that the steps of a load, dbt and the docs need to know about it.

    Attributes:
        name: without the schema.
        about: the content of its rows, as part of a sentence: "par yields by tenor and day".
        grain: what identifies a row, as part of a sentence: "tenor, date and vintage".
        sources: names of its publishers.
        series: the columns of the series that a row belongs to; absence is evaluated within a series.
        period: the date or time that a figure is about.
        keys: with series and period, they identify a row within one vintage.
        values: the compared columns; a change in any of them is a new vintage.
        others: columns that are loaded but not compared.
        absence: what a missing key means.
        licence: as in `dim_series`; `internal_use` for data of an exchange; `by_series`.
        may_be_redistributed: whether its figures may be redistributed; `by_series` if it depends on the series.
        release_day: the publisher's own day of a row, if its documents have one.
        is_said_once: no document repeats a figure; its parser refuses one that does. Spares the guard a sort.
        is_own: its documents are our own earlier statements. One is loaded together with the first document of a
            publisher that is newer: on its own it is no news.
        is_indispensable: a load stops if the newest document of one of its datasets is refused.
        summary_label: its line in the summary of a load; None if it has no figures.
        observations: whether its figures are observations of series.
    """

    name: str
    about: str
    grain: str
    sources: tuple[str, ...]
    series: tuple[Column, ...]
    period: Column
    values: tuple[Column, ...]
    absence: Absence
    licence: str
    may_be_redistributed: bool | str
    keys: tuple[Column, ...] = ()
    others: tuple[Column, ...] = ()
    release_day: ReleaseDay | None = None
    is_said_once: bool = False
    is_own: bool = False
    is_indispensable: bool = False
    summary_label: str | None = None
    observations: Observations | None = None

    @cached_property
    def series_columns(self) -> dict[str, str]:
        """Name -> DuckDB type."""
        return _types(self.series)

    @property
    def period_column(self) -> tuple[str, str]:
        """Name and DuckDB type."""
        return self.period.name, self.period.kind

    @cached_property
    def key_columns(self) -> dict[str, str]:
        """Name -> DuckDB type."""
        return _types(self.keys)

    @cached_property
    def value_columns(self) -> dict[str, str]:
        """Name -> DuckDB type."""
        return _types(self.values)

    @property
    def key(self) -> tuple[str, ...]:
        """All columns that identify a figure."""
        return (*self.series_columns, self.period.name, *self.key_columns)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns of the table, in order."""
        return (*self.series, self.period, *self.keys, *self.values, *self.others, *LINEAGE)

    @cached_property
    def parsed_columns(self) -> dict[str, str]:
        """All columns of the table. Name -> DuckDB type."""
        return _types(self.columns)

    def definition(self) -> str:
        """The DDL of the table."""
        return f"create table if not exists raw.{self.name} (\n    {_ddl(self.parsed_columns)}\n)"

    def latest(self, columns: Iterable[str], condition: str = "true") -> str:
        """SQL: the newest row of each figure, of those rows `known` that meet a condition."""
        chosen, key = (", ".join(f"known.{name}" for name in names) for names in (columns, self.key))
        # Most figures were said once. Ordering only the others takes half the time.
        return f"""
            with again as (
                select {key}
                from raw.{self.name} as known
                where {condition}
                group by {key}
                having count(*) > 1
            )

            select {chosen}
            from raw.{self.name} as known
            anti join again on {equal("known", "again", self.key)}
            where {condition}
            union all
            select {chosen}
            from raw.{self.name} as known
            semi join again on {equal("known", "again", self.key)}
            where {condition}
            qualify row_number() over (
                partition by {key} order by known.retrieved_at desc, known.released_on desc, known.document_id desc
            ) = 1
        """

    def quarantine_definition(self) -> str:
        """The DDL of its quarantine table: rows as parsed, each with the names of the rules that it broke."""
        columns = _ddl(self.parsed_columns | {"broken_rules": "varchar[]"})
        return f"create table if not exists quarantine.{self.name} (\n    {columns}\n)"


LINEAGE = (
    Column(
        "line_number",
        "integer",
        "Line of the document; null if a later document no longer has the figure.",
    ),
    Column("document_id", "varchar", "The document, in raw.documents."),
    Column("retrieved_at", "timestamp", "When the archive got its bytes, UTC."),
    Column("released_on", "date", "The publisher's release day, if it has one."),
)
"""The origin of a row; the last columns of every raw table."""

BROKEN_RULES = Column("broken_rules", "varchar[]", "The names of all rules that the row broke.")
"""The column that a quarantine table has in addition to the columns of its raw table."""


def _types(columns: Sequence[Column]) -> dict[str, str]:
    return {column.name: column.kind for column in columns}


def _ddl(columns: Mapping[str, str]) -> str:
    return ",\n    ".join(f"{name} {kind}" for name, kind in columns.items())
