"""FRED's metadata of its series, above all their units. Filled only with an API key."""

from orchestration.tables.raw_table import BY_SERIES, Absence, Column, RawTable

TABLE = RawTable(
    name="fred_series",
    about="FRED's metadata of its series, above all their units (only with an API key)",
    grain="series and change of the series",
    sources=("fred",),
    series=(Column("series_id", "varchar", "FRED's name of the series."),),
    period=Column("last_updated", "timestamp", "When FRED last changed the series."),
    values=(
        Column("units", "varchar", "In FRED's words."),
        Column("frequency", "varchar", "In FRED's words."),
        Column("title", "varchar", "In FRED's words."),
    ),
    others=(Column("seasonal_adjustment", "varchar", "In FRED's words."),),
    absence=Absence.SILENCE,
    licence=BY_SERIES,
    may_be_redistributed=True,
)
