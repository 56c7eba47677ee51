"""Reads from Dagster's events how a run ended, and says it on one screen.

Belongs here: what is told of a failed run, at a shell and in an alert alike. Does not belong here: how a run is started
(`runner`), and who is told (`automation.alerts`).
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster import DagsterEventType
from dagster_shared.error import SerializableErrorInfo

from orchestration.home import Home
from orchestration.loading.rules import report

SHOWN_CHECKS = 4
PUBLISHED = dg.AssetKey("warehouse")
INTERRUPTED = dg.DagsterExecutionInterruptedError.__name__
TOLD_BY = frozenset(
    {
        DagsterEventType.STEP_FAILURE,
        DagsterEventType.ASSET_CHECK_EVALUATION,
        DagsterEventType.ASSET_MATERIALIZATION,
    }
)
"""The events that tell of an end before Dagster itself does."""


def check_evaluations(events: Sequence[dg.DagsterEvent]) -> list[dg.AssetCheckEvaluation]:
    """The checks among the events of a run."""
    found = [event for event in events if event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION]
    return [event.asset_check_evaluation_data for event in found]


def is_published(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether the step that publishes went well, whatever became of the run."""
    return any(event.is_step_materialization and event.asset_key == PUBLISHED for event in events)


def has_failed(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether a step of the run failed."""
    return any(event.is_step_failure for event in events)


def reasons(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """Why a run failed, a paragraph each."""
    return [*_broken_checks(check_evaluations(events)), *_failed_steps(events)]


def failure_screen(home: Home, why: Sequence[str], published: bool) -> str:
    """What a person reads when a load has failed: why, what readers have now, where all of it is told.

    Args:
        home: of the load.
        why: the reasons, a paragraph each.
        published: the step that publishes went well all the same.
    """
    trouble = home.disk_trouble("\n".join(why))
    page = home.reports / f"{report.PUBLISHED if published else report.UNPUBLISHED}.html"
    return "\n".join(
        [*why, *([trouble] if trouble else []), "", _what_stands(home, published), f"All checks of this load: {page}"]
    )


def told(check: dg.AssetCheckEvaluation) -> str:
    """A check, and all that it found."""
    return f"{check.asset_key.to_user_string()}: {check.check_name}\n{check.description or ''}".rstrip()


def _what_stands(home: Home, published: bool) -> str:
    if published:
        return f"The new warehouse is published: {home.published}"
    if home.published.exists():
        return f"Nothing was published. Readers still have the warehouse before: {home.published}"
    return "Nothing was published."


def _broken_checks(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    grave = [check for check in evaluations if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR]
    lines = [f"CHECK FAILED  {told(check)}" for check in grave[:SHOWN_CHECKS]]
    if len(grave) > SHOWN_CHECKS:
        names = ", ".join(check.check_name for check in grave[SHOWN_CHECKS:])
        lines.append(f"and {len(grave) - SHOWN_CHECKS} more: {names}")
    return lines


def _failed_steps(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """The sentence of each failed step; a step that only reports a broken check says nothing new."""
    sentences = []
    has_failed_step = False
    for event in events:
        if event.is_step_failure:
            has_failed_step = True
            failure = event.step_failure_data
            said = failure.user_failure_data.description if failure.user_failure_data else None
            if said:
                sentences.append(said)
            elif failure.error and failure.error.cls_name != "DagsterAssetCheckFailedError":
                sentences.append(_sentence(failure.error))
        elif event.is_failure and not has_failed_step and event.job_failure_data.error:
            sentences.append(_sentence(event.job_failure_data.error))
    return sentences


def _sentence(error: SerializableErrorInfo) -> str:
    """What the innermost error says; Dagster wraps ours in its own."""
    while error.cause is not None:
        error = error.cause
    if error.cls_name == INTERRUPTED:
        return "The load was interrupted. Run it again: nothing else needs to be done."
    kind, separator, sentence = error.message.strip().partition(": ")
    return sentence if separator and kind.endswith(str(error.cls_name)) else error.message.strip()
