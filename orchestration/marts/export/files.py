"""Writes the marts of the published snapshot as files, next to the snapshot.

Belongs here: the files, their place, the swap. Does not belong here: their description (`package.py`), and what they
may contain (`terms.py`).

The files of a snapshot are in its folder and are removed with it. `exports` in the home is a link to the files of the
published snapshot, swapped when all files are written. A snapshot without files has no link, so except between
publishing and exporting, `exports` never leads to the figures of another snapshot.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.marts.export.package import LICENCES, File, Release, package
from orchestration.marts.export.terms import SERIES, Terms, everything, public
from orchestration.marts.manifest import Manifest, Mart
from orchestration.published import PublishedError, open_published
from orchestration.tables.sql import literal, literals

FORMATS = {"parquet": ("parquet",), "csv": ("csv",), "both": ("parquet", "csv")}
DESCRIPTION = "datapackage.json"

_HOW = {
    "parquet": "format parquet, compression zstd",
    # ISO 8601 with microseconds: known_at is UTC.
    "csv": "format csv, header, timestampformat '%Y-%m-%dT%H:%M:%S.%fZ'",
}


class ExportError(Exception):
    """The files could not be written; the warehouse is published anyway."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        folder: where the files are.
        files: how many, not counting their description.
        size: in bytes.
        left_out: mart -> why it, or part of it, was left out.
    """

    folder: Path
    files: int
    size: int
    left_out: Mapping[str, str]


def export(home: Home, manifest: Manifest, *, only_public: bool, formats: str) -> Exported:
    """Write the marts of the published snapshot, and point `exports` to them.

    Args:
        home: the installation, held by the caller.
        manifest: of the project that built the snapshot.
        only_public: leave out what may not be redistributed.
        formats: one of `FORMATS`.

    Raises:
        ExportError: the disk failed, or nothing is published.
    """
    if not home.published.exists():
        raise ExportError(f"Nothing is published in {home.root} yet: load first.")
    release = home.published.resolve()
    aside = home.work / "exports"
    try:
        aside.mkdir()
        files, left_out = write_package(release, manifest, aside, only_public=only_public, formats=formats)
        return Exported(_place(home, aside, release.parent), len(files), sum(file.size for file in files), left_out)
    except PublishedError as error:
        raise ExportError(str(error)) from None
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ExportError(f"The warehouse is published; it could not be exported in {home.root}: {reason}.") from None


def write_package(
    snapshot: Path, manifest: Manifest, folder: Path, *, only_public: bool, formats: str
) -> tuple[list[File], dict[str, str]]:
    """Write the marts of a snapshot into a folder, with their description.

    Args:
        snapshot: the DuckDB file.
        manifest: of the project that built it.
        folder: exists and is empty.
        only_public: leave out what may not be redistributed.
        formats: one of `FORMATS`.

    Returns:
        The files, and mart -> why it, or part of it, was left out.

    Raises:
        PublishedError: the snapshot cannot be read.
        duckdb.Error, OSError: the disk failed.
    """
    with open_published(snapshot) as connection:
        terms = terms_of(connection, manifest, only_public=only_public)
        files = [
            _write(connection, mart, terms[mart.name], form, folder, only_public=only_public)
            for form in FORMATS[formats]
            for mart in manifest.marts
            if terms[mart.name].columns
        ]
        left_out = {name: one.reason for name, one in terms.items() if one.reason}
        description = package(_release(connection, snapshot), files, left_out)
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")
    return files, left_out


def withdraw(home: Home) -> None:
    """Remove the link `exports`: the published snapshot has no files."""
    home.exports.unlink(missing_ok=True)


def terms_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest, *, only_public: bool) -> dict[str, Terms]:
    """Mart -> what of it may leave."""
    if not only_public:
        return {mart.name: everything(mart) for mart in manifest.marts}
    rows = connection.execute("select series_id from marts.dim_series where may_be_redistributed").fetchall()
    free_series = {series for (series,) in rows}
    return {mart.name: public(mart, free_series) for mart in manifest.marts}


def _write(
    connection: duckdb.DuckDBPyConnection, mart: Mart, terms: Terms, form: str, folder: Path, *, only_public: bool
) -> File:
    mart = replace(mart, sources=tuple(source for source in mart.sources if source.table not in terms.without))
    where = f" where {terms.condition}" if terms.condition else ""
    query = f"select {', '.join(terms.columns)} from marts.{mart.name}{where}"
    path = folder / f"{mart.name}.{form}"
    how = _HOW[form]
    if form == "csv":
        # Readers that detect the quoting look at the first lines.
        texts = [
            column.name for column in mart.columns if column.data_type == "varchar" and column.name in terms.columns
        ]
        how += f", force_quote ({', '.join(texts)})" if texts else ""
    (rows,) = connection.execute(f"copy ({query}) to {literal(str(path))} ({how})").fetchone() or (0,)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    licences = _licences(connection, mart, terms, only_public=only_public)
    return File(mart, form, terms.columns, rows, path.stat().st_size, digest, licences)


def _licences(connection: duckdb.DuckDBPyConnection, mart: Mart, terms: Terms, *, only_public: bool) -> tuple[str, ...]:
    """The licenses of all figures in a mart; if its series are not declared, those of all series."""
    found = {source.licence for source in mart.sources if source.publishers and not source.is_by_series}
    if any(source.is_by_series for source in mart.sources):
        if SERIES in mart.meta:
            chosen = f"list_contains({literals(mart.meta[SERIES])}, series_id)"
        elif "series_id" in terms.columns:
            chosen = f"series_id in (select series_id from marts.{mart.name} where {terms.condition or 'true'})"
        else:
            chosen = "true"
        free = " and may_be_redistributed" if only_public else ""
        rows = connection.execute(f"select distinct licence from marts.dim_series where {chosen}{free}").fetchall()
        found |= {licence for (licence,) in rows}
    return tuple(licence for licence in LICENCES if licence in found)


def _release(connection: duckdb.DuckDBPyConnection, file: Path) -> Release:
    row = connection.execute(
        "select as_of, newest_retrieval_on, is_simulated, notice from marts.warehouse_info"
    ).fetchone()
    assert row is not None
    return Release(file.parent.name, dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC), *row)


def _place(home: Home, aside: Path, release: Path) -> Path:
    """Move the finished files into the snapshot, remove those of an earlier export, and swap the link."""
    earlier = sorted(release.glob("exports-*"))
    number = max((int(folder.name.removeprefix("exports-")) for folder in earlier), default=0) + 1
    folder = release / f"exports-{number}"
    aside.replace(folder)
    link = home.work / "exports-link"
    link.symlink_to(folder.relative_to(home.root))
    link.replace(home.exports)
    for other in earlier:
        shutil.rmtree(other, ignore_errors=True)
    return folder
