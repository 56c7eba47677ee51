"""The failure of a step, or of a run before its first step: a sentence, in the run's page as at a shell.

Belongs here: how a failure of ours looks in Dagster. Does not belong here: what failed.

Dagster shows the error of a failed step twice: at the step, and as the last event of the run. For `dg.Failure` that is
the sentence and then the lines of code that raised it. Those say nothing to a person whose file is missing. A bug of
ours is another exception, and keeps its lines of code.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo

from orchestration.loading.rules import report
from orchestration.loading.rules.verdict import Consequence
from orchestration.runs.outcome import BY_CHECKS, broken


class StepError(DagsterUserCodeProcessError, dg.Failure):
    """A step, or a run before its first step, cannot go on; the message says why in full."""

    def __init__(self, message: str, *, by_checks: int = 0) -> None:
        dg.Failure.__init__(self, message, {BY_CHECKS: by_checks} if by_checks else None, allow_retries=False)
        # As if another process had sent the error: Dagster records it as it is, without lines of code.
        self.user_code_process_error_infos = [SerializableErrorInfo(message, [], None)]


def stop_if_broken(lines: Iterable[report.CheckLine]) -> None:
    """Stop a step that has reported its checks, if one of them stops the load. Dagster alone would only name them.

    Raises:
        StepError: with the findings.
    """
    found = [
        (line.check, f"{line.asset}: {line.check}\n{line.text}".rstrip())
        for line in lines
        if not line.passed and line.consequence == Consequence.STOPS.value
    ]
    if found:
        raise StepError("\n\n".join(broken(found)), by_checks=len(found))
