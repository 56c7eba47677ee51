"""Remembers which documents broke a blocking rule, so that a load heals when the publisher has mended its file.

Belongs here: the list on disk. Does not belong here: the decision; `offer` passes over a document on the list once a
newer one of its dataset has come, and tries it again as long as it is the newest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def read_refusals(path: Path) -> dict[str, str]:
    """The reason of each refused document, by document_id."""
    if not path.exists():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def add_refusals(path: Path, reasons: Mapping[str, str]) -> None:
    """Put documents on the list."""
    if not reasons:
        return
    everything = read_refusals(path) | dict(reasons)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(everything, indent=1), encoding="utf-8")
    temporary.replace(path)
