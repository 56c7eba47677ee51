"""TIC holdings and transactions, in the publisher's own units."""

from orchestration.tables.raw_table import Absence, Column, RawTable, ReleaseDay

_MONEY = "decimal(18, 3)"

TABLE = RawTable(
    name="tic_holdings",
    about="holdings, net purchases and valuation change by country, month and instrument",
    grain="series, country, month, security type, instrument and vintage",
    sources=("tic",),
    series=(
        Column("series", "varchar", "The publisher's file: `slt_table3`, `mfhhis01`, ..."),
        Column("country_code", "varchar", "TIC's country code."),
    ),
    period=Column("month_end", "date", "Last day of the month that the figure is about."),
    keys=(
        Column("security_type", "varchar", "What is held: `treasury`, `agency`, `corporate_bond`, ..."),
        Column("instrument", "varchar", "`total`, `long_term` or `bills`."),
    ),
    values=(
        Column("holdings", _MONEY, "At the end of the month, in `unit`."),
        Column("net_sales", _MONEY, "Net purchases by foreigners in the month, in `unit`: positive means they bought."),
        Column("valuation_change", _MONEY, "In the month, in `unit`."),
        Column("gross_purchases", _MONEY, "By foreigners in the month, in `unit`."),
        Column("gross_sales", _MONEY, "By foreigners in the month, in `unit`."),
    ),
    others=(
        Column("unit", "varchar", "The publisher's own: `usd_mn` or `usd_bn`."),
        Column("basis", "varchar", "Which stretch of `mfhhis01`, between two of its breaks (`I`, `II`, ...)."),
        Column("published_name", "varchar", "The country's name, as printed."),
    ),
    absence=Absence.RETRACTION,
    release_day=ReleaseDay("revised_on", is_vintage=False),
    is_indispensable=True,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="TIC",
)
