"""Release days of TIC data, as the publisher announced them."""

from orchestration.tables.raw_table import Absence, Column, RawTable

TABLE = RawTable(
    name="tic_release_calendar",
    about="announced release days of TIC data",
    grain="kind, data month and vintage",
    sources=("tic",),
    series=(Column("kind", "varchar", "`scheduled`: announced; `published`: it is out."),),
    period=Column("data_month_end", "date", "Last day of the month whose figures are announced."),
    values=(Column("announced_on", "date", "The day on which they are due."),),
    others=(Column("note", "varchar", "The calendar's note next to the day."),),
    absence=Absence.SILENCE,
    licence="public_domain",
    may_be_redistributed=True,
)
