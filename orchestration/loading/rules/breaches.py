"""Finds the rows that break rules: the count from Great Expectations, the rows from the rule's own SQL.

Belongs here: evaluating both, and comparing the results. Does not belong here: the consequences (`verdict`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.environment import isolate_libraries
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import DATASET, DOCUMENT, ROW, Rule, SuiteError

_BATCH = {ROW: "news", DOCUMENT: "documents", DATASET: "answers"}
_IDENTITY = {ROW: ("row_number", "document_id"), DOCUMENT: ("document_id",), DATASET: ("source", "dataset")}


@dataclass(frozen=True)
class Breach:
    """A broken rule.

    Attributes:
        rule: the rule.
        relation: a temporary table of the rows that break it, as the rule selects them.
        shown: its columns to show to people.
        count: its number of rows.
    """

    rule: Rule
    relation: str
    shown: tuple[str, ...]
    count: int


def find_breaches(relations: Relations, rules: Sequence[Rule]) -> list[Breach]:
    """Evaluate rules of one scope.

    Args:
        relations: of the load.
        rules: the rules.

    Returns:
        The broken ones, in the order of the rules.

    Raises:
        SuiteError: a rule is not valid, or its own SQL does not find as many rows as Great Expectations counts.
    """
    if not rules:
        return []
    scope = rules[0].scope
    relations.need([_BATCH[scope], *(name for rule in rules for name in rule.uses)])
    counts = _ask_great_expectations(relations.connection, _BATCH[scope], rules)
    return [_fetch(relations, rule, counts[rule.name]) for rule in rules if rule.name in counts]


def is_something_broken(relations: Relations, rules: Sequence[Rule]) -> bool:
    """Whether the rules' own SQL finds anything. If not, a load with nothing new need not start Great Expectations."""
    relations.need(name for rule in rules for name in rule.uses)
    return any(relations.connection.execute(f"from ({rule.query}) limit 1").fetchall() for rule in rules)


def _ask_great_expectations(connection: duckdb.DuckDBPyConnection, batch: str, rules: Sequence[Rule]) -> dict[str, int]:
    # Here, and not only in a load of ours: Dagster's daemon and `tidemark check` pass here, too.
    isolate_libraries(prefixes=("GX_",))
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from orchestration.loading.rules.gx_duckdb import count_breaking

    return count_breaking(connection, batch, rules)


def _fetch(relations: Relations, rule: Rule, counted: int) -> Breach:
    connection, relation = relations.connection, f"breaks_{rule.name}"
    relations.put(relation, rule.query)
    columns = [str(row[0]) for row in connection.execute(f"describe {relation}").fetchall()]
    for name in _IDENTITY[rule.scope]:
        if name not in columns:
            raise SuiteError(f"{rule.path}, rule {rule.name}: the column {name} is missing in its select.")
    found = _number(connection, f"select count(*) from {relation}")
    if found != counted:
        raise SuiteError(
            f"{rule.path}, rule {rule.name}: Great Expectations counts {counted} rows that break it, "
            f"its own SQL finds {found}."
        )
    if rule.scope == ROW:
        _check_rows(connection, rule, relation)
    shown = tuple(name for name in columns if name not in _IDENTITY[rule.scope])
    return Breach(rule, relation, shown, found)


def _check_rows(connection: duckdb.DuckDBPyConnection, rule: Rule, relation: str) -> None:
    """A row rule selects rows of `news`, each at most once."""
    repeated = _number(connection, f"select count(*) - count(distinct row_number) from {relation}")
    if repeated:
        raise SuiteError(f"{rule.path}, rule {rule.name}: it selects {repeated} rows more than once.")
    old = _number(connection, f"select count(*) from {relation} anti join news using (row_number)")
    if old:
        raise SuiteError(f"{rule.path}, rule {rule.name}: it selects {old} rows that are not in news.")


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
