"""The description of exported files: a Frictionless Data Package (datapackage.json).

Belongs here: how a mart is described with the fields, resources and licenses of the standard. Does not belong here:
the files (`files.py`), and what they may contain (`terms.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.marts.manifest import Column, Mart, Source

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

LICENCES = {
    "public_domain": ("other-pd", "Work of the United States Government, in the public domain"),
    "citation_required": ("other-at", "May be redistributed if the source is named"),
    "permission_required": ("other-closed", "May not be redistributed without the owner's permission"),
    "reproduction_prohibited": ("other-closed", "May not be redistributed"),
    "internal_use": ("other-closed", "Prices of an exchange, for internal use only: may not be redistributed"),
    "unknown": ("other-closed", "No license is known: may not be redistributed"),
}
"""License of a series or source -> its name in the list of the Open Definition, and its meaning."""

_TYPES = {
    "varchar": "string",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "integer": "integer",
    "bigint": "integer",
    "double": "number",
}
_CSV = {"encoding": "utf-8", "dialect": {"delimiter": ",", "quoteChar": '"', "header": True}}
_MEDIA_TYPES = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}


@dataclass(frozen=True)
class File:
    """One exported file.

    Attributes:
        mart: the mart it contains.
        form: `parquet` or `csv`.
        columns: in their order.
        rows: how many.
        size: in bytes.
        sha256: of its bytes.
        licences: of the figures in it, as in `LICENCES`.
    """

    mart: Mart
    form: str
    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str
    licences: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.mart.name}.{self.form}"


@dataclass(frozen=True)
class Release:
    """The snapshot that the files come from.

    Attributes:
        name: <day>-<n>.
        published_at: with time zone.
        as_of: the marts contain what was known at the end of this day; None for everything known.
        newest_retrieval_on: day of retrieval of the newest document.
        is_simulated: whether it comes from simulated documents.
        notice: the same in a sentence.
    """

    name: str
    published_at: dt.datetime
    as_of: dt.date | None
    newest_retrieval_on: dt.date
    is_simulated: bool
    notice: str


def package(release: Release, files: Collection[File], left_out: Mapping[str, str]) -> dict[str, Any]:
    """The content of datapackage.json.

    Args:
        release: the snapshot that the files come from.
        files: the exported files.
        left_out: mart -> why it, or part of it, was left out.
    """
    known = f"As known on {release.as_of}." if release.as_of else f"As known on {release.newest_retrieval_on}."
    partly = " This is not the whole warehouse: `left_out` lists what is missing, and why." if left_out else ""
    return {
        "$schema": PROFILE,
        "name": "tidemark",
        "title": "Tidemark: who holds America's debt, and what tightens when they stop",
        "description": f"{release.notice} {known}{partly}",
        "version": release.name,
        "created": release.published_at.isoformat(timespec="seconds"),
        "as_of": release.as_of.isoformat() if release.as_of else None,
        "newest_retrieval_on": release.newest_retrieval_on.isoformat(),
        "is_simulated": release.is_simulated,
        "left_out": dict(left_out),
        "licenses": _licences(licence for file in files for licence in file.licences),
        "sources": _sources(source for file in files for source in file.mart.sources),
        "resources": [_resource(file, files) for file in files],
    }


def _resource(file: File, files: Collection[File]) -> dict[str, Any]:
    return {
        "name": file.name,
        "path": file.name,
        "type": "table",
        "title": f"{file.mart.name}: one row per {file.mart.grain}",
        "description": file.mart.description,
        "format": file.form,
        "mediatype": _MEDIA_TYPES[file.form],
        **(_CSV if file.form == "csv" else {}),
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        # The standard allows no empty list of licenses; Tidemark's own lists (countries) have none.
        **({"licenses": _licences(file.licences)} if file.licences else {}),
        **({"sources": sources} if (sources := _sources(file.mart.sources)) else {}),
        "schema": _schema(file, {other.name for other in files}),
    }


def _schema(file: File, names: Collection[str]) -> dict[str, Any]:
    columns = [column for column in file.mart.columns if column.name in file.columns]
    references = [
        {"fields": [column], "reference": {"resource": f"{mart}.{file.form}", "fields": [column]}}
        for column, mart in file.mart.references.items()
        if column in file.columns and f"{mart}.{file.form}" in names
    ]
    return {
        "fields": [_field(column) for column in columns],
        **({"primaryKey": list(file.mart.key)} if file.mart.key else {}),
        **({"foreignKeys": references} if references else {}),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    lowest, highest = column.bounds
    constraints = {
        **({"required": True} if column.is_required else {}),
        **({"enum": list(column.values)} if column.values else {}),
        **({"minimum": lowest} if lowest is not None else {}),
        **({"maximum": highest} if highest is not None else {}),
    }
    return {
        "name": column.name,
        "type": "number" if column.data_type.startswith("decimal") else _TYPES[column.data_type],
        "description": column.description,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _licences(licences: Iterable[str]) -> list[dict[str, str]]:
    given = set(licences)
    return [{"name": name, "title": title} for licence, (name, title) in LICENCES.items() if licence in given]


def _sources(sources: Iterable[Source]) -> list[dict[str, str]]:
    publishers = {name: address for source in sources for name, address in source.publishers.items()}
    return [{"title": name, "path": address} for name, address in sorted(publishers.items())]
