"""Observations of FRED's series."""

from orchestration.tables.raw_table import BY_SERIES, Absence, Column, Observations, RawTable, ReleaseDay

TABLE = RawTable(
    name="fred_observations",
    about="observations of FRED's series",
    grain="series, date and vintage; a null value was retracted",
    sources=("fred",),
    series=(Column("series_id", "varchar", "FRED's name of the series."),),
    period=Column("date", "date", "The day that the figure is about."),
    values=(Column("value", "decimal(24, 10)", "In the series' own unit; null: retracted, or missing that day."),),
    absence=Absence.RETRACTION,
    release_day=ReleaseDay("realtime_start", is_vintage=True),
    licence=BY_SERIES,
    may_be_redistributed=BY_SERIES,
    summary_label="FRED",
    observations=Observations(model="stg_fred__observations"),
)
