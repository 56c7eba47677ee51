"""Whether the published snapshot is up to date: whether a load without new documents would build the same again.

Belongs here: what a snapshot is built from besides documents: the project, the libraries, the user's lists, and
the settings that change what is built. Does not belong here: whether there are new documents (the workspace knows).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.settings import PACKAGE, PROJECT_ROOT, Settings
from orchestration.tables.seeds import extra_digest

BRIEF, EXPORTS, RECORD = "brief", "exports", "record"
PARTS = frozenset({BRIEF, EXPORTS, RECORD})
"""What is made after each snapshot. If a load was stopped in between, the next one makes them."""

NOTE_NAME = "made_of.json"

_LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "pandas", "pyarrow", "statsmodels", "altair", "great-expectations")
_FOLDERS = (PACKAGE, PROJECT_ROOT / "dbt_project", PROJECT_ROOT / "expectations")
_KINDS = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".json", ".jinja", ".css", ".js"})
_GENERATED = frozenset({"target", "logs", "dbt_packages", "__pycache__", "files"})
"""Folders that programs write: dbt's artifacts, and the files of the sample, which are documents."""


def made_of(settings: Settings) -> str:
    """A digest of everything that a snapshot is built from, except documents."""
    chosen = [str(settings.as_of), settings.export, settings.export_format, str(settings.raw_export), extra_digest()]
    return hashlib.sha256("\n".join([_project(), *chosen]).encode()).hexdigest()


def record(
    home: Home, made: str, tests: Sequence[Mapping[str, Any]], last_build: Mapping[str, Any] | None = None
) -> None:
    """Record what the snapshot that was just published is built from; nothing is made after it yet.

    Args:
        home: the installation.
        made: `made_of` for the settings of this load.
        tests: the lines of its tests in the report of checks.
        last_build: what `last_build.keep` says about the file that it was built in.
    """
    note = {"release": sha256(home.published), "made_of": made, "followed_by": [], "tests": list(tests)}
    _write(home, note | {"last_build": last_build})


def add(home: Home, part: str) -> None:
    """Record that one of `PARTS` is made."""
    note = _read(home)
    if note is not None:
        _write(home, note | {"followed_by": [*note["followed_by"], part]})


def passed_tests(home: Home, made: str) -> list[dict[str, Any]] | None:
    """The tests that the published snapshot passed, if it is up to date; None if it must be built again.

    Args:
        home: the installation.
        made: `made_of` for the settings of this load.
    """
    note = _read(home)
    if note is None or not home.published.exists():
        return None
    is_complete = set(note["followed_by"]) >= PARTS and (home.reports / "site" / "index.html").exists()
    # The bytes are compared, too: the disk or another program may have changed the file.
    is_unchanged = is_complete and note["made_of"] == made and note["release"] == sha256(home.published)
    return list(note["tests"]) if is_unchanged else None


def last_build_is(home: Home, made: str, file: Path) -> bool:
    """Whether a file is, byte for byte, the one in which the published snapshot was built from the same `made_of`."""
    note = _read(home)
    if note is None or note["made_of"] != made or not note.get("last_build"):
        return False
    try:
        return bool(note["release"] == sha256(home.published) and note["last_build"]["sha256"] == sha256(file))
    except OSError:
        return False


def inputs_and_tests(home: Home) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What the last build was made from (`last_build.inputs_of`), and the tests that it passed."""
    note = _read(home) or {}
    return (note.get("last_build") or {}).get("inputs", {}), note.get("tests", [])


def forget(home: Home) -> None:
    """Make the next load build everything, even if there is nothing new."""
    (home.dbt / NOTE_NAME).unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(home: Home) -> dict[str, Any] | None:
    try:
        note = json.loads((home.dbt / NOTE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and note.keys() >= {"release", "made_of", "followed_by", "tests"} else None


def _write(home: Home, note: Mapping[str, Any]) -> None:
    # Without it the next load builds again: no reason to fail this one.
    with suppress(OSError):
        (home.dbt / NOTE_NAME).write_text(json.dumps(note), encoding="utf-8")


@cache
def _project() -> str:
    digest = hashlib.sha256(platform.python_version().encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.suffix in _KINDS and not _GENERATED.intersection(parts):
                digest.update(f"{'/'.join(parts)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
