"""All marts, built on both engines from one archive: the same, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.parity.comparison import MARTS, differences
from tests.campaigns.parity.conftest import Engine
from tests.campaigns.spark_cluster import Cluster
from tests.installation import REAL_FILES, Installation


@pytest.fixture(scope="module")
def built(installation: Installation, engine_of: Callable[[str], Engine], running: Cluster | None) -> tuple[Path, Path]:
    """The published file, and the folder of Spark's tables: of the real files if they are there, or of the sample."""
    spark = engine_of("spark")
    source = REAL_FILES if (REAL_FILES / "manifest.csv").is_file() else "sample"
    raw = spark.folder / "export"
    settings = running.environment if running else {}
    # Raw is merged on Spark, too; test_jobs.py compares this with the merge of a load.
    master = {"spark_master": settings["TIDEMARK_SPARK_MASTER"]} if running else {}
    installation.load_well(source=source, raw_export=str(raw), engine="spark", spark_from_rows="100000", **master)
    assert (installation.home / "reports" / "spark.log").exists()
    # As in a load. Their made-up rows are in DuckDB's dialect.
    process = spark.dbt("build", "--exclude-resource-type", "unit_test", raw=raw, **settings)
    assert process.returncode == 0, process.stdout[-6000:]
    return installation.published, spark.folder


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_is_the_same_on_both_engines(mart: str, built: tuple[Path, Path]) -> None:
    assert differences(*built, mart) == {}
