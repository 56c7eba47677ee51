"""Dagster's UI, and its daemon if wanted, until a signal comes or one of them ends.

Belongs here: the processes. Does not belong here: who may send requests to the UI (`webserver.py`).
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from orchestration.interrupts import on_interrupt

FOLDER = Path(__file__).resolve().parents[2]
CODE = "orchestration.definitions"
_STOP_SECONDS = 6.0
_START_SECONDS = 120.0


class UiError(Exception):
    """The UI could not be started; the message says why."""


def serve(
    host: str, port: int, allowed: Sequence[str], say: Callable[[str], object], *, read_only: bool, daemon: bool
) -> int:
    """Run the UI.

    Args:
        host: the address that it listens on.
        port: the port.
        allowed: names of this server, besides loopback, that browsers use.
        say: gets the address when the UI is ready.
        read_only: no one can change anything in the UI.
        daemon: run schedules and sensors, too.

    Returns:
        The exit code of the process that ended first.

    Raises:
        UiError: the port is in use, or a process ended before the UI was ready.
    """
    _check_port(host, port)
    names = [option for name in (host, *allowed) for option in ("--allow-host", name)]
    server = [sys.executable, "-m", "orchestration.runs.webserver", "--host", host, "--port", str(port), *names]
    commands = [[*server, *(["--read-only"] if read_only else [])]]
    if daemon:
        commands.append([str(Path(sys.prefix) / "bin" / "dagster-daemon"), "run", "-m", CODE, "-d", str(FOLDER)])
    processes = [subprocess.Popen(command, cwd=FOLDER) for command in commands]
    try:
        with on_interrupt(lambda: _stop(processes)):
            _wait_until_ready(host, port, processes)
            say(f"Dagster's UI{' (read-only)' if read_only else ''}: http://{host}:{port}")
            while all(process.poll() is None for process in processes):
                time.sleep(0.5)
    finally:
        _stop(processes)
    return next(process.returncode for process in processes if process.returncode is not None)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise UiError(f"{host}:{port} cannot be used: {error.strerror}. Choose another one with --port.") from None


def _wait_until_ready(host: str, port: int, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise UiError("The UI could not be started; see the messages above.")
        try:
            # A server on all addresses is reached on this one, too.
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise UiError(f"The UI did not answer on {host}:{port} within {_START_SECONDS:.0f} seconds.")


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
