"""Labels that assets share in the UI: owners, freshness policies, tags, groups and metadata of tables.

Belongs here: labels and sentences that several assets share. Does not belong here: the description of a single asset,
which is in the asset's own module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb

from orchestration.marts.preview import head, is_simulated, picture, row_count
from orchestration.runs.release_watch import EARLIEST_BUSINESS_DAY
from orchestration.sources.base import Publisher
from orchestration.sources.registry import SOURCES as PUBLISHERS

KEPT_IF_PUBLISHED = "A run keeps this only if it also publishes (the asset `warehouse`)."
SOURCES, QUALITY, WAREHOUSE = ["team:sources"], ["team:quality"], ["team:warehouse"]
HOLDINGS, MARKETS = ["team:holdings"], ["team:markets"]
MARTS = "marts"

_LATEST_RELEASES = 36

DAILY_FRESHNESS = dg.FreshnessPolicy.time_window(
    # As in the rules of `expectations/_datasets`: a weekend with holidays on both sides is not a fault.
    fail_window=dt.timedelta(days=5),
    warn_window=dt.timedelta(hours=30),
)
"""For assets that every nightly load builds again."""


def freshness_of(publisher: Publisher) -> dg.FreshnessPolicy:
    """How often to fetch from a publisher: each night, or by the last three years for a monthly publisher."""
    if publisher.release_days is None:
        return DAILY_FRESHNESS
    deadline = max(day.day for day in publisher.release_days()[-_LATEST_RELEASES:]) + 1
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 0 {deadline} * *",
        lower_bound_delta=dt.timedelta(days=deadline - EARLIEST_BUSINESS_DAY),
        timezone="America/New_York",
    )


def tags_of(sources: Sequence[str]) -> dict[str, str]:
    """Tags of an asset that is built from some sources only."""
    cadence = {"monthly" if PUBLISHERS[source].PUBLISHER.release_days else "daily" for source in sources}
    return {"cadence": cadence.pop() if len(cadence) == 1 else "mixed"} | {f"publisher/{name}": "" for name in sources}


def family_of(model: Mapping[str, Any]) -> str:
    """The folder of a mart below `models/marts`, as in dbt's manifest."""
    return str(model["fqn"][2])


def group_of_mart(family: str) -> str:
    """The group of a mart in the UI: forty marts are too many for one group."""
    return f"{MARTS}_{family}"


def table_metadata(
    connection: duckdb.DuckDBPyConnection, table: str, *, simulated: bool | None = None
) -> dict[str, dg.MetadataValue[Any]]:
    """Metadata of a materialized table: row count, newest rows, and for some marts a chart.

    Args:
        connection: of the working file.
        table: its name with the schema.
        simulated: whether the data are simulated; None to read it from the ledger.
    """
    made_up = is_simulated(connection) if simulated is None else simulated
    schema, _, name = table.partition(".")
    drawn = picture(connection, name, simulated=made_up) if schema == MARTS else None
    return {
        "dagster/row_count": dg.MetadataValue.int(row_count(connection, table)),
        **({"picture": dg.MetadataValue.md(drawn)} if drawn else {}),
        "newest_rows": dg.MetadataValue.md(head(connection, table, simulated=made_up)),
    }


def column_schema(columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Metadata of an asset: its columns (name -> type, description)."""
    described = [dg.TableColumn(name, kind, description=text or None) for name, (kind, text) in columns.items()]
    return {"dagster/column_schema": dg.TableSchema(described)}
