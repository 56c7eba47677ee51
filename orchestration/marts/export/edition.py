"""The files of one edition of the published snapshot, ready to be uploaded.

Belongs here: which files an upload consists of. Does not belong here: how they are uploaded (`warehouse/upload.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.home import CATALOG, Home
from orchestration.marts.export.files import ExportError, terms_of, write_package
from orchestration.marts.export.public_file import write_public_file
from orchestration.marts.manifest import Manifest
from orchestration.published import PublishedError, open_published
from orchestration.warehouse.upload import files_below


def write_edition(home: Home, manifest: Manifest, edition: str) -> tuple[list[tuple[str, Path]], Mapping[str, str]]:
    """Write the files of an edition into the home's work folder.

    Args:
        home: the installation, held by the caller.
        manifest: of the project that built the snapshot.
        edition: `public` (only what licenses allow, without raw) or `all` (the published file as it is).

    Returns:
        (name, file) of the DuckDB file and of the Parquet package; and mart -> why it, or part of it, was left out.

    Raises:
        ExportError: nothing is published, or a file could not be written.
    """
    if not home.published.exists():
        raise ExportError(f"Nothing is published in {home.root} yet: load first.")
    snapshot = home.published.resolve()
    folder = home.work / "edition"
    parquet = folder / "parquet"
    try:
        parquet.mkdir(parents=True)
        _, left_out = write_package(snapshot, manifest, parquet, only_public=edition == "public", formats="parquet")
        file = snapshot
        if edition == "public":
            file = folder / f"{CATALOG}.duckdb"
            with open_published(snapshot) as connection:
                terms = terms_of(connection, manifest, only_public=True)
            write_public_file(snapshot, terms, file)
    except PublishedError as error:
        raise ExportError(str(error)) from None
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ExportError(f"The files to upload could not be written in {folder}: {reason}.") from None
    return [(f"{CATALOG}.duckdb", file), *files_below(parquet, "parquet")], left_out
