"""A signal ends a process soon, with the exit code of the signal, at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

SOON = 5.0
HEAD = """
import os, signal, sys, threading, time
from orchestration import interrupts
from orchestration.interrupts import checkpoint, on_interrupt, uninterrupted, watching

def ready():
    print("ready", flush=True)
"""


class Program:
    """A Python program that has reported that it is ready."""

    def __init__(self, body: str, *arguments: str | Path, prefix: tuple[str, ...] = ()) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", HEAD + body, *arguments],
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", self.process.communicate()

    def end(self, *numbers: signal.Signals, group: bool = False) -> tuple[int, str, str]:
        """Send signals; the exit code, standard output and standard error."""
        started = time.monotonic()
        for number in numbers:
            (os.killpg if group else os.kill)(self.process.pid, number)
        try:
            out, err = self.process.communicate(timeout=SOON)
        finally:
            self.process.kill()
        assert time.monotonic() - started < SOON
        return self.process.returncode, out, err


SLEEP = """
with watching():
    ready()
    time.sleep(60)
"""
SPIN = """
import duckdb
with watching():
    connection = duckdb.connect(sys.argv[1])
    streaming = connection.execute("select * from range(1000000)").to_arrow_reader(1000)
    connection.close()
    ready()
    duckdb.connect(sys.argv[1])
"""
BUSY = """
with watching():
    ready()
    while True:
        try:
            sum(range(10000))
        except BaseException:
            pass
"""
DEAF = """
with watching():
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    ready()
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([signal.SIGTERM], 143),
        ([signal.SIGINT], 130),
        ([signal.SIGHUP], 129),
        ([signal.SIGTERM, signal.SIGTERM], 143),
        ([signal.SIGINT, signal.SIGINT], 130),
    ],
)
@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("body", [SLEEP, SPIN, BUSY, DEAF], ids=["sleep", "spin", "busy", "deaf"])
def test_a_signal_ends_the_process_with_one_message(
    tmp_path: Path, body: str, group: bool, numbers: list[signal.Signals], code: int
) -> None:
    program = Program(body, tmp_path / "file.duckdb")
    assert program.end(*numbers, group=group) == (code, "", f"Interrupted by {numbers[0].name}.\n")


def test_actions_run_in_reverse_order_and_their_messages_are_printed() -> None:
    body = """
def fails():
    raise ValueError("no")
with watching(), on_interrupt(lambda: "First."), on_interrupt(fails), on_interrupt(lambda: "Second."):
    with on_interrupt(lambda: "No longer registered."):
        pass
    ready()
    time.sleep(60)
"""
    assert Program(body).end(signal.SIGTERM) == (143, "", "Interrupted by SIGTERM. Second. First.\n")


def test_an_action_that_hangs_does_not_block_the_end() -> None:
    body = """
interrupts.DEADLINE_SECONDS = 0.5
with watching(), on_interrupt(lambda: time.sleep(60)):
    ready()
    time.sleep(60)
"""
    assert Program(body).end(signal.SIGTERM)[0] == 143


def test_nothing_passes_a_checkpoint_after_a_signal() -> None:
    body = """
interrupts.DEADLINE_SECONDS = 1
with watching(), on_interrupt(lambda: time.sleep(60)):
    ready()
    while not interrupts.is_interrupted():
        time.sleep(0.001)
    checkpoint()
    print("passed", flush=True)
"""
    assert Program(body).end(signal.SIGTERM)[:2] == (143, "")


def test_a_publication_is_completed_or_not_started() -> None:
    body = """
with watching(), on_interrupt(lambda: time.sleep(0.5)):
    with uninterrupted():
        ready()
        while not interrupts.is_interrupted():
            time.sleep(0.001)
        print("completed", flush=True)
    with uninterrupted():
        print("begun", flush=True)
"""
    assert Program(body).end(signal.SIGTERM)[:2] == (143, "completed\n")


def test_an_ignored_signal_stays_ignored() -> None:
    program = Program(SLEEP, prefix=("nohup",))
    os.kill(program.process.pid, signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        program.process.wait(timeout=0.5)
    assert program.end(signal.SIGTERM)[0] == 143


def test_outside_the_block_signals_have_their_old_handlers() -> None:
    body = """
with watching():
    pass
ready()
time.sleep(60)
"""
    assert Program(body).end(signal.SIGTERM)[0] == -signal.SIGTERM


def test_dagster_starts_no_further_step() -> None:
    body = """
import dagster as dg
from concurrent.futures import ThreadPoolExecutor

@dg.asset
def first() -> None:
    ready()
    time.sleep(60)

@dg.asset
def second() -> None:
    print("second", flush=True)

job = dg.Definitions([first, second], jobs=[dg.define_asset_job("job")]).resolve_job_def("job")
with watching(), dg.DagsterInstance.ephemeral() as instance, ThreadPoolExecutor(1) as pool:
    pool.submit(job.execute_in_process, instance=instance, raise_on_error=False).result()
"""
    code, out, err = Program(body).end(signal.SIGINT, signal.SIGINT)
    assert (code, out) == (130, "")
    assert err.endswith("Interrupted by SIGINT.\n")
    assert "Traceback" not in err
