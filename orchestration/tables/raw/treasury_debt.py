"""Marketable Treasury debt held by the public at the end of each month, at face value."""

from orchestration.tables.raw_table import Absence, Column, Observations, RawTable, Series

SERIES = (
    Series(
        published_name="Total Marketable",
        series_id="MSPD_MARKETABLE",
        kind="total",
        title="Marketable Treasury debt held by the public, face value",
        units="Millions of Dollars",
        frequency="M",
        role="debt",
        publication_lag_days=10,
        licence="public_domain",
        calendar="monthly",
        lowest=1_000_000,
        highest=200_000_000,
    ),
)

TABLE = RawTable(
    name="treasury_debt",
    about="marketable Treasury debt held by the public, at face value",
    grain="line of the statement, month and vintage; a null value was retracted",
    sources=("fiscaldata",),
    series=(Column("security_type", "varchar", "The line of the statement: `Total Marketable`."),),
    period=Column("date", "date", "The last day of the month."),
    values=(Column("value", "decimal(18, 6)", "Null: retracted.", unit="millions of dollars"),),
    absence=Absence.RETRACTION,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="Debt",
    observations=Observations(model="stg_fiscaldata__debt", series=SERIES),
)
