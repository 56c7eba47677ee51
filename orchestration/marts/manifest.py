"""The marts as dbt's manifest describes them: what a row is, columns, units, keys, tests, and what they are made of.

Belongs here: reading the manifest into plain objects, for all who tell others of the marts (the data dictionary, the
exports). Does not belong here: the figures themselves, and how anything is laid out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

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
"""What the last words of a column's name say of its unit; the longest that fits counts."""


@dataclass(frozen=True)
class Column:
    """A column of a mart.

    Attributes:
        name: as in the table.
        data_type: DuckDB's, as the contract has it.
        description: in words.
        unit: in words; None where it has none, or none is told.
        is_required: it has a value in every row.
        values: those that it may have; empty where any may.
        bounds: lowest and highest number, included; None where there is none.
        meta: what else its yml says.
    """

    name: str
    data_type: str
    description: str
    unit: str | None
    is_required: bool
    values: tuple[str, ...]
    bounds: tuple[float | None, float | None]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A table of raw, and who stands behind it.

    Attributes:
        table: without the schema.
        publishers: name -> where it publishes; empty where it is the load's own bookkeeping.
        licence: as in `dim_series`; `internal_use` of what an exchange lets its readers use; `by_series` where each
            series has its own.
        may_be_redistributed: False also where each series has an answer of its own.
    """

    table: str
    publishers: Mapping[str, str]
    licence: str
    may_be_redistributed: bool

    @property
    def is_by_series(self) -> bool:
        """Each series in it has a licence of its own."""
        return self.licence == BY_SERIES


@dataclass(frozen=True)
class Mart:
    """A table that readers are given.

    Attributes:
        name: without the schema.
        family: the folder of its model.
        description: without the sentence on its grain.
        grain: what a row is.
        columns: in the order of the contract.
        key: the columns that no two rows share; empty where there is one row.
        references: column -> the mart whose column of the same name holds all its values.
        claims: sentences that are true of every row.
        tests: name -> description, of the tests beside those of key and columns.
        unit_tests: how many hold its SQL against made-up rows.
        sources: the tables of raw that stand above it.
        meta: what else its yml says.
    """

    name: str
    family: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, str]
    claims: tuple[str, ...]
    tests: Mapping[str, str]
    unit_tests: int
    sources: tuple[Source, ...]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class TableFunction:
    """A function of the published file that gives a table."""

    name: str
    parameters: str
    description: str


class Manifest:
    """What dbt knows of the project.

    Args:
        content: dbt's manifest, as read from JSON.
        others: marts that no model makes.
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
        """The same, with marts that no model makes."""
        return Manifest(self._content, [*self._others, *others])

    def sources_above(self, model: str) -> tuple[Source, ...]:
        """The tables of raw that a model is made of."""
        return self._sources_of(f"model.{self._content['metadata']['project_name']}.{model}")

    @cached_property
    def functions(self) -> tuple[TableFunction, ...]:
        """The table functions that dbt's macros create, by name."""
        return tuple(
            TableFunction(name, _spaced(parameters), _told_of(name, macro["macro_sql"]))
            for macro in self._content["macros"].values()
            if macro["package_name"] == self._content["metadata"]["project_name"]
            for name, parameters in re.findall(
                rf"create or replace macro {SCHEMA}\.(\w+)\((.*?)\) as table", macro["macro_sql"]
            )
        )

    def _mart(self, node: Mapping[str, Any]) -> Mart:
        unique_id = node["unique_id"]
        tests = [test for test in self._tests if unique_id in test["depends_on"]["nodes"]]
        mine = [test for test in tests if test.get("attached_node") == unique_id]
        keys = [test["test_metadata"]["kwargs"]["columns"] for test in mine if _kind(test) == "grain_is"]
        held = [test["test_metadata"]["kwargs"] for test in mine if _kind(test) == "columns_hold"]
        key = tuple(column for columns in keys for column in columns)
        description, _, grain = _spaced(node["description"]).rpartition("Grain: ")
        return Mart(
            name=node["name"],
            family=node["fqn"][2],
            description=description.strip(),
            grain=grain.rstrip("."),
            columns=tuple(_column(column, key, held) for column in node["columns"].values()),
            key=key,
            references={
                column: match[1]
                for one in held
                for column, relation in one.get("keys", {}).items()
                if (match := re.fullmatch(r"ref\('(\w+)'\)", relation))
            },
            claims=tuple(sentence for one in held for sentence in one.get("claims", {})),
            tests={
                test["name"]: _spaced(test["description"])
                for test in sorted(tests, key=lambda test: str(test["name"]))
                if _kind(test) not in ("grain_is", "columns_hold") and test.get("attached_node") in (None, unique_id)
            },
            unit_tests=sum(
                unit_test["depends_on"]["nodes"] == [unique_id] for unit_test in self._content["unit_tests"].values()
            ),
            sources=self._sources_of(unique_id),
            meta=node["config"]["meta"],
        )

    @cached_property
    def _tests(self) -> list[Mapping[str, Any]]:
        return [node for node in self._content["nodes"].values() if node["resource_type"] == "test"]

    def _sources_of(self, unique_id: str) -> tuple[Source, ...]:
        """The tables of raw above a model. One that says nothing of its terms may not be passed on."""
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
    """The unit of a column: what its yml says, or else what its name says."""
    if "unit" in meta:
        return str(meta["unit"])
    fitting = [end for end in UNITS if column == end or column.endswith(f"_{end}")]
    return UNITS[max(fitting, key=len)] if fitting else None


def _column(column: Mapping[str, Any], key: Iterable[str], held: Iterable[Mapping[str, Any]]) -> Column:
    name, meta = column["name"], column["config"]["meta"]
    bounds = next((one["ranges"][name] for one in held if name in one.get("ranges", {})), (None, None))
    is_number = column["data_type"] not in ("varchar", "boolean", "date", "timestamp")
    return Column(
        name=name,
        data_type=column["data_type"],
        description=_spaced(column["description"]),
        unit=unit_of(name, meta) if is_number else None,
        is_required=name in key or any(name in one.get("not_null", ()) for one in held),
        values=tuple(value for one in held for value in one.get("values", {}).get(name, ())),
        bounds=(bounds[0], bounds[1]) if is_number else (None, None),
        meta=meta,
    )


def _kind(test: Mapping[str, Any]) -> str:
    return str((test.get("test_metadata") or {}).get("name", ""))


def _told_of(function: str, macro: str) -> str:
    """The comment that a macro puts on a function: literals of SQL, one after the other."""
    comment = re.search(rf"comment on macro table {SCHEMA}\.{function} is((?:\s*'(?:[^']|'')*')+)", macro)
    literals = re.findall(r"'((?:[^']|'')*)'", comment[1]) if comment else []
    return "".join(literals).replace("''", "'")


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
