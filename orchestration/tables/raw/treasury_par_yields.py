"""The Treasury's daily par yield curve."""

from orchestration.tables.raw_table import Absence, Column, Observations, RawTable

TABLE = RawTable(
    name="treasury_par_yields",
    about="par yields by tenor and day",
    grain="tenor, date and vintage; a null value was retracted",
    sources=("treasury",),
    series=(Column("tenor", "varchar", "As the Treasury prints it: `10 Yr`, ..."),),
    period=Column("date", "date", "The day that the figure is about."),
    values=(Column("value", "decimal(9, 4)", "The yield; null: retracted, or missing that day.", unit="per cent"),),
    absence=Absence.RETRACTION,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="Treasury",
    observations=Observations(model="stg_treasury__par_yields", is_fallback=True),
)
