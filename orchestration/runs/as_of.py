"""Builds all marts as they could have been known on a day, into a file of its own. The published snapshot stays.

Belongs here: the build from the published file's raw tables, outside the home's own work. Does not belong here: loading
documents: the file knows what the published snapshot knows.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from orchestration.home import CATALOG, Home
from orchestration.marts.catalog import catalog
from orchestration.marts.statistics.nowcast_tables import write_nowcasts
from orchestration.marts.statistics.tables import (
    CAUSALITY,
    SPILLOVERS,
    StatisticsError,
    causality_rows,
    read_days,
    spillovers_rows,
    write,
)
from orchestration.tables.seeds import write_seeds
from orchestration.warehouse.dbt import TransformError, build_models
from orchestration.warehouse.dbt_process import Dbt
from orchestration.warehouse.publish import PublishError, publish
from orchestration.warehouse.working import connect, start

FOLDER = "as_of"


class AsOfError(Exception):
    """The marts could not be built as of a day; the message says why. The published snapshot is unchanged."""


def build_as_of(home: Home, day: dt.date) -> Path:
    """Build and test all marts as of a day; returns the file, `as_of/<day>/tidemark.duckdb` in the home.

    It has the raw tables of the published snapshot and takes about as long as the dbt step of a load.

    Args:
        home: an installation with a published snapshot; a load may run in it meanwhile.
        day: the last day whose knowledge counts.

    Raises:
        AsOfError: the snapshot was made by another version, a model or test failed, or the disk cannot be written.
    """
    target = home.root / FOLDER / day.isoformat() / f"{CATALOG}.duckdb"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as aside:
            built = _build(home, Home(Path(aside)), day)
            built.replace(target)
    except OSError as error:
        raise AsOfError(f"{target} could not be written: {error.strerror}.") from None
    except (TransformError, PublishError, StatisticsError) as error:
        raise AsOfError(f"The marts could not be built as of {day}: {error}") from None
    return target


def _build(home: Home, aside: Home, day: dt.date) -> Path:
    aside.prepare()
    # The first step of a build copies what is published.
    aside.published.symlink_to(home.published.resolve())
    start(aside, day)
    with connect(aside) as connection:
        if connection.execute("select count(*) from raw.documents").fetchone() == (0,):
            raise AsOfError(f"{home.published} was made by another version of Tidemark. Run a load first.")
    dbt = Dbt(aside.work, write_seeds(aside.dbt / "seeds"))
    try:
        results = build_models(aside, dbt)
    finally:
        dbt.stop()
    bad = [result for result in results if result.is_bad]
    if bad:
        name, message = bad[0].unique_id.split(".")[2], " ".join(bad[0].message.split())
        raise AsOfError(f"The marts could not be built as of {day}: {len(bad)} failed, first {name}: {message}")
    with connect(aside) as connection:
        days = read_days(connection)
        write(connection, CAUSALITY, causality_rows(days))
        write(connection, SPILLOVERS, spillovers_rows(days))
        write_nowcasts(connection)
    return publish(aside, day, [mart.name for mart in catalog().marts], keep=1)
