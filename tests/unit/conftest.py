"""The unit layer starts no process: a test that needs one belongs to another layer."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
_tests: list[str] = []


def _refuse_processes(event: str, _: object) -> None:
    if _tests and event in _STARTS:
        raise RuntimeError(f"{_tests[-1]} starts a process ({event}): move it out of tests/unit")


sys.addaudithook(_refuse_processes)


@pytest.fixture(autouse=True)
def without_processes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that starts one."""
    _tests.append(request.node.nodeid)
    yield
    _tests.pop()
