"""Runs the job `monthly_load` in this process, and says how it ended.

Belongs here: what a person at a shell needs of a run: the counts if it went well, one screen of reasons if not.
Does not belong here: any step of the load (`defs`), and the state of the warehouse (`summary`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from orchestration.definitions import defs

DOCUMENTS = "documents_"
ROWS = "rows_"


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        reasons: why it failed, a paragraph each; empty if it went well.
        documents: of this run, by outcome (new, changed, unchanged, failed).
        rows: of this run, by outcome (offered, loaded, unchanged, retracted).
        checks: how many passed, by kind.
    """

    reasons: list[str] = field(default_factory=list)
    documents: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)


def run_monthly_load(first_month: str | None, last_month: str | None) -> Outcome:
    """Run the job, on the Dagster instance of the home.

    Args:
        first_month: the first load month, YYYY-MM; None for everything that is due.
        last_month: the last load month.
    """
    tags = (
        {
            "dagster/asset_partition_range_start": f"{first_month}-01",
            "dagster/asset_partition_range_end": f"{last_month}-01",
        }
        if first_month
        else {}
    )
    with dg.DagsterInstance.get() as instance:
        result = (
            defs()
            .resolve_job_def("monthly_load")
            .execute_in_process(
                instance=instance,
                run_config={"loggers": {"progress": {}}},
                tags=tags,
                raise_on_error=False,
            )
        )
    evaluations = result.get_asset_check_evaluations()
    if not result.success:
        return Outcome(reasons=[*_broken_checks(evaluations), *_failed_steps(result.all_events)])
    outcome = Outcome()
    for check in evaluations:
        outcome.checks["expectations on rows" if check.asset_key.path[0] == "offered" else "dbt tests"] += 1
    for event in result.get_asset_materialization_events():
        for name, value in event.step_materialization_data.materialization.metadata.items():
            for prefix, counts in ((DOCUMENTS, outcome.documents), (ROWS, outcome.rows)):
                if name.startswith(prefix) and isinstance(value, dg.IntMetadataValue):
                    counts[name.removeprefix(prefix)] += value.value or 0
    return outcome


def _broken_checks(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    return [
        f"CHECK FAILED  {check.asset_key.to_user_string()}: {check.check_name}\n{check.description or ''}".rstrip()
        for check in evaluations
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]


def _failed_steps(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """The sentence of each failed step; a step that only reports a broken check says nothing new."""
    reasons = []
    for event in events:
        if event.is_step_failure:
            failure = event.step_failure_data
            said = failure.user_failure_data.description if failure.user_failure_data else None
            if said:
                reasons.append(said)
            elif failure.error and failure.error.cls_name != "DagsterAssetCheckFailedError":
                reasons.append(_sentence(failure.error))
        elif event.is_failure and not reasons and event.job_failure_data.error:
            reasons.append(_sentence(event.job_failure_data.error))
    return reasons


def _sentence(error: SerializableErrorInfo) -> str:
    """What the innermost error says; Dagster wraps ours in its own."""
    while error.cause is not None:
        error = error.cause
    kind, separator, sentence = error.message.strip().partition(": ")
    return sentence if separator and kind.endswith(str(error.cls_name)) else error.message.strip()
