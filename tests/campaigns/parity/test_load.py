"""A load whose candles are read and whose vintages are merged on a cluster publishes what a load without Spark does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.sample.generate import write
from orchestration.sample.scaled import Scale
from tests.campaigns.spark_cluster import cluster
from tests.campaigns.spark_environment import why_not
from tests.installation import Installation


def _tables(installation: Installation) -> dict[str, tuple[int, int]]:
    """The contents of raw and quarantine; the marts follow from them."""
    return {
        table: found
        for table, found in installation.fingerprint().items()
        if table.startswith(("raw.", "quarantine.")) and table != "raw.documents"
    }


def _candles(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in (home / "candles").rglob("*.parquet")}


def test_load_on_spark_publishes_the_same(installation_of: Callable[[str], Installation], tmp_path: Path) -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    files = tmp_path / "files"
    write(files, scale=Scale(minute_days=2))
    plain, spread = installation_of("plain"), installation_of("spread")
    plain.load_well(source=files)
    with cluster(tmp_path / "cluster", workers=2) as running:
        settings = {"engine": "spark", "spark_from_rows": "5000", "spark_master": running.master}
        spread.load_well(source=files, **settings)
        log = (tmp_path / "cluster" / "master.log").read_text(encoding="utf-8")
    assert log.count("Registered app tidemark") > 1, "candles were read, and something was merged"
    assert _tables(spread) == _tables(plain)
    assert _candles(spread.home) == _candles(plain.home) != {}
