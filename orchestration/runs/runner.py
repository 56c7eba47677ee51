"""Runs the job `monthly_load` in this process, and says how it ended.

Belongs here: what a person at a shell needs of a run: the counts if it went well, the reasons if not.
Does not belong here: any step of the load (`defs`), the words of a failure (`outcome`), and the state of the warehouse
(`summary`).
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.loading.rules.verdict import Consequence
from orchestration.runs.outcome import check_evaluations, is_published, reasons, told
from orchestration.runs.run_history import open_instance

DOCUMENTS = "documents_"
ROWS = "rows_"
DBT_SCHEMAS = ("staging", "intermediate", "marts", "seeds")


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        reasons: why it failed, a paragraph each; empty if it went well.
        documents: of this run, by outcome (new, changed, unchanged, failed).
        rows: of this run, by outcome (parsed, loaded, unchanged, quarantined, retracted).
        checks: how many passed, by kind.
        notices: what checks found that did not stop the load, a paragraph each.
        is_published: the step that publishes went well, whatever became of the run.
        has_run: Dagster came to the end of the job, and told who wants to know of a failure.
    """

    reasons: list[str] = field(default_factory=list)
    documents: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    is_published: bool = False
    has_run: bool = True


def run_monthly_load(job: dg.JobDefinition, first_month: str | None, last_month: str | None) -> Outcome:
    """Run the job, on the Dagster instance of the home.

    Args:
        job: `monthly_load`.
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
            result = job.execute_in_process(
                instance=instance,
                run_config={"loggers": {"progress": {}}},
                tags=tags,
                raise_on_error=False,
            )
    except Exception as error:
        return Outcome(reasons=[f"Dagster could not run the job: {_innermost(error)}"], has_run=False)
    published = is_published(result.all_events)
    if not result.success:
        return Outcome(reasons=reasons(result.all_events), is_published=published)
    outcome = Outcome(is_published=published)
    for check in check_evaluations(result.all_events):
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


def _noticed(check: dg.AssetCheckEvaluation) -> str:
    """All of it where something is held back; a line where it is only worth knowing."""
    if getattr(check.metadata.get("consequence"), "value", None) != Consequence.REPORTS.value:
        return told(check)
    expected = (check.description or "").partition("\n")[0].removeprefix("Expected: ")
    rows = getattr(check.metadata.get("unexpected_rows"), "value", 0)
    return f"{check.asset_key.to_user_string()}: {check.check_name}: not so {rows} time(s): {expected}"
