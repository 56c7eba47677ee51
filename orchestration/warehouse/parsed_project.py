"""The dbt project as dbt parses it: the manifest, and the file that lets dbt skip what has not changed.

Belongs here: parsing once for each version of the project, and where the result is kept. Does not belong here: reading
the manifest (`marts/manifest.py`).

The project folder may be read-only: it can be an installed package, or belong to another user. The result is therefore
kept in the home, or, where no home exists yet, in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from orchestration.home import Home
from orchestration.interrupts import on_interrupt
from orchestration.settings import SettingsError, load_settings
from orchestration.warehouse.dbt_process import DBT_PROJECT, failure_of, output_of, run_dbt

PARSED = "partial_parse.msgpack"
"""What dbt keeps of the files that it has parsed."""

MANIFEST = "manifest.json"
_PARSED_FROM = "parsed_from"
_GENERATED = {"target", "logs", "dbt_packages", "__pycache__"}
_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb")


class ProjectError(RuntimeError):
    """The dbt project cannot be used; the message says why."""


def manifest() -> Path:
    """The path of a manifest of the project as it is now; the project is parsed if there is none.

    Raises:
        ProjectError: the project does not parse, or the result cannot be kept.
    """
    digest = _digest()
    for folder in _folders():
        with suppress(OSError):
            if (folder / _PARSED_FROM).read_text(encoding="ascii") == digest:
                return folder / MANIFEST
    with tempfile.TemporaryDirectory(prefix="tidemark-") as aside, on_interrupt(lambda: shutil.rmtree(aside)):
        result = run_dbt(["--quiet", "parse"], Path(aside), Path(aside))
        if result.returncode < 0:
            raise ProjectError(failure_of(result, None))
        if result.returncode != 0:
            raise ProjectError(f"The dbt project does not parse:\n{output_of(result)}")
        for folder in _folders():
            with suppress(OSError):
                _keep(Path(aside), folder, digest)
                return folder / MANIFEST
    raise ProjectError(
        f"The parsed dbt project cannot be written to any of these folders: {', '.join(map(str, _folders()))}. "
        "Set TIDEMARK_HOME or XDG_CACHE_HOME to a folder that this user may write to."
    )


def _folders() -> Iterator[Path]:
    """Where a parsed project may be kept, the preferred folder first."""
    with suppress(SettingsError):
        home = Home(load_settings().home)
        if home.root.exists():
            yield home.dbt / "project"
    place = hashlib.sha256(str(DBT_PROJECT).encode()).hexdigest()[:12]
    with suppress(RuntimeError):  # a user without a home folder
        yield Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "tidemark" / f"dbt-{place}"


def _keep(parsed: Path, folder: Path, digest: str) -> None:
    """Copy the artifacts into a folder; each is renamed into place, because another process may read them now."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _PARSED_FROM).unlink(missing_ok=True)
    for name, content in (
        (PARSED, (parsed / PARSED).read_bytes()),
        (MANIFEST, (parsed / MANIFEST).read_bytes()),
        (_PARSED_FROM, digest.encode("ascii")),
    ):
        aside = folder / f"{name}.{os.getpid()}"
        aside.write_bytes(content)
        aside.replace(folder / name)


@cache
def _digest() -> str:
    """A hash of all files of the project, and of the libraries that parse it."""
    digest = hashlib.sha256("\n".join(f"{library} {version(library)}" for library in _LIBRARIES).encode())
    for path in sorted(DBT_PROJECT.rglob("*")):
        parts = path.relative_to(DBT_PROJECT).parts
        if not _GENERATED.intersection(parts) and path.is_file():
            digest.update(f"\0{'/'.join(parts)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
