"""The tables of the nowcast: their columns, and how they are read from and written to the working file.

Belongs here: descriptions of columns, and the SQL around the method. Does not belong here: the method (`nowcast`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from orchestration.marts.statistics.nowcast import Daily, Inputs, Replay, Vintages, month_number
from orchestration.marts.statistics.tables import StatisticsError, StatisticsTable, write
from orchestration.sources.nowcast import PUBLISHER

FIRST_RELEASE = dt.date(2012, 1, 1)
"""The form SLT is three months old by then, and a year of errors is known for the bands."""

PERIODS = {
    "since_2012": (2012, 9999),
    "2012_to_2018": (2012, 2018),
    "since_2019": (2019, 9999),
    "since_2023": (2023, 9999),
}
HORIZONS = {"all": (0, 9999), "0_to_14": (0, 14), "15_to_31": (15, 31), "32_to_45": (32, 45), "over_45": (46, 9999)}
FEWEST_FORECASTS = 12

_USD_BN = "decimal(18,3)"
_READS = ("int_nowcast_holdings", "int_nowcast_markets")
_FORECAST = {
    "target_month": ("date", "Last day of the month that is forecast."),
    "country_code": (
        "varchar",
        "TIC code: 99996 all foreigners, 99990 officials, 99991 private holders, or a country.",
    ),
    "country": ("varchar", "Name of the country or group."),
    "made_on": ("date", "Day of the forecast. Nothing that became known after it was used."),
    "horizon_days": ("integer", "Days from the forecast to the release of the month, by the calendar."),
    "steps": ("integer", "Months from the newest published one to the target: usually 1 or 2."),
    "last_month_end": ("date", "The newest published month on that day."),
    "last_holdings_usd_bn": (_USD_BN, "Holdings at its end as known on that day: the forecast of no change."),
    "holdings_q10_usd_bn": (_USD_BN, "Holdings that the month is below with a probability of 10%."),
    "holdings_q50_usd_bn": (_USD_BN, "Expected holdings at the end of the month, at market value."),
    "holdings_q90_usd_bn": (_USD_BN, "Holdings that the month is below with a probability of 90%."),
    "net_purchases_usd_bn": (
        _USD_BN,
        "Expected net purchases in the month; positive: foreigners buy. Other changes are expected to be zero.",
    ),
    "valuation_change_usd_bn": (_USD_BN, "Expected change in value due to prices in the month."),
}
_FORECAST_HOLDS = (
    "target_month > last_month_end",
    "horizon_days > 0",
    "holdings_q10_usd_bn <= holdings_q50_usd_bn",
    "holdings_q50_usd_bn <= holdings_q90_usd_bn",
)

NOWCAST = StatisticsTable(
    name="tic_nowcast",
    family="nowcast",
    reads=_READS,
    redistribution="whole",
    description=(
        "Nowcast of the next TIC releases: holdings of all foreigners, of officials, of private holders and of the ten "
        "largest countries at the end of the next two months that no release has yet, as of the day of the load. An "
        "estimate, not a figure of the publisher. `nowcast_accuracy` says how good such forecasts were."
    ),
    grain="month and holder",
    columns={
        **_FORECAST,
        "method": ("varchar", "The terms of the forecast."),
        "inputs_known_at": ("timestamp", "Time (UTC) from which the newest input was publicly known."),
    },
    key=("target_month", "country_code"),
    holds=(*_FORECAST_HOLDS, "made_on >= cast(inputs_known_at as date)"),
)
BACKTEST = StatisticsTable(
    name="nowcast_backtest",
    family="nowcast",
    reads=_READS,
    redistribution="whole",
    description=(
        "Forecasts that the nowcast would have made on the day of each release since 2012 and every 14 days until the "
        "next one, from the vintages known on each day, and what was published. Months after a re-basing are left out."
    ),
    grain="month, holder and day of the forecast",
    columns={
        **_FORECAST,
        "mean_12m_usd_bn": (_USD_BN, "Forecast of a benchmark: the mean change of the last 12 months continues."),
        "published_usd_bn": (_USD_BN, "Holdings at the end of the month as first known."),
        "error_usd_bn": (_USD_BN, "Published less expected holdings."),
        "is_sign_right": ("boolean", "Holdings moved in the expected direction from the newest published month."),
        "is_inside_band": ("boolean", "The published holdings are between the two quantiles."),
        "vintage_basis": (
            "varchar",
            "`observed`: both figures are from documents of their time. `reconstructed`: one is from a later file.",
        ),
    },
    key=("target_month", "country_code", "made_on"),
    holds=_FORECAST_HOLDS,
)
ACCURACY = StatisticsTable(
    name="nowcast_accuracy",
    family="nowcast",
    reads=_READS,
    redistribution="whole",
    description=(
        "How good the forecasts of `nowcast_backtest` were, compared with no change and with the mean change of twelve "
        "months. Settings of the method were chosen on months up to 2018."
    ),
    grain="holder, period, number of months ahead and days to the release",
    columns={
        "country_code": _FORECAST["country_code"],
        "country": _FORECAST["country"],
        "period": ("varchar", "Target months: `since_2012`, `2012_to_2018`, `since_2019`, `since_2023`."),
        "steps": _FORECAST["steps"],
        "days_to_release": ("varchar", "`all`, `0_to_14`, `15_to_31`, `32_to_45`, `over_45`."),
        "n_forecasts": ("integer", "Number of forecasts."),
        "n_months": ("integer", "Number of months that they are about."),
        "n_observed": ("integer", "Number of forecasts whose `vintage_basis` is `observed`."),
        "rmse_usd_bn": (_USD_BN, "Root mean square error of the forecasts."),
        "rmse_no_change_usd_bn": (_USD_BN, "The same if holdings are expected not to change."),
        "rmse_mean_12m_usd_bn": (_USD_BN, "The same if the mean change of the last 12 months continues."),
        "ratio_to_no_change": ("double", "`rmse_usd_bn` divided by `rmse_no_change_usd_bn`: below 1 is better."),
        "sign_right_share": ("double", "Share of forecasts with the right direction."),
        "inside_band_share": ("double", "Share of published holdings between the quantiles; 0.8 is right."),
    },
    key=("country_code", "period", "steps", "days_to_release"),
    holds=(
        "n_observed between 0 and n_forecasts",
        "sign_right_share between 0 and 1",
        "inside_band_share between 0 and 1",
    ),
)
NOWCASTS = (NOWCAST, BACKTEST, ACCURACY)


def write_nowcasts(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the nowcast and its back-test, and write the three tables.

    Args:
        connection: of the working file, after dbt.

    Raises:
        StatisticsError: dbt has not built the models in this load.
    """
    try:
        inputs, made_on, names = read_inputs(connection)
    except duckdb.CatalogException:
        raise StatisticsError(
            f"The tables {' and '.join(_READS)} are not in the working file: materialize them with the nowcast."
        ) from None
    replay = Replay(inputs, made_on).run(FIRST_RELEASE) if inputs is not None else None
    said = [*_named(replay.nowcast, names)] if replay else []
    tested = [*map(_judged, _named(replay.rows, names))] if replay else []
    write(connection, NOWCAST, said)
    write(connection, BACKTEST, sorted(tested, key=lambda row: [row[name] for name in BACKTEST.key]))
    write(connection, ACCURACY, [*accuracy_rows(tested)])


def read_inputs(connection: duckdb.DuckDBPyConnection) -> tuple[Inputs | None, dt.date, Mapping[str, str]]:
    """Read what the models prepared.

    Args:
        connection: of the working file, after dbt.

    Returns:
        The inputs (None without holdings), the day of the nowcast, and the name of each holder.
    """
    holdings = connection.execute("select * from intermediate.int_nowcast_holdings order by all").df()
    markets = connection.execute(
        "select measure, date, value, known_at from intermediate.int_nowcast_markets order by measure, date"
    ).df()
    days = connection.execute("select month_end, released_on from staging.stg_tic__release_days").fetchall()
    names = dict(connection.execute("select country_code, country_plain_name from marts.dim_country").fetchall())
    # The clock of the warehouse, as in `release_status`: the newest document, or the as-of day.
    row = connection.execute(
        "select cast(least(max(documents.retrieved_at), max(cutoff.known_before - interval 1 second)) as date) "
        "from raw.documents cross join raw.knowledge_cutoff as cutoff where documents.source <> ?",
        [PUBLISHER.name],
    ).fetchone()
    made_on = row[0] if row is not None else None
    if holdings.empty or made_on is None or not (holdings["country_code"] == "99996").any():
        return None, made_on or dt.date.min, names
    series = {name: Daily.of(markets[markets["measure"] == name]) for name in ("mean_yield_pct", "custody_usd_bn")}
    release_days = {month_number(month_end): released_on for month_end, released_on in days}
    inputs = Inputs(Vintages(holdings), series["mean_yield_pct"], series["custody_usd_bn"], release_days)
    return inputs, made_on, names


def _named(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        yield rounded | {"country": names[row["country_code"]]}


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    """A forecast with its comparison."""
    published, expected, before = row["published_usd_bn"], row["holdings_q50_usd_bn"], row["last_holdings_usd_bn"]
    return row | {
        "error_usd_bn": round(published - expected, 3),
        "is_sign_right": (published > before) == (expected > before),
        "is_inside_band": row["holdings_q10_usd_bn"] <= published <= row["holdings_q90_usd_bn"],
    }


def accuracy_rows(tested: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Summarize the back-test.

    Args:
        tested: rows of `nowcast_backtest`.

    Yields:
        Rows of `nowcast_accuracy`; none for fewer than twelve forecasts.
    """
    if not tested:
        return
    frame = pd.DataFrame(tested)
    frame["year"] = [month.year for month in frame["target_month"]]
    for (code, country, steps), group in frame.groupby(["country_code", "country", "steps"], sort=True):
        for period, (first, last) in PERIODS.items():
            of_period = group[group["year"].between(first, last)]
            for days, (nearest, furthest) in HORIZONS.items():
                chosen = of_period[of_period["horizon_days"].between(nearest, furthest)]
                if len(chosen) >= FEWEST_FORECASTS:
                    key = {"country_code": code, "country": country, "period": period, "steps": steps}
                    yield key | {"days_to_release": days} | _accuracy(chosen)


def _accuracy(chosen: pd.DataFrame) -> dict[str, Any]:
    published = chosen["published_usd_bn"]
    rmse = {
        name: float(((published - chosen[column]) ** 2).mean() ** 0.5)
        for name, column in (
            ("rmse_usd_bn", "holdings_q50_usd_bn"),
            ("rmse_no_change_usd_bn", "last_holdings_usd_bn"),
            ("rmse_mean_12m_usd_bn", "mean_12m_usd_bn"),
        )
    }
    no_change = rmse["rmse_no_change_usd_bn"]
    return {
        "n_forecasts": len(chosen),
        "n_months": chosen["target_month"].nunique(),
        "n_observed": int((chosen["vintage_basis"] == "observed").sum()),
        **{name: round(value, 3) for name, value in rmse.items()},
        "ratio_to_no_change": round(rmse["rmse_usd_bn"] / no_change, 4) if no_change else 1.0,
        "sign_right_share": round(float(chosen["is_sign_right"].mean()), 4),
        "inside_band_share": round(float(chosen["is_inside_band"].mean()), 4),
    }
