"""Assets between the models and publishing: tables of statistics, computed from tested models."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pandas as pd

from orchestration.defs.dbt_assets import dbt_models
from orchestration.defs.failure import StepError
from orchestration.defs.labels import (
    HOLDINGS,
    KEPT_IF_PUBLISHED,
    MARKETS,
    column_schema,
    group_of_mart,
    table_metadata,
)
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.marts.statistics.nowcast_tables import NOWCASTS, write_nowcasts
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
        group_name=group_of_mart(table.family),
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


@dg.multi_asset(
    name="nowcasts",
    specs=[
        dg.AssetSpec(
            key=["marts", table.name],
            description=f"{table.description}\n\n{KEPT_IF_PUBLISHED}",
            deps=sorted(dbt_models.keys),
            group_name=group_of_mart(table.family),
            kinds={"python", "duckdb"},
            owners=HOLDINGS,
            metadata=column_schema(table.columns),
        )
        for table in NOWCASTS
    ],
    backfill_policy=replay,
)
def nowcasts(load: Load) -> Iterator[dg.MaterializeResult[None]]:
    """Compute the nowcast of the next releases, and its back-test over the past ones."""
    with connect(load.home) as connection:
        try:
            write_nowcasts(connection)
        except StatisticsError as error:
            raise StepError(str(error)) from None
        shown = {table.name: table_metadata(connection, f"marts.{table.name}") for table in NOWCASTS}
    for name, metadata in shown.items():
        yield dg.MaterializeResult(asset_key=["marts", name], metadata=metadata)


statistics_assets = [
    _statistics_asset(CAUSALITY, causality_rows),
    _statistics_asset(SPILLOVERS, spillovers_rows),
    nowcasts,
]
