"""Runs the job `monthly_load` in this process, and says how it ended.

Belongs here: what a person at a shell needs of a run: the counts if it went well, one screen of reasons if not.
Does not belong here: any step of the load (`defs`), and the state of the warehouse (`summary`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from orchestration.definitions import defs
from orchestration.quality.verdict import Consequence
from orchestration.run_history import open_instance

DOCUMENTS = "documents_"
ROWS = "rows_"
DBT_SCHEMAS = ("staging", "intermediate", "marts", "seeds")
SHOWN_CHECKS = 4
INTERRUPTED = dg.DagsterExecutionInterruptedError.__name__
PUBLISHED = dg.AssetKey("warehouse")


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        reasons: why it failed, a paragraph each; empty if it went well.
        documents: of this run, by outcome (new, changed, unchanged, failed).
        rows: of this run, by outcome (offered, loaded, unchanged, quarantined, retracted).
        checks: how many passed, by kind.
        notices: what checks found that did not stop the load, a paragraph each.
        is_published: the step that publishes went well, whatever became of the run.
    """

    reasons: list[str] = field(default_factory=list)
    documents: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    is_published: bool = False


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
    try:
        with open_instance(Path(os.environ["DAGSTER_HOME"])) as instance:
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
    except Exception as error:
        return Outcome(reasons=[f"Dagster could not run the job: {_innermost(error)}"])
    evaluations = result.get_asset_check_evaluations()
    is_published = any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events())
    if not result.success:
        reasons = [*_broken_checks(evaluations), *_failed_steps(result.all_events)]
        return Outcome(reasons=reasons, is_published=is_published)
    outcome = Outcome(is_published=is_published)
    for check in evaluations:
        kind = "dbt tests" if check.asset_key.path[0] in DBT_SCHEMAS else "expectations"
        if check.passed:
            outcome.checks[kind] += 1
        else:
            outcome.notices.append(_noticed(check))
    # An asset tells its counts once for each partition of the run.
    told = {event.asset_key: event for event in result.get_asset_materialization_events()}
    for event in told.values():
        for name, value in event.step_materialization_data.materialization.metadata.items():
            for prefix, counts in ((DOCUMENTS, outcome.documents), (ROWS, outcome.rows)):
                if name.startswith(prefix) and isinstance(value, dg.IntMetadataValue):
                    counts[name.removeprefix(prefix)] += value.value or 0
    return outcome


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{error}".strip().splitlines()[0] if f"{error}".strip() else type(error).__name__


def _broken_checks(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    grave = [check for check in evaluations if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR]
    told = [f"CHECK FAILED  {_told(check)}" for check in grave[:SHOWN_CHECKS]]
    if len(grave) > SHOWN_CHECKS:
        names = ", ".join(check.check_name for check in grave[SHOWN_CHECKS:])
        told.append(f"and {len(grave) - SHOWN_CHECKS} more: {names}")
    return told


def _noticed(check: dg.AssetCheckEvaluation) -> str:
    """All of it where something is held back; a line where it is only worth knowing."""
    if getattr(check.metadata.get("consequence"), "value", None) != Consequence.REPORTS.value:
        return _told(check)
    expected = (check.description or "").partition("\n")[0].removeprefix("Expected: ")
    rows = getattr(check.metadata.get("unexpected_rows"), "value", 0)
    return f"{check.asset_key.to_user_string()}: {check.check_name}: not so {rows} time(s): {expected}"


def _told(check: dg.AssetCheckEvaluation) -> str:
    return f"{check.asset_key.to_user_string()}: {check.check_name}\n{check.description or ''}".rstrip()


def _failed_steps(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """The sentence of each failed step; a step that only reports a broken check says nothing new."""
    reasons = []
    has_failed_step = False
    for event in events:
        if event.is_step_failure:
            has_failed_step = True
            failure = event.step_failure_data
            said = failure.user_failure_data.description if failure.user_failure_data else None
            if said:
                reasons.append(said)
            elif failure.error and failure.error.cls_name != "DagsterAssetCheckFailedError":
                reasons.append(_sentence(failure.error))
        elif event.is_failure and not has_failed_step and event.job_failure_data.error:
            reasons.append(_sentence(event.job_failure_data.error))
    return reasons


def _sentence(error: SerializableErrorInfo) -> str:
    """What the innermost error says; Dagster wraps ours in its own."""
    while error.cause is not None:
        error = error.cause
    if error.cls_name == INTERRUPTED:
        return "The load was interrupted. Run it again: nothing else needs to be done."
    kind, separator, sentence = error.message.strip().partition(": ")
    return sentence if separator and kind.endswith(str(error.cls_name)) else error.message.strip()
