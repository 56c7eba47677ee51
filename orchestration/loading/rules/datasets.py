"""Whether each dataset is as new as its calendar promises: the suite `expectations/datasets.json`, after the merge.

Belongs here: the relation of answers, and the verdict on datasets. Does not belong here: the calendars (seeds) and the
rules (`expectations/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import duckdb
import pandas as pd

from orchestration.archive.gather import Answer
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.report import CheckLine, line_of
from orchestration.loading.rules.suites import Rule, read_suite, run_suite
from orchestration.loading.rules.verdict import SHOWN_ROWS, Consequence, Finding, shown
from orchestration.loading.workspace import Workspace
from orchestration.sources.registry import OTHER, SOURCES

DATASETS = "datasets"


def judge_datasets(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, answers: Sequence[Answer], asset: str
) -> list[CheckLine]:
    """Hold the datasets that answered in this load against their suite.

    Args:
        connection: of the working file, after the merge.
        workspace: of this load.
        answers: when each dataset last gave an answer.
        asset: what the checks belong to.
    """
    suite = read_suite(DATASETS)
    lines = [
        asdict(answer) | {"raw_table": SOURCES[answer.source].raw_table(answer.dataset)}
        for answer in answers
        if answer.source != OTHER
    ]
    frame = pd.DataFrame(lines, columns=["source", "dataset", "address", "answered_at", "raw_table"])
    naive = pd.to_datetime(frame["answered_at"], utc=True, format="ISO8601").dt.tz_localize(None)
    connection.register("answers", frame.assign(answered_at=naive))
    Relations(connection, workspace).make_for(suite.query)
    found = {
        breach.rule: breach.rows
        for breach in run_suite(suite, [connection.execute(suite.query).df()], ["source", "dataset"])
    }
    return [
        line_of(asset, DATASETS, rule, [_finding(suite.name, rule, found[rule])] if rule in found else [])
        for rule in suite.rules
    ]


def _finding(suite: str, rule: Rule, rows: pd.DataFrame) -> Finding:
    names = rows["source"] + " " + rows["dataset"]
    values = rows.drop(columns=["source", "dataset"]).head(SHOWN_ROWS).to_dict("records")
    return Finding(
        rule=rule,
        suite=suite,
        consequence=Consequence.STOPS if rule.is_critical else Consequence.REPORTS,
        document_id="",
        rows=len(rows),
        examples=tuple(
            f"{name}: " + ", ".join(f"{column} = {shown(value)}" for column, value in row.items())
            for name, row in zip(names, values, strict=False)
        ),
        subjects=tuple(names),
    )
