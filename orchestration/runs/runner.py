"""Runs the job `monthly_load` in this process, and returns how it ended.

Belongs here: what a person at a shell needs from a run: the counts if it succeeded, the reasons if it failed. Does not
belong here: any step of the load (`defs`), the text for a failure (`outcome`), and the state of the warehouse
(`summary`).
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.loading.rules.verdict import Consequence
from orchestration.runs.outcome import check_evaluations, describe, has_begun, is_published, reasons
from orchestration.runs.run_history import open_instance

BUILD_ALL = "tidemark/build_all"
"""The tag of a run that builds all models, also those that new rows do not change."""

DOCUMENTS = "documents_"
ROWS = "rows_"
DBT_SCHEMAS = ("staging", "intermediate", "marts", "seeds")


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        reasons: why it failed, one paragraph each; empty if it succeeded.
        documents: of this run, by outcome (new, changed, unchanged, failed).
        rows: of this run, by outcome (parsed, loaded, unchanged, quarantined, retracted).
        checks: how many passed, by kind.
        notices: findings of checks that did not stop the load, one paragraph each.
        is_published: the step that publishes succeeded, however the run ended.
        has_run: Dagster ran the job to its end, and reported a failure to the receivers of alerts.
        has_begun: a step ran.
    """

    reasons: list[str] = field(default_factory=list)
    documents: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    is_published: bool = False
    has_run: bool = True
    has_begun: bool = True


def run_monthly_load(
    job: dg.JobDefinition, first_month: str | None, last_month: str | None, *, full: bool = False
) -> Outcome:
    """Run the job on the Dagster instance of the home.

    It runs in a thread of its own. In the main thread Dagster would turn a signal into an exception in the middle of a
    step; see `interrupts`.

    Args:
        job: `monthly_load`.
        first_month: the first load month, YYYY-MM; None for everything that is due.
        last_month: the last load month.
        full: build all models.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="load") as pool:
        return pool.submit(_run, job, first_month, last_month, full).result()


def _run(job: dg.JobDefinition, first_month: str | None, last_month: str | None, full: bool) -> Outcome:
    tags = (
        {
            "dagster/asset_partition_range_start": f"{first_month}-01",
            "dagster/asset_partition_range_end": f"{last_month}-01",
        }
        if first_month
        else {}
    ) | ({BUILD_ALL: "true"} if full else {})
    try:
        with open_instance(Path(os.environ["DAGSTER_HOME"])) as instance:
            result = job.execute_in_process(
                instance=instance,
                run_config={"loggers": {"progress": {}}},
                tags=tags,
                raise_on_error=False,
            )
    except Exception as error:
        return Outcome(reasons=[f"Dagster could not run the job: {_innermost(error)}"], has_run=False, has_begun=False)
    published = is_published(result.all_events)
    if not result.success:
        begun = has_begun(result.all_events)
        return Outcome(reasons=reasons(result.all_events), is_published=published, has_begun=begun)
    outcome = Outcome(is_published=published)
    for check in check_evaluations(result.all_events):
        kind = "dbt tests" if check.asset_key.path[0] in DBT_SCHEMAS else "expectations"
        if check.passed:
            outcome.checks[kind] += 1
        else:
            outcome.notices.append(_notice(check))
    # An asset reports its counts once for each partition of the run.
    events = {event.asset_key: event for event in result.get_asset_materialization_events()}
    for event in events.values():
        for name, value in event.step_materialization_data.materialization.metadata.items():
            for prefix, counts in ((DOCUMENTS, outcome.documents), (ROWS, outcome.rows)):
                if name.startswith(prefix) and isinstance(value, dg.IntMetadataValue):
                    counts[name.removeprefix(prefix)] += value.value or 0
    return outcome


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{error}".strip().splitlines()[0] if f"{error}".strip() else type(error).__name__


def _notice(check: dg.AssetCheckEvaluation) -> str:
    """The whole text if rows are quarantined or documents refused; one line if the check only warns."""
    if getattr(check.metadata.get("consequence"), "value", None) != Consequence.REPORTS.value:
        return describe(check)
    expected = (check.description or "").partition("\n")[0]
    rows = getattr(check.metadata.get("unexpected_rows"), "value", 0)
    return f"{check.asset_key.to_user_string()}: {check.check_name}: {rows} row(s). {expected}"
