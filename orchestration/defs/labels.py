"""What the UI says of every asset of a step: who looks after it, how often it is to come, what stays of a run.

Belongs here: owners, tags, freshness policies, sentences that several assets share, metadata of a table. Does not
belong here: what a single asset is; it says that itself.
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

KEPT_IF_PUBLISHED = "A run keeps this only if it comes to `warehouse`, which publishes: alone it leaves nothing behind."
SOURCES, QUALITY, WAREHOUSE = ["team:sources"], ["team:quality"], ["team:warehouse"]
HOLDINGS, MARKETS = ["team:holdings"], ["team:markets"]
MARTS = "marts"

_LATEST_RELEASES = 36

DAILY_FRESHNESS = dg.FreshnessPolicy.time_window(
    # As the rules of `expectations/_datasets`: a weekend with holidays on both sides is no fault.
    fail_window=dt.timedelta(days=5),
    warn_window=dt.timedelta(hours=30),
)
"""Of what each night's load makes anew."""


def freshness_of(publisher: Publisher) -> dg.FreshnessPolicy:
    """How often a publisher should be asked: each night; for one that publishes monthly, by the last three years."""
    if publisher.release_days is None:
        return DAILY_FRESHNESS
    deadline = max(day.day for day in publisher.release_days()[-_LATEST_RELEASES:]) + 1
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 0 {deadline} * *",
        lower_bound_delta=dt.timedelta(days=deadline - EARLIEST_BUSINESS_DAY),
        timezone="America/New_York",
    )


def tags_of(sources: Sequence[str]) -> dict[str, str]:
    """Tags of what is made of some sources alone."""
    cadence = {"monthly" if PUBLISHERS[source].PUBLISHER.release_days else "daily" for source in sources}
    return {"cadence": cadence.pop() if len(cadence) == 1 else "mixed"} | {f"publisher/{name}": "" for name in sources}


def family_of(model: Mapping[str, Any]) -> str:
    """The folder of a mart below `models/marts`, as in dbt's manifest."""
    return str(model["fqn"][2])


def group_of_mart(family: str) -> str:
    """Forty marts are too many for one group."""
    return f"{MARTS}_{family}"


def table_metadata(
    connection: duckdb.DuckDBPyConnection, table: str, *, simulated: bool | None = None
) -> dict[str, dg.MetadataValue[Any]]:
    """What a materialization says of a table: rows, the first of them, a picture where there is one.

    Args:
        connection: of the working file.
        table: its name with the schema.
        simulated: known already; None to ask the ledger.
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
