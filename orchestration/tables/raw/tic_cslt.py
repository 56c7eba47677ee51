"""Forty years of holdings, net purchases and valuation changes of US and foreign securities, in millions of dollars."""

from orchestration.tables.raw_table import Absence, Column, RawTable

_MONEY = "decimal(18, 3)"
_UNIT = "millions of US dollars"

TABLE = RawTable(
    name="tic_cslt",
    about="holdings, net purchases and valuation change by kind of security, geography and month since 1984",
    grain="series, geography, month and vintage",
    sources=("tic",),
    series=(
        Column("series", "varchar", "Direction and kind of security in the publisher's ids: `for_lt_treas`, ..."),
        Column("country_code", "varchar", "TIC's code of a country or group."),
    ),
    period=Column("month_end", "date", "Last day of the month that the figure is about."),
    values=(
        Column("holdings", _MONEY, "At the end of the month.", unit=_UNIT),
        Column("net_sales", _MONEY, "Net purchases by foreigners (`us_`: by US residents) in the month.", unit=_UNIT),
        Column("valuation_change", _MONEY, "In the month.", unit=_UNIT),
    ),
    others=(Column("published_name", "varchar", "The geography's name, as printed."),),
    absence=Absence.RETRACTION,
    is_said_once=True,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="CSLT",
)
