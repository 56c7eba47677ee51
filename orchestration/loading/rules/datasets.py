"""Checks whether datasets are late by their calendars: the rules of `expectations/_datasets`, after the merge.

Belongs here: the relation of answers, and the verdict on datasets. Does not belong here: the calendars (seeds) and the
rules (`expectations/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import duckdb
import pandas as pd

from orchestration.archive.gather import Answer
from orchestration.loading.rules.breaches import Breach, find_breaches, is_something_broken
from orchestration.loading.rules.naming import name_dataset
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.report import CheckLine, line_of
from orchestration.loading.rules.rule_files import DATASETS, read_suite, verify_uses
from orchestration.loading.rules.verdict import SHOWN_ROWS, Consequence, Finding
from orchestration.loading.workspace import Workspace
from orchestration.sources.registry import OTHER, SOURCES


def judge_datasets(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    answers: Sequence[Answer],
    asset: str,
    *,
    is_quiet: bool = False,
) -> list[CheckLine]:
    """Check the datasets that answered in this load against their rules.

    Args:
        connection: of the working file, after the merge.
        workspace: of this load.
        answers: the last answer for each dataset.
        asset: the asset of the checks.
        is_quiet: nothing new was loaded; Great Expectations is started only if something is late.
    """
    suite = read_suite(DATASETS)
    verify_uses(suite)
    lines = [
        asdict(answer) | {"raw_table": SOURCES[answer.source].raw_table(answer.dataset)}
        for answer in answers
        if answer.source != OTHER
    ]
    frame = pd.DataFrame(lines, columns=["source", "dataset", "address", "answered_at", "raw_table"])
    naive = pd.to_datetime(frame["answered_at"], utc=True, format="ISO8601").dt.tz_localize(None)
    relations = Relations(connection, workspace, facts=suite.facts)
    relations.register("answers", frame.assign(answered_at=naive))
    try:
        rules = suite.rules if not is_quiet or is_something_broken(relations, suite.rules) else ()
        found = {breach.rule.name: _finding(connection, breach) for breach in find_breaches(relations, rules)}
    finally:
        relations.drop()
    return [line_of(asset, DATASETS, rule, [found[rule.name]] if rule.name in found else []) for rule in suite.rules]


def _finding(connection: duckdb.DuckDBPyConnection, breach: Breach) -> Finding:
    rows = connection.execute(f"from {breach.relation} order by source, dataset").df().to_dict("records")
    return Finding(
        rule=breach.rule,
        consequence=Consequence.STOPS if breach.rule.is_critical else Consequence.REPORTS,
        document_id="",
        rows=len(rows),
        examples=tuple(name_dataset(row) for row in rows[:SHOWN_ROWS]),
        subjects=tuple(f"{row['source']} {row['dataset']}" for row in rows),
    )
