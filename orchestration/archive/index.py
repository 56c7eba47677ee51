"""Caches all sidecars in one file, so that opening the archive does not read tens of thousands of small files.

Belongs here: writing and reading the cache, and its validity. Does not belong here: what a document is (`store.py`).

The index is only a cache: without it, or if it cannot be read, the sidecars are read. Its entry for a sidecar is valid
as long as the sidecar exists: sidecars do not change, except that one may be written again, and then the index is
removed first. `archive verify` does not use it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from orchestration.archive.objects import write_file

REWRITTEN_AFTER = 1_000
"""The index is written again when this many sidecars are missing in it: reading them takes 0.1 s."""
_FORMAT = 1


def index_path(folder: Path) -> Path:
    """The path of the index of the archive in a folder."""
    return folder / "index.json"


def read_index(folder: Path) -> Mapping[str, list[Any]]:
    """The contents of sidecars by their path below the archive's folder; empty if there is no usable index."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(index_path(folder).read_bytes())
        if isinstance(content, dict) and content.get("format") == _FORMAT and isinstance(content["sidecars"], dict):
            return content["sidecars"]
    return {}


def write_index(folder: Path, sidecars: Mapping[str, Iterable[object]]) -> None:
    """Write the index. If that fails, the archive works without one."""
    content = {"format": _FORMAT, "sidecars": {path: list(cells) for path, cells in sidecars.items()}}
    with suppress(OSError):
        write_file(folder, index_path(folder), json.dumps(content, separators=(",", ":")).encode())


def drop_index(folder: Path) -> None:
    """Remove the index before a sidecar that may be in it is changed."""
    index_path(folder).unlink(missing_ok=True)
