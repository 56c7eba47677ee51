"""Reads from Dagster's events how a run ended, and describes a failure on one screen.

Belongs here: the text for a failed run, at a shell and in an alert. Does not belong here: starting a run (`runner`),
and sending alerts (`alerts`).
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster import DagsterEventType
from dagster_shared.error import SerializableErrorInfo

from orchestration.home import Home
from orchestration.loading.rules import report

SHOWN_CHECKS = 4
BY_CHECKS = "stopped_by_checks"
"""Metadata of the failure of a step that its checks stopped: they say why."""
PUBLISHED = dg.AssetKey("warehouse")
OUTCOME_EVENTS = frozenset(
    {
        DagsterEventType.STEP_FAILURE,
        DagsterEventType.ASSET_CHECK_EVALUATION,
        DagsterEventType.ASSET_MATERIALIZATION,
    }
)
"""The events that show how a run ends before Dagster itself reports it."""


def check_evaluations(events: Sequence[dg.DagsterEvent]) -> list[dg.AssetCheckEvaluation]:
    """The checks among the events of a run."""
    found = [event for event in events if event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION]
    return [event.asset_check_evaluation_data for event in found]


def is_published(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether the step that publishes succeeded, however the run ended."""
    return any(event.is_step_materialization and event.asset_key == PUBLISHED for event in events)


def has_failed(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether a step of the run failed."""
    return any(event.is_step_failure for event in events)


def has_begun(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether a step of the run started."""
    return any(event.event_type is dg.DagsterEventType.STEP_START for event in events)


def reasons(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """The reasons why a run failed, one paragraph each."""
    return [*_broken_checks(check_evaluations(events)), *_failed_steps(events)]


def failure_screen(home: Home, why: Sequence[str], published: bool, *, has_begun: bool = True) -> str:
    """The screen for a failed load: the reasons, what readers have now, and the path of the full report.

    Args:
        home: of the load.
        why: the reasons, one paragraph each.
        published: whether the step that publishes succeeded nevertheless.
        has_begun: whether a step ran; otherwise there is no report.
    """
    advice = home.disk_advice("\n".join(why))
    page = home.reports / f"{report.PUBLISHED if published else report.UNPUBLISHED}.html"
    checks = [f"All checks of this load: {page}"] if has_begun else []
    return "\n".join([*why, *([advice] if advice else []), "", home.what_readers_have(published=published), *checks])


def describe(check: dg.AssetCheckEvaluation) -> str:
    """A check with all its findings."""
    return f"{check.asset_key.to_user_string()}: {check.check_name}\n{check.description or ''}".rstrip()


def broken(checks: Sequence[tuple[str, str]]) -> list[str]:
    """The checks that stopped a load, one paragraph each.

    Args:
        checks: (name, name with all findings).
    """
    lines = [f"CHECK FAILED  {text}" for _, text in checks[:SHOWN_CHECKS]]
    if len(checks) > SHOWN_CHECKS:
        names = ", ".join(name for name, _ in checks[SHOWN_CHECKS:])
        lines.append(f"and {len(checks) - SHOWN_CHECKS} more: {names}")
    return lines


def _broken_checks(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    failed = [check for check in evaluations if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR]
    return broken([(check.check_name, describe(check)) for check in failed])


def _failed_steps(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """The message of each failed step, except steps that failed only because of a check."""
    sentences = []
    has_failed_step = False
    for event in events:
        if event.is_step_failure:
            has_failed_step = True
            failure = event.step_failure_data
            said = failure.user_failure_data
            if said and said.description:
                if BY_CHECKS not in (said.metadata or {}):
                    sentences.append(said.description)
            elif failure.error and failure.error.cls_name != "DagsterAssetCheckFailedError":
                sentences.append(_sentence(failure.error))
        elif event.is_failure and not has_failed_step and event.job_failure_data.error:
            sentences.append(_sentence(event.job_failure_data.error))
    return sentences


def _sentence(error: SerializableErrorInfo) -> str:
    """The message of the innermost error: Dagster wraps ours in its own."""
    while error.cause is not None:
        error = error.cause
    kind, separator, sentence = error.message.strip().partition(": ")
    return sentence if separator and kind.endswith(str(error.cls_name)) else error.message.strip()
