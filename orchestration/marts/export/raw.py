"""Writes the tables of raw and quarantine as Parquet, one folder per table: the input of the models on Spark.

Belongs here: these files and their place. Does not belong here: the exports of marts (`files.py`), which are for people
and other tools; raw contains figures that may not be redistributed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.marts.export.files import ExportError
from orchestration.published import PublishedError, open_published
from orchestration.tables.sql import literal

SCHEMAS = ("raw", "quarantine")


def export_raw(home: Home, folder: Path) -> int:
    """Write all tables of the published snapshot, replacing those of an earlier export.

    Args:
        home: the installation, held by the caller.
        folder: gets `<schema>/<table>/*.parquet`; it must contain nothing else.

    Returns:
        The number of tables.

    Raises:
        ExportError: nothing is published, the folder contains other files, or the disk failed.
    """
    if not home.published.exists():
        raise ExportError(f"Nothing is published in {home.root} yet: load first.")
    aside, earlier = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    try:
        strangers = sorted({entry.name for entry in folder.iterdir()} - set(SCHEMAS)) if folder.exists() else []
        if strangers:
            raise ExportError(
                f"TIDEMARK_RAW_EXPORT={folder}: it contains {strangers[0]}, and an export replaces the whole folder. "
                "Choose an empty folder or one that does not exist yet."
            )
        for left in (aside, earlier):
            shutil.rmtree(left, ignore_errors=True)
        tables = _write(home.published.resolve(), aside)
        if folder.exists():
            folder.replace(earlier)
        aside.replace(folder)
        shutil.rmtree(earlier, ignore_errors=True)
    except PublishedError as error:
        raise ExportError(str(error)) from None
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ExportError(
            f"The warehouse is published; its raw tables could not be written to {folder}: {reason}."
        ) from None
    return tables


def _write(release: Path, folder: Path) -> int:
    with open_published(release) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where list_contains(?, schema_name) order by all",
            [list(SCHEMAS)],
        ).fetchall()
        for schema, table in tables:
            path = folder / schema / table
            path.mkdir(parents=True)
            part = str(path / "part-0.parquet")
            connection.execute(f"copy {schema}.{table} to {literal(part)} (format parquet, compression zstd)")
    return len(tables)
