"""Assets between the models and publishing: tables of statistics, computed from tested models."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd

from orchestration.defs.dbt_assets import dbt_models
from orchestration.defs.failure import StepError
from orchestration.defs.labels import KEPT_IF_PUBLISHED, MARKETS, column_schema, group_of_mart, table_metadata
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.marts.statistics.tables import (
    CAUSALITY,
    SPILLOVERS,
    StatisticsError,
    StatisticsTable,
    causality_rows,
    read_days,
    spillovers_rows,
    write,
)
from orchestration.warehouse.working import connect


def _statistics_asset(
    table: StatisticsTable, rows_of: Callable[[pd.DataFrame], list[dict[str, Any]]]
) -> dg.AssetsDefinition:
    @dg.asset(
        key=["marts", table.name],
        description=f"{table.description}\n\n{KEPT_IF_PUBLISHED}",
        # All models, so that statistics only use models that have passed their tests.
        deps=sorted(dbt_models.keys),
        group_name=group_of_mart("cascade"),
        kinds={"python", "duckdb"},
        owners=MARKETS,
        metadata=column_schema(table.columns),
        backfill_policy=replay,
    )
    def statistics(load: Load) -> dg.MaterializeResult[None]:
        with connect(load.home) as connection:
            try:
                rows = rows_of(read_days(connection))
            except StatisticsError as error:
                raise StepError(str(error)) from None
            write(connection, table, rows)
            shown = table_metadata(connection, f"marts.{table.name}")
        return dg.MaterializeResult(metadata=shown)

    return statistics


statistics_assets = [
    _statistics_asset(CAUSALITY, causality_rows),
    _statistics_asset(SPILLOVERS, spillovers_rows),
]
