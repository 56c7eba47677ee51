"""A copy of all sidecars in one file, so that opening the archive does not read tens of thousands of small ones.

Belongs here: writing, reading and trusting the copy. Does not belong here: what a document is (`store.py`).

The index is only a cache: without it, or if it cannot be read, the sidecars are read. It is believed for a sidecar
whose file is still there; sidecars never change after they are written, except for one that is written again, and then
the index is removed first. `archive verify` does not use it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from orchestration.archive.objects import write_file

REWRITTEN_AFTER = 1_000
"""The index is written again when so many sidecars are not in it: reading them takes 0.1 s."""
_FORMAT = 1


def index_path(folder: Path) -> Path:
    """Where the index of the archive in a folder lies."""
    return folder / "index.json"


def read_index(folder: Path) -> Mapping[str, list[Any]]:
    """The contents of sidecars by their path below the archive's folder; empty if there is no index to be used."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(index_path(folder).read_bytes())
        if isinstance(content, dict) and content.get("format") == _FORMAT and isinstance(content["sidecars"], dict):
            return content["sidecars"]
    return {}


def write_index(folder: Path, sidecars: Mapping[str, Iterable[object]]) -> None:
    """Write the index. If the disk refuses, the archive goes on without one."""
    content = {"format": _FORMAT, "sidecars": {path: list(cells) for path, cells in sidecars.items()}}
    with suppress(OSError):
        write_file(folder, index_path(folder), json.dumps(content, separators=(",", ":")).encode())


def drop_index(folder: Path) -> None:
    """Remove the index before a sidecar that it may hold is changed."""
    index_path(folder).unlink(missing_ok=True)
