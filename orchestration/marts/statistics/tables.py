"""The tables of `marts` with statistics: their columns, and how they are read from and written to the working file.

Belongs here: descriptions of columns, and the SQL around the pure functions. Does not belong here: the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from orchestration.marts.manifest import Column, Mart, Source, unit_of
from orchestration.marts.statistics.causality import granger_rows
from orchestration.marts.statistics.samples import samples_of
from orchestration.marts.statistics.spillovers import rolling_samples, spillover_rows
from orchestration.tables.sql import literal

MOVES = "int_market_days"
"""The model with the input of the statistics."""

MARKETS = {"ten_year_yield": "yield_move_bp", "sp500": "sp500_return_pct", "btc": "btc_return_pct"}
"""Market -> its daily move in `MOVES`."""

_MARKET_WORDS = "`ten_year_yield` (change, bp), `sp500` (return, per cent), `btc` (return, per cent)"
_KNOWN_AT = "Time (UTC) from which every figure in the row was publicly known."
_VERSION = "Version of statsmodels that computed it."


@dataclass(frozen=True)
class StatisticsTable:
    """One table of `marts` that no dbt model builds.

    Attributes:
        name: without the schema.
        description: how it was computed.
        grain: what identifies a row.
        columns: name -> DuckDB type and description. No column is nullable.
        key: the columns that identify a row.
        holds: SQL conditions that are true for every row; DuckDB rejects other rows.
        family: of marts.
        reads: the models with its input.
        redistribution: `none` or `whole`: whether its figures may be passed on.
    """

    name: str
    description: str
    grain: str
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...]
    holds: tuple[str, ...]
    family: str = "cascade"
    reads: tuple[str, ...] = (MOVES,)
    redistribution: str = "none"


CAUSALITY = StatisticsTable(
    name="cascade_causality",
    description=(
        "Granger causality: whether past daily moves of one market help to predict the next move of another, given "
        "its own past. F tests with Newey-West errors. One small p-value among many does not show causation."
    ),
    grain="cause, effect, period and number of lags",
    columns={
        "cause": ("varchar", f"Market whose past moves may help predict: {_MARKET_WORDS}."),
        "effect": ("varchar", f"Market being predicted: {_MARKET_WORDS}."),
        "period": ("varchar", "`all` (since October 2015), `before_2020`, `since_2020`."),
        "lags": ("integer", "Number of past trading days used."),
        "n_days": ("integer", "Number of days in the sample."),
        "f_statistic": ("double", "F statistic for zero coefficients of the cause."),
        "p_value": ("double", "p-value of this single test. There are 30 tests per period."),
        "hac_lags": ("integer", "Days over which residuals may be correlated (Newey-West)."),
        "first_date": ("date", "First day of the sample."),
        "last_date": ("date", "Last day of the sample."),
        "statsmodels_version": ("varchar", _VERSION),
        "known_at": ("timestamp", _KNOWN_AT),
    },
    key=("cause", "effect", "period", "lags"),
    holds=("cause <> effect", "p_value between 0 and 1", "f_statistic >= 0", "known_at > last_date"),
)
SPILLOVERS = StatisticsTable(
    name="cascade_spillovers",
    description=(
        "Volatility spillovers (Diebold and Yilmaz): the share of one market's forecast error variance that comes from "
        "shocks to another. Generalised variance decomposition of a vector autoregression of the logarithm of absolute "
        "daily moves."
    ),
    grain="receiver, giver, period and last day",
    columns={
        "receiver": ("varchar", "Market whose volatility is explained: `ten_year_yield`, `sp500`, `btc`."),
        "giver": ("varchar", "Market whose shocks explain it: one of the same three."),
        "period": (
            "varchar",
            "`all` (since October 2015), `before_2020`, `since_2020`; `rolling_250_days`: 250 days up to a month-end.",
        ),
        "last_date": ("date", "Last day of the sample."),
        "first_date": ("date", "First day of the sample."),
        "share_pct": ("double", "Share of the receiver's forecast error variance, per cent; 100 over all givers."),
        "total_spillover_pct": ("double", "Share from other markets, per cent, averaged over all receivers."),
        "n_days": ("integer", "Number of days in the sample."),
        "var_lags": ("integer", "Lags of the vector autoregression, trading days."),
        "horizon_days": ("integer", "Forecast horizon in days."),
        "statsmodels_version": ("varchar", _VERSION),
        "known_at": ("timestamp", _KNOWN_AT),
    },
    key=("receiver", "giver", "period", "last_date"),
    holds=("share_pct between 0 and 100", "total_spillover_pct between 0 and 100", "known_at > last_date"),
)
MOVES_STATISTICS = (CAUSALITY, SPILLOVERS)


def as_mart(table: StatisticsTable, sources: tuple[Source, ...]) -> Mart:
    """Describe a table in the same form as the marts of models.

    Args:
        table: which one.
        sources: the raw tables upstream of what it reads.
    """
    return Mart(
        name=table.name,
        family=table.family,
        description=table.description,
        grain=table.grain,
        columns=tuple(
            Column(
                name=name,
                data_type=kind,
                description=description,
                unit=unit_of(name, {}),
                is_required=True,
                values=(),
                bounds=(None, None),
                meta={},
            )
            for name, (kind, description) in table.columns.items()
        ),
        key=table.key,
        references={},
        assertions=(),
        tests={},
        unit_tests=0,
        sources=sources,
        meta={"redistribution": table.redistribution},
    )


class StatisticsError(Exception):
    """The input of the statistics is not in the working file; the message says what to do."""


def read_days(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Read the daily moves that the models computed.

    Args:
        connection: of the working file, after dbt.

    Returns:
        One row per trading day since October 2015: `date`, `known_at`, and one column per market (`MARKETS`).

    Raises:
        StatisticsError: dbt has not built them in this load.
    """
    moves = ", ".join(f"{move} as {market}" for market, move in MARKETS.items())
    try:
        days = connection.execute(
            f"select date, values_known_at as known_at, {moves} from intermediate.{MOVES} "
            "where date >= date '2015-10-01' order by date"
        ).df()
    except duckdb.CatalogException:
        raise StatisticsError(
            f"The table {MOVES} is not in the working file: materialize it together with the statistics."
        ) from None
    return days.assign(date=days["date"].dt.date)


def causality_rows(days: pd.DataFrame) -> list[dict[str, Any]]:
    """All rows of `cascade_causality`; none if no period has enough days."""
    return [row for sample in samples_of(days, list(MARKETS)) for row in granger_rows(sample)]


def spillovers_rows(days: pd.DataFrame) -> list[dict[str, Any]]:
    """All rows of `cascade_spillovers`; none if no period has enough days."""
    markets = list(MARKETS)
    samples = [*samples_of(days, markets), *rolling_samples(days, markets)]
    return [row for sample in samples for row in spillover_rows(sample)]


def write(connection: duckdb.DuckDBPyConnection, table: StatisticsTable, rows: Sequence[dict[str, Any]]) -> None:
    """Create or replace a table with its comments; it is empty if there are no rows.

    Args:
        connection: of the working file, for writing.
        table: which one.
        rows: with all of its columns.

    Raises:
        duckdb.ConstraintException: a row has a null, or breaks a condition of the table.
    """
    columns = [f"{name} {kind} not null" for name, (kind, _) in table.columns.items()]
    checks = [f"check ({condition})" for condition in table.holds]
    connection.execute(f"create or replace table marts.{table.name} ({', '.join([*columns, *checks])})")
    described = f"{table.description} One row per {table.grain}."
    connection.execute(f"comment on table marts.{table.name} is {literal(described)}")
    for name, (_, description) in table.columns.items():
        connection.execute(f"comment on column marts.{table.name}.{name} is {literal(description)}")
    if rows:
        connection.register("statistics_rows", pd.DataFrame(rows))
        connection.execute(f"insert into marts.{table.name} select {', '.join(table.columns)} from statistics_rows")
        connection.unregister("statistics_rows")
