"""What this home's loads said about the next TIC releases, each on its day."""

from orchestration.tables.raw_table import Absence, Column, RawTable

_MONEY = "decimal(18, 3)"
_UNIT = "billions of US dollars"


def _amount(name: str, description: str) -> Column:
    return Column(name, _MONEY, description, unit=_UNIT)


TABLE = RawTable(
    name="nowcast_record",
    about="our own statements about the next TIC releases, as they were made",
    grain="holder, month and day of the statement",
    sources=("nowcast",),
    series=(Column("country_code", "varchar", "TIC's code of a country or group."),),
    period=Column("target_month", "date", "Last day of the month that the statement is about."),
    keys=(Column("made_on", "date", "The day of the statement."),),
    values=(
        _amount("holdings_q10_usd_bn", "Holdings that the month is below with a probability of 10%."),
        _amount("holdings_q50_usd_bn", "Expected holdings at the end of the month."),
        _amount("holdings_q90_usd_bn", "Holdings that the month is below with a probability of 90%."),
        _amount("net_purchases_usd_bn", "Expected net purchases in the month."),
        _amount("valuation_change_usd_bn", "Expected change in value due to prices in the month."),
        _amount("last_holdings_usd_bn", "Holdings in the newest published month, as known on the day."),
    ),
    others=(
        Column("last_month_end", "date", "The newest published month on the day."),
        Column("horizon_days", "integer", "Days from the statement to the release, by the calendar."),
        Column("steps", "integer", "Months from the newest published one to the target."),
        Column("basis", "varchar", "`live`, `replayed` (from a folder of files) or `simulated` (from the sample)."),
        Column("method", "varchar", "The terms of the forecast."),
    ),
    absence=Absence.SILENCE,
    licence="public_domain",
    may_be_redistributed=True,
    is_own=True,
)
