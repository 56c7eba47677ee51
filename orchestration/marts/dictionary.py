"""The data dictionary: what dbt's manifest knows of the marts, as a page for people (`docs/use/dictionary.md`).

Belongs here: the layout of the page. Does not belong here: reading the manifest (`warehouse/marts.py`), and any word
about a mart; these stand in its yml.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from orchestration.marts.manifest import Column, Manifest, Mart, TableFunction

_HEAD = """# Data dictionary

Written by `make docs` from the contracts of the models in `dbt_project/models/marts`; do not edit. The same words stand
in the published file: `select table_name, comment from duckdb_tables()`, and `duckdb_columns()` for columns.

A cell is null where the mart says nothing; `always` marks columns that never are. Every `known_at` is a moment (UTC):
from then on the world could have known all that the row says. "May be passed on" is what `TIDEMARK_EXPORT=public` lets
out of the house."""

_PASSED_ON = {
    "whole": "all of it",
    "rows": "the rows whose licence allows it",
    "columns": "the columns whose licence allows it",
}


def page(manifest: Manifest) -> str:
    """The whole page, in Markdown."""
    families = {family: list(marts) for family, marts in groupby(manifest.marts, key=lambda mart: mart.family)}
    parts = [_HEAD, _contents(families.items(), manifest.functions)]
    for family, marts in families.items():
        parts += [f"## {family.capitalize()}", *map(_mart, marts)]
    parts += ["## Table functions", *map(_function, manifest.functions)]
    return "\n\n".join(parts) + "\n"


def _contents(families: Iterable[tuple[str, list[Mart]]], functions: Iterable[TableFunction]) -> str:
    lines = [
        f"- **{family.capitalize()}**: {', '.join(f'[`{mart.name}`](#{mart.name})' for mart in marts)}"
        for family, marts in families
    ]
    names = ", ".join(f"[`{function.name}`](#{function.name})" for function in functions)
    return "\n".join([*lines, f"- **Table functions**: {names}"])


def _mart(mart: Mart) -> str:
    publishers = dict.fromkeys(publisher for source in mart.sources for publisher in source.publishers)
    facts = [
        f"- A row is {mart.grain}. Key: {_code(mart.key)}." if mart.key else "- It has one row.",
        *([f"- Made of: {'; '.join(publishers)}."] if publishers else []),
        f"- May be passed on: {_PASSED_ON.get(str(mart.meta.get('redistribution')), 'nothing')}.",
    ]
    table = ["| column | type | unit | what it says |", "|---|---|---|---|", *(_row(mart, one) for one in mart.columns)]
    return "\n".join([f"### {mart.name}", "", mart.description, "", *facts, "", *table, "", *_tests(mart)]).rstrip()


def _row(mart: Mart, column: Column) -> str:
    said = [column.description]
    if column.name in mart.references:
        said.append(f"Points to [`{mart.references[column.name]}`](#{mart.references[column.name]}).")
    if any(f"`{value}`" not in column.description for value in column.values):
        said.append(f"One of {_code(column.values)}.")
    lowest, highest = (None if bound is None else f"{bound:,}" for bound in column.bounds)
    if lowest is not None and highest is not None:
        said.append(f"From {lowest} to {highest}.")
    elif lowest is not None or highest is not None:
        said.append(f"Never below {lowest}." if lowest is not None else f"Never above {highest}.")
    kind = f"{column.data_type}{', always' if column.is_required else ''}"
    return f"| `{column.name}` | {kind} | {column.unit or ''} | {_cell(' '.join(said))} |"


def _tests(mart: Mart) -> list[str]:
    claims = [f"- {claim[0].upper()}{claim[1:]}." for claim in mart.claims]
    tests = [f"- {description}" for description in mart.tests.values() if description]
    lines = ["Every load tests:", "", *claims, *tests] if claims or tests else []
    if mart.unit_tests:
        tests_in_words = "one unit test holds" if mart.unit_tests == 1 else f"{mart.unit_tests} unit tests hold"
        lines += ["", f"Beside that, {tests_in_words} its SQL against made-up rows."]
    return lines


def _function(function: TableFunction) -> str:
    call = f"`select * from marts.{function.name}({function.parameters})`"
    return f"### {function.name}\n\n{call}\n\n{function.description}"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
