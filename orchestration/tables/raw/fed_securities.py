"""Estimates of Bertaut and Judson: holdings and flows of securities by country, 1984 to 2020."""

from orchestration.tables.raw_table import Absence, Column, RawTable

_MONEY = "decimal(18, 3)"
_UNIT = "millions of US dollars"

TABLE = RawTable(
    name="fed_securities",
    about="estimated holdings, net flows and valuation changes of securities by country and month up to 2020",
    grain="file, country, month, security type and vintage",
    sources=("fed",),
    series=(
        Column("series", "varchar", "The file: `liabilities`, `claims`, or `official` (its 99996 is all officials)."),
        Column("country_code", "varchar", "TIC's code of a country or group."),
    ),
    period=Column("month_end", "date", "Last day of the month that the figure is about."),
    keys=(Column("security_type", "varchar", "`treasury` (long-term), `agency`, `corporate_bond`, ..."),),
    values=(
        Column("survey_position", _MONEY, "By a survey or the form SLT, at the end of the month.", unit=_UNIT),
        Column("net_flow", _MONEY, "Net purchases in the month, adjusted.", unit=_UNIT),
        Column("valuation_change", _MONEY, "In the month.", unit=_UNIT),
        Column("monthly_gap", _MONEY, "The part of the change that neither explains.", unit=_UNIT),
        Column("estimated_position", _MONEY, "At the end of the month.", unit=_UNIT),
    ),
    others=(Column("published_name", "varchar", "The country's name, as printed."),),
    absence=Absence.SILENCE,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="IFDP 1113",
)
