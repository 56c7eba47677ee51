"""The raw tables: their columns, their keys, and what counts as a new vintage in each.

Belongs here: one entry a table; the merge, the ledger and the checks all read it from here. Does not belong here: SQL
beyond the tables' definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Absence(Enum):
    """What it means that a document no longer holds a key that an earlier one held."""

    RETRACTION = "a value was taken back, if the key lies inside the window that the document covers"
    SILENCE = "nothing: the publisher answers with slices"


@dataclass(frozen=True)
class RawTable:
    """One table of the schema `raw`.

    Attributes:
        name: without the schema.
        series_columns: which run of periods a row belongs to; absence is judged within one.
        period_column: the date or time that a figure is about.
        key_columns: with series and period, what makes a row unique within one vintage.
        value_columns: what a vintage says; a change in any of them is a new vintage. Name -> DuckDB type.
        other_columns: carried along, not compared. Name -> DuckDB type.
        absence: what a missing key means.
    """

    name: str
    series_columns: dict[str, str]
    period_column: tuple[str, str]
    key_columns: dict[str, str]
    value_columns: dict[str, str]
    other_columns: dict[str, str]
    absence: Absence

    @property
    def key(self) -> tuple[str, ...]:
        """All columns that identify a figure."""
        return (*self.series_columns, self.period_column[0], *self.key_columns)

    @property
    def offered_columns(self) -> dict[str, str]:
        """The columns of the rows that a document offers. Name -> DuckDB type."""
        period, period_type = self.period_column
        return (
            self.series_columns
            | {period: period_type}
            | self.key_columns
            | self.value_columns
            | self.other_columns
            | LINEAGE_COLUMNS
        )

    def definition(self) -> str:
        """The DDL of the table."""
        columns = ",\n    ".join(f"{name} {kind}" for name, kind in self.offered_columns.items())
        return f"create table if not exists raw.{self.name} (\n    {columns}\n)"

    def quarantine_definition(self) -> str:
        """The DDL of the table of rows that were held back: as they were offered, with every rule that they broke."""
        columns = ",\n    ".join(f"{name} {kind}" for name, kind in self.offered_columns.items())
        return f"create table if not exists quarantine.{self.name} (\n    {columns},\n    broken_rules varchar[]\n)"


LINEAGE_COLUMNS = {
    "line_number": "integer",
    "document_id": "varchar",
    "retrieved_at": "timestamp",
    "released_on": "date",
}
"""Where a row comes from: the line of the document, when we got it, and the publisher's day, if it has one."""

COLUMN_DESCRIPTIONS = {
    "series": "The publisher's file: `slt_table3`, `mfhhis01`, ...",
    "country_code": "TIC's country code.",
    "month_end": "Last day of the month that the figure is about.",
    "security_type": "What is held: `treasury`, `agency`, `corporate_bond`, ...",
    "instrument": "`total`, `long_term` or `bills`.",
    "holdings": "At the end of the month, in `unit`.",
    "net_sales": "To foreigners in the month, in `unit`: positive means that they bought.",
    "valuation_change": "In the month, in `unit`.",
    "gross_purchases": "By foreigners in the month, in `unit`.",
    "gross_sales": "By foreigners in the month, in `unit`.",
    "unit": "The publisher's own: `usd_mn` or `usd_bn`.",
    "basis": "Which stretch of `mfhhis01`, between two of its breaks (`I`, `II`, ...).",
    "published_name": "The country's name, as it is printed.",
    "kind": "`scheduled`: announced; `published`: it has come out.",
    "data_month_end": "Last day of the month whose figures are announced.",
    "announced_on": "The day on which they are to come out.",
    "note": "What the calendar says beside the day.",
    "series_id": "FRED's name of the series.",
    "date": "The day that the figure is about.",
    "value": "In the publisher's own unit; null: taken back, or not there that day.",
    "last_updated": "When FRED last changed the series.",
    "units": "FRED's words.",
    "frequency": "FRED's words.",
    "title": "FRED's words.",
    "seasonal_adjustment": "FRED's words.",
    "tenor": "As the Treasury prints it: `10 Yr`, ...",
    "component": "The index, a category or a region.",
    "venue": "The exchange.",
    "symbol": "What is traded: `BTC`, ...",
    "quote": "What it is traded for.",
    "candle_interval": "`1d` (a day), `4h`, ...; `1d of 1m`: a day made of the minutes that lie in `candles/`.",
    "opened_at": "When the candle began, UTC.",
    "open": "First price.",
    "high": "Highest price.",
    "low": "Lowest price.",
    "close": "Last price.",
    "volume": "Traded, in the symbol.",
    "parts": "How many shorter candles it was made of; null for a candle of the venue's own.",
    "line_number": "Line of the document; null where a later document no longer has the figure.",
    "document_id": "The document, in raw.documents.",
    "retrieved_at": "When the archive got its bytes, UTC.",
    "released_on": "Its publisher's day, where it has one.",
}
"""What stands in a column, for a person; the same name says the same in every table."""

_MONEY = "decimal(18, 3)"

TIC_HOLDINGS = RawTable(
    name="tic_holdings",
    series_columns={"series": "varchar", "country_code": "varchar"},
    period_column=("month_end", "date"),
    key_columns={"security_type": "varchar", "instrument": "varchar"},
    value_columns={
        "holdings": _MONEY,
        "net_sales": _MONEY,
        "valuation_change": _MONEY,
        "gross_purchases": _MONEY,
        "gross_sales": _MONEY,
    },
    other_columns={"unit": "varchar", "basis": "varchar", "published_name": "varchar"},
    absence=Absence.RETRACTION,
)
TIC_RELEASE_CALENDAR = RawTable(
    name="tic_release_calendar",
    series_columns={"kind": "varchar"},
    period_column=("data_month_end", "date"),
    key_columns={},
    value_columns={"announced_on": "date"},
    other_columns={"note": "varchar"},
    absence=Absence.SILENCE,
)
FRED_OBSERVATIONS = RawTable(
    name="fred_observations",
    series_columns={"series_id": "varchar"},
    period_column=("date", "date"),
    key_columns={},
    value_columns={"value": "decimal(24, 10)"},
    other_columns={},
    absence=Absence.RETRACTION,
)
FRED_SERIES = RawTable(
    name="fred_series",
    series_columns={"series_id": "varchar"},
    period_column=("last_updated", "timestamp"),
    key_columns={},
    value_columns={"units": "varchar", "frequency": "varchar", "title": "varchar"},
    other_columns={"seasonal_adjustment": "varchar"},
    absence=Absence.SILENCE,
)
TREASURY_PAR_YIELDS = RawTable(
    name="treasury_par_yields",
    series_columns={"tenor": "varchar"},
    period_column=("date", "date"),
    key_columns={},
    value_columns={"value": "decimal(9, 4)"},
    other_columns={},
    absence=Absence.RETRACTION,
)
OFR_STRESS_INDEX = RawTable(
    name="ofr_stress_index",
    series_columns={"component": "varchar"},
    period_column=("date", "date"),
    key_columns={},
    value_columns={"value": "decimal(12, 6)"},
    other_columns={},
    absence=Absence.RETRACTION,
)
CRYPTO_CANDLES = RawTable(
    name="crypto_candles",
    series_columns={
        "venue": "varchar",
        "symbol": "varchar",
        "quote": "varchar",
        "candle_interval": "varchar",
    },
    period_column=("opened_at", "timestamp"),
    key_columns={},
    # Quotes, not ledger money: no mart adds them up, and volumes of cheap coins burst any one DECIMAL.
    value_columns={
        "open": "double",
        "high": "double",
        "low": "double",
        "close": "double",
        "volume": "double",
    },
    other_columns={"parts": "integer"},
    absence=Absence.SILENCE,
)

RAW_TABLES: dict[str, RawTable] = {
    table.name: table
    for table in (
        TIC_HOLDINGS,
        TIC_RELEASE_CALENDAR,
        FRED_OBSERVATIONS,
        FRED_SERIES,
        TREASURY_PAR_YIELDS,
        OFR_STRESS_INDEX,
        CRYPTO_CANDLES,
    )
}

LEDGER_DEFINITION = """
create table if not exists raw.documents (
    document_id varchar primary key,
    source varchar not null,
    dataset varchar not null,
    address varchar not null,
    retrieved_at timestamp not null,
    released_on date,
    newest_period date,
    sha256 varchar not null,
    size bigint not null,
    form varchar not null,
    is_simulated boolean not null,
    status varchar not null,
    reason varchar,
    rows_offered bigint not null,
    rows_loaded bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null,
    rows_retracted bigint not null,
    rules varchar not null,
    note varchar
)
"""

KNOWLEDGE_CUTOFF_DEFINITION = """
create or replace table raw.knowledge_cutoff (
    as_of date,
    known_before timestamp not null
)
"""
