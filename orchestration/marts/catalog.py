"""All tables of `marts`: those that dbt's models make, and those that statistics make after them.

Belongs here: putting the two together, for all who tell others of the marts. Does not belong here: how each is
described (`manifest.py`, `statistics/tables.py`).
"""

from __future__ import annotations

from orchestration.marts.manifest import Manifest
from orchestration.marts.statistics.tables import MOVES, STATISTICS, as_mart
from orchestration.warehouse.parsed_project import manifest


def catalog() -> Manifest:
    """What is known of the project's marts; parsed anew when a file of the dbt project is newer.

    Raises:
        RuntimeError: the dbt project does not parse.
    """
    models = Manifest.load(manifest())
    sources = models.sources_above(MOVES)
    return models.with_marts(as_mart(table, sources) for table in STATISTICS)
