"""Other programs that use the published file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


@contextmanager
def held_for_writing(path: Path) -> Iterator[int]:
    """A client that opens a file for writing, as DBeaver does by default.

    Yields:
        Its process.
    """
    client = subprocess.Popen(
        [sys.executable, "-c", _HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert client.stdout is not None
        client.stdout.readline()
        yield client.pid
    finally:
        client.communicate()
