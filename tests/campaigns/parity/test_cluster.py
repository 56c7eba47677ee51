"""On a standalone cluster: a worker is lost in the middle of a build, and the build finishes with the same marts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.marts.export.raw import export_raw
from tests.campaigns.parity.comparison import differences
from tests.campaigns.parity.conftest import Engine
from tests.campaigns.spark_cluster import cluster
from tests.installation import HANGS, Installation

CHOSEN = ("fct_holdings", "holdings_trend", "curve_daily")
"""With all that they are built from: windows, joins, and tens of thousands of rows."""
SELECT = ("--select", *(f"+{mart}" for mart in CHOSEN), "--exclude-resource-type", "unit_test")
FIRST_TABLES = 4
"""As many tables of intermediate as are built when the worker is lost."""


@pytest.fixture(scope="module")
def raw(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw tables of the sample."""
    folder = tmp_path_factory.mktemp("lake") / "raw"
    export_raw(Home(loaded_sample.home), folder)
    return folder


def test_build_finishes_when_a_worker_is_lost(
    raw: Path,
    loaded_sample: Installation,
    engine_of: Callable[[str], Engine],
    tmp_path: Path,
) -> None:
    engine = engine_of("spark")
    with cluster(tmp_path, workers=2) as running:
        build = engine.start("build", *SELECT, raw=raw, **running.environment)
        deadline = time.monotonic() + HANGS
        while len(list(engine.folder.glob("intermediate.db/*/_SUCCESS"))) < FIRST_TABLES:
            assert build.poll() is None, build.communicate()[0][-3000:]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        running.lose_worker()
        output, _ = build.communicate(timeout=HANGS)
        assert build.returncode == 0, output[-6000:]
        assert "Removing worker" in (tmp_path / "master.log").read_text(encoding="utf-8")
    found = {name: differences(loaded_sample.published, engine.folder, name) for name in CHOSEN}
    assert found == {name: {} for name in CHOSEN}
