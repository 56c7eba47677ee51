"""The marts as dbt's manifest describes them: grain, columns, units, keys, tests and sources.

Belongs here: reading the manifest into plain objects for the data dictionary and the exports. Does not belong here:
figures and page layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.warehouse.dbt_sources import described

SCHEMA = "marts"
BY_SERIES, UNKNOWN = "by_series", "unknown"

UNITS = {
    "usd_bn": "billions of US dollars",
    "usd_bn_a_month": "billions of US dollars a month",
    "usd_mn": "millions of US dollars",
    "usd": "US dollars",
    "pct": "per cent",
    "pct_a_year": "per cent a year",
    "bp": "basis points",
    "share": "share (1 is all)",
    "z": "standard deviations",
    "days": "days",
    "months": "months",
    "years": "years",
}
"""End of a column's name -> its unit. The longest match counts."""


@dataclass(frozen=True)
class Column:
    """A column of a mart.

    Attributes:
        name: as in the table.
        data_type: DuckDB's, as in the contract.
        description: in words.
        unit: in words; None if it has none or it is unknown.
        is_required: it is never null.
        values: allowed values; empty if any is allowed.
        bounds: lowest and highest number, inclusive; None for no bound.
        meta: everything in the `meta` of its yml.
    """

    name: str
    data_type: str
    description: str
    unit: str | None
    is_required: bool
    values: tuple[str | int, ...]
    bounds: tuple[float | None, float | None]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A table of raw and its publishers.

    Attributes:
        table: without the schema.
        publishers: name -> address; empty for the load's own records.
        licence: as in `dim_series`; `internal_use` for exchange data; `by_series` if each series has its own.
        may_be_redistributed: False also if it depends on the series.
    """

    table: str
    publishers: Mapping[str, str]
    licence: str
    may_be_redistributed: bool

    @property
    def is_by_series(self) -> bool:
        """Each of its series has its own licence."""
        return self.licence == BY_SERIES


@dataclass(frozen=True)
class Mart:
    """A table of the schema `marts`.

    Attributes:
        name: without the schema.
        family: the folder of its model.
        description: in words.
        grain: what identifies a row, after "one row per".
        columns: in the order of the contract.
        key: columns that identify a row; empty for a mart of one row.
        references: column -> mart whose column of the same name contains all its values.
        assertions: sentences that are true for every row.
        tests: name -> description of its other tests.
        unit_tests: number of unit tests of its SQL.
        sources: the tables of raw it is built from.
        meta: everything in the `meta` of its yml.
    """

    name: str
    family: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, str]
    assertions: tuple[str, ...]
    tests: Mapping[str, str]
    unit_tests: int
    sources: tuple[Source, ...]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class TableFunction:
    """A function of the published file that returns a table."""

    name: str
    parameters: str
    description: str


class Manifest:
    """dbt's description of the project.

    Args:
        content: dbt's manifest, parsed from JSON.
        others: marts that are not built by a model.
    """

    def __init__(self, content: Mapping[str, Any], others: Iterable[Mart] = ()) -> None:
        self._content = content
        self._others = tuple(others)

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read dbt's manifest.json."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    @cached_property
    def marts(self) -> tuple[Mart, ...]:
        """All marts, by family and name."""
        nodes = self._content["nodes"].values()
        models = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == SCHEMA]
        return tuple(sorted([*map(self._mart, models), *self._others], key=lambda mart: (mart.family, mart.name)))

    def with_marts(self, others: Iterable[Mart]) -> Manifest:
        """The same manifest with marts that are not built by a model."""
        return Manifest(self._content, [*self._others, *others])

    def sources_above(self, *models: str) -> tuple[Source, ...]:
        """The tables of raw that these models are built from."""
        project = self._content["metadata"]["project_name"]
        by_table = {source.table: source for model in models for source in self._sources_of(f"model.{project}.{model}")}
        return tuple(source for _, source in sorted(by_table.items()))

    @cached_property
    def functions(self) -> tuple[TableFunction, ...]:
        """The table functions of the published file, by name. The model with the same definition describes each."""
        metas = [node["config"]["meta"] for node in self._content["nodes"].values()]
        entries = [meta["as_of_function"] for meta in metas if "as_of_function" in meta]
        functions = (TableFunction(one["name"], one["parameters"], _spaced(one["description"])) for one in entries)
        return tuple(sorted(functions, key=lambda function: function.name))

    def _mart(self, node: Mapping[str, Any]) -> Mart:
        unique_id, meta = node["unique_id"], node["config"]["meta"]
        tests = [test for test in self._tests if unique_id in test["depends_on"]["nodes"]]
        rules = [test for test in tests if _is_rules(test) and test.get("attached_node") == unique_id]
        return Mart(
            name=node["name"],
            family=node["fqn"][2],
            description=_spaced(node["description"]),
            grain=meta.get("grain", ""),
            columns=tuple(_column(column) for column in node["columns"].values()),
            key=tuple(meta.get("key", ())),
            references={
                column: mart
                for test in rules
                for column, mart in test["test_metadata"]["kwargs"].get("references", {}).items()
            },
            assertions=tuple(meta.get("assertions", ())),
            tests={
                test["name"]: description_of(test)
                for test in sorted(tests, key=lambda test: str(test["name"]))
                if not _is_rules(test) and test.get("attached_node") in (None, unique_id)
            },
            unit_tests=sum(
                unit_test["depends_on"]["nodes"] == [unique_id] for unit_test in self._content["unit_tests"].values()
            ),
            sources=self._sources_of(unique_id),
            meta=meta,
        )

    @cached_property
    def _tests(self) -> list[Mapping[str, Any]]:
        return [node for node in self._content["nodes"].values() if node["resource_type"] == "test"]

    def _sources_of(self, unique_id: str) -> tuple[Source, ...]:
        """The tables of raw a model is built from. Without terms in its yml a table may not be redistributed."""
        found, seen, waiting = [], {unique_id}, [unique_id]
        while waiting:
            current = waiting.pop()
            source = self._content["sources"].get(current)
            if source is not None:
                meta = source["config"]["meta"]
                publishers = {publisher["name"]: publisher["address"] for publisher in meta.get("publishers", ())}
                free = meta.get("may_be_redistributed") is True
                found.append(Source(source["name"], publishers, meta.get("licence", UNKNOWN), free))
            parents = self._content["nodes"].get(current, {}).get("depends_on", {}).get("nodes", ())
            waiting += [parent for parent in parents if parent not in seen]
            seen.update(parents)
        return tuple(sorted(found, key=lambda source: source.table))


def unit_of(column: str, meta: Mapping[str, Any]) -> str | None:
    """The unit of a column: from its yml, or else from its name."""
    if "unit" in meta:
        return str(meta["unit"])
    fitting = [end for end in UNITS if column == end or column.endswith(f"_{end}")]
    return UNITS[max(fitting, key=len)] if fitting else None


def description_of(test: Mapping[str, Any]) -> str:
    """The description of a test in dbt's manifest: that of its yml, or else the one its SQL sets."""
    return _spaced(test.get("description") or test["config"]["meta"].get("description") or "")


def _column(column: Mapping[str, Any]) -> Column:
    name, meta = column["name"], column["config"]["meta"]
    is_number = column["data_type"] not in ("varchar", "boolean", "date", "timestamp")
    lowest, highest = meta.get("range", (None, None)) if is_number else (None, None)
    return Column(
        name=name,
        data_type=column["data_type"],
        description=_spaced(column["description"]),
        unit=unit_of(name, meta) if is_number else None,
        is_required=any(constraint["type"] == "not_null" for constraint in column.get("constraints", ())),
        values=tuple(_listed(meta.get("values", ()))),
        bounds=(lowest, highest),
        meta=meta,
    )


def _listed(values: str | Iterable[str | int]) -> Iterable[str | int]:
    """The values themselves, or those of the named list of `described_tables`."""
    return described()[values] if isinstance(values, str) else values


def _is_rules(test: Mapping[str, Any]) -> bool:
    """The test of the key and the columns, which the yml of the mart describes itself."""
    return (test.get("test_metadata") or {}).get("name") == "valid_rows"


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
