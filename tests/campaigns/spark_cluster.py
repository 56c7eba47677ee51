"""A Spark standalone cluster on loopback, from the programs of pyspark: one master, some workers of one core each.

Belongs here: starting it, losing a worker, ending it. Does not belong here: what runs on it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaigns.spark_environment import PROGRAMS

STARTS = 120
"""Seconds that a daemon may take to start on a busy machine."""
MEMORY = "1g"
"""Of a worker: one executor."""


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        folder: of its logs and its workers' files.
        master: the address for `TIDEMARK_SPARK_MASTER`.
        workers: their processes; each leads a group with its executors, as a machine does.
    """

    folder: Path
    master: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a driver."""
        return {"TIDEMARK_SPARK_MASTER": self.master, "SPARK_LOCAL_IP": "127.0.0.1"}

    def add_worker(self) -> None:
        """Start one more worker."""
        number = len(self.workers) + 1
        options = ("--cores", "1", "--memory", MEMORY, "--work-dir", str(self.folder / f"worker-{number}"))
        name = "org.apache.spark.deploy.worker.Worker"
        process, log = _daemon(self.folder, f"worker-{number}", name, *options, self.master)
        self.workers.append(process)
        _wait_for(log, process, r"Successfully registered with master")

    def lose_worker(self) -> None:
        """Kill the first worker with its executors: a machine that is gone."""
        _kill(self.workers[0], signal.SIGKILL)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    started = Cluster(folder)
    master, log = _daemon(folder, "master", "org.apache.spark.deploy.master.Master")
    try:
        started.master = _wait_for(log, master, r"Starting Spark master at (spark://\S+)")
        for _ in range(workers):
            started.add_worker()
        yield started
    finally:
        for process in (*started.workers, master):
            _kill(process, signal.SIGTERM)


def _daemon(folder: Path, name: str, program: str, *arguments: str) -> tuple[subprocess.Popen[bytes], Path]:
    log = folder / f"{name}.log"
    ports = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PROGRAMS / "spark-class", program, *ports, *arguments],
            env={name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
            | {
                "SPARK_LOCAL_IP": "127.0.0.1",
                "SPARK_DAEMON_MEMORY": "512m",
                # Where its programs look for pyspark.
                "PYSPARK_PYTHON": str(PROGRAMS / "python"),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process, log


def _wait_for(log: Path, process: subprocess.Popen[bytes], pattern: str) -> str:
    """The first group of a line in the log of a daemon, or the line."""
    deadline = time.monotonic() + STARTS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(pattern, text):
            return found[found.re.groups]
        if process.poll() is not None:
            break
        time.sleep(0.2)
    _kill(process, signal.SIGKILL)
    raise RuntimeError(f"A daemon of Spark did not start; the end of {log}:\n{log.read_text()[-2000:]}")


def _kill(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
