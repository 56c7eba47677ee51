"""Writes the files of the dbt project that follow from the descriptions of the raw tables.

Belongs here: their content. Does not belong here: any fact about a table or publisher; those are in
`orchestration/tables/raw` and in the publishers' modules.

`make tables` runs this module; a test fails when a file is stale.

    models/sources.yml                raw and quarantine: descriptions, columns, publishers, licences
    macros/described_tables.sql       lists of names, for models and tests that treat all tables alike
    seeds/observation_series.csv      the series of all tables of observations that have no catalogue of their own
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import PROJECT_ROOT
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_table import BROKEN_RULES, Column, RawTable, Series
from orchestration.tables.raw_tables import RAW_TABLES

DBT_PROJECT = PROJECT_ROOT / "dbt_project"

_WRITTEN = "Written by `make tables` from orchestration/tables/raw and the publishers' modules; do not edit."
_NUMBERS = ("decimal", "double")

_FREE = {"meta": {"may_be_redistributed": True}}
_OWN_TABLES = (
    ("documents", "The ledger: one row per document. Every row of raw names its document."),
    ("knowledge_cutoff", "One row: the marts use only what was known before `known_before`."),
)

_RAW = (
    "Every published value, vintage by vintage. A load adds a row only if a publisher's value differs from the "
    "previous one. Always complete: the models apply `as_of`."
)
_QUARANTINE = (
    "Rows that broke a rule: the columns of the raw table of the same name, and `broken_rules`. A row leaves when its "
    "document is checked again and the row passes: the publisher corrected it, the rule was changed, or an entry of "
    "the corrections file accepts it."
)


def described() -> dict[str, list[str] | dict[str, str]]:
    """Lists of names that follow from the descriptions, for models and tests: `described_tables()` in dbt."""
    tables = list(RAW_TABLES.values())
    observed = [(table.sources[0], table.observations) for table in tables if table.observations]
    figures = [column.name for table in tables for column in table.values if column.kind.startswith(_NUMBERS)]
    return {
        "raw_tables": [table.name for table in tables],
        "measures": list(dict.fromkeys(figures)),
        "observation_models": {publisher: one.model for publisher, one in observed if not one.is_fallback},
        "observation_publishers": [publisher for publisher, _ in observed],
    }


def generated() -> dict[Path, str]:
    """The content of each file, by its path."""
    return {
        DBT_PROJECT / "models" / "sources.yml": _sources(),
        DBT_PROJECT / "macros" / "described_tables.sql": _macro(),
        DBT_PROJECT / "seeds" / "observation_series.csv": _series(),
    }


def _sources() -> str:
    raw = [
        *(
            {"name": name, "description": text, "config": _meta(may_be_redistributed=True)}
            for name, text in _OWN_TABLES
        ),
        *map(_raw_table, RAW_TABLES.values()),
    ]
    quarantine = [_quarantine_table(table) for table in RAW_TABLES.values()]
    content = {
        "version": 2,
        "sources": [
            {"name": "raw", "schema": "raw", "description": _RAW, "tables": raw},
            {"name": "quarantine", "schema": "quarantine", "description": _QUARANTINE, "tables": quarantine},
        ],
    }
    return f"# {_WRITTEN}\n" + yaml.safe_dump(content, sort_keys=False, width=120, allow_unicode=True)


def _raw_table(table: RawTable) -> dict[str, Any]:
    publishers = [SOURCES[source].PUBLISHER for source in table.sources]
    return {
        "name": table.name,
        "description": f"{_sentence(table.about)} One row per {table.grain}.",
        "config": _meta(
            publishers=[{"name": publisher.title, "address": publisher.website} for publisher in publishers],
            licence=table.licence,
            may_be_redistributed=table.may_be_redistributed,
        ),
        "columns": _columns(table.columns),
    }


def _quarantine_table(table: RawTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": f"Quarantined rows of raw.{table.name}: {table.about}.",
        "columns": _columns([*table.columns, BROKEN_RULES]),
    }


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {
            "name": column.name,
            "description": column.description,
            "data_type": column.kind,
            **({"config": _meta(unit=column.unit)} if column.unit else {}),
        }
        for column in columns
    ]


def _meta(**meta: object) -> Mapping[str, object]:
    return {"meta": meta}


def _macro() -> str:
    lines = ",\n".join(f"        {name!r}: {value!r}" for name, value in described().items())
    return (
        f"{{#- {_WRITTEN} -#}}\n"
        "{% macro described_tables() %}\n"
        f"    {{{{ return({{\n{lines}\n    }}) }}}}\n"
        "{% endmacro %}\n"
    )


def _series() -> str:
    columns = [field.name for field in fields(Series)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["source_table", *columns])
    for table in RAW_TABLES.values():
        for series in table.observations.series if table.observations else ():
            writer.writerow([table.name, *(getattr(series, column) for column in columns)])
    return text.getvalue()


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(PROJECT_ROOT)}\n")
