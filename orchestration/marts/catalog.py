"""All tables of `marts`: those of dbt's models, and those of the statistics.

Belongs here: combining the two, for everything that describes the marts. Does not belong here: how each is
described (`manifest.py`, `statistics/tables.py`).
"""

from __future__ import annotations

from orchestration.marts.manifest import Manifest
from orchestration.marts.statistics.nowcast_tables import NOWCASTS
from orchestration.marts.statistics.tables import MOVES_STATISTICS, as_mart
from orchestration.warehouse.parsed_project import manifest

STATISTICS = (*MOVES_STATISTICS, *NOWCASTS)
"""The tables of `marts` that no model builds."""


def catalog() -> Manifest:
    """The description of all marts; the dbt project is parsed again if one of its files is newer.

    Raises:
        ProjectError: the dbt project does not parse.
    """
    models = Manifest.load(manifest())
    return models.with_marts(as_mart(table, models.sources_above(*table.reads)) for table in STATISTICS)
