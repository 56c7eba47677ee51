"""Dagster's real daemon at a time of our choosing: `faketime` sets its clock, which goes on from there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.scheduler.instigation import InstigatorTick, TickStatus

from orchestration.settings import PROJECT_ROOT
from tests.waiting_home import TABLES, World, waiting_for_august

FAKETIME = shutil.which("faketime")
PATIENCE_SECONDS = 150


@contextmanager
def daemon(world: World, moment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon and its code server, which end with the context."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    environment |= {
        "TIDEMARK_HOME": str(world.home.root),
        "DAGSTER_HOME": str(world.home.dagster),
        "TIDEMARK_AUTOMATION": "on",
    }
    environment |= {f"TIDEMARK_{name.upper()}": address for name, address in world.publisher.addresses.items()}
    command = [Path(sys.executable).with_name("dagster-daemon"), "run", "-m", "orchestration.definitions"]
    with (world.home.reports / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [FAKETIME or "", "-f", f"@{moment}", *command],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            # Its children, a run among them, belong to its group.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def _ticks(instance: dg.DagsterInstance) -> dict[str, list[InstigatorTick]]:
    """The ticks of each schedule and sensor that have come to an end, the first first."""
    return {
        state.name: [
            tick
            for tick in reversed(instance.get_ticks(state.instigator_origin_id, state.selector_id))
            if tick.status is not TickStatus.STARTED
        ]
        for state in instance.all_instigator_state()
    }


def _wait_for(instance: dg.DagsterInstance, process: subprocess.Popen[bytes], **ticks: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if {name: len(ended) for name, ended in _ticks(instance).items()} == ticks:
            return
        time.sleep(0.3)
    raise AssertionError(f"the daemon has not come so far: {_ticks(instance)}")


@pytest.mark.skipif(FAKETIME is None, reason="faketime is missing: apt install faketime")
def test_the_daemon_starts_a_load_for_a_release_and_one_for_the_night(tmp_path: Path) -> None:
    # Started twice: `faketime` lets a daemon look once, since Python's waiting with a time-out does not end under it.
    storage = tmp_path / "dagster"
    storage.mkdir()
    (storage / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    with (
        dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(storage))) as instance,
        waiting_for_august(tmp_path, instance) as world,
    ):
        with daemon(world, "2025-11-19 02:20:00") as process:
            _wait_for(instance, process, tic_release=1, daily_load=0)
        world.served |= dict.fromkeys(TABLES, "August")
        with daemon(world, "2025-11-19 02:31:00") as process:
            _wait_for(instance, process, tic_release=2, daily_load=1)
        ticks = _ticks(instance)
        before, after = ticks["tic_release"]
        assert before.status is TickStatus.SKIPPED
        assert "LATE: TIC's figures for August 2025 were due on 2025-10-17, 32 day(s) ago" in (before.skip_reason or "")
        assert "unchanged" in (before.skip_reason or "")
        runs = {run.run_id: run for run in instance.get_runs()}
        assert len(runs) == 2
        for tick, started_by in ((after, "tic-2025-08-"), (ticks["daily_load"][0], "daily-2025-11-19")):
            assert tick.status is TickStatus.SUCCESS
            (run_id,) = tick.run_ids
            assert runs[run_id].job_name == "monthly_load"
            assert runs[run_id].tags["tidemark/started_by"].startswith(started_by)
