"""Loggers: `progress` shows the progress of a load in a shell; the UI shows everything else."""

from __future__ import annotations

import logging
from functools import lru_cache

import dagster as dg
from dagster import DagsterEventType

from orchestration.runs.progress import Lines, display


class _ProgressHandler(logging.Handler):
    """Passes the steps and the warnings of a run to the display."""

    def __init__(self, shown: Lines) -> None:
        super().__init__()
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        """Show a log record if it is meant for people."""
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            message = str(meta.get("orig_message", record.getMessage()))
            # Dagster logs a warning for each step that a failed step blocks.
            if record.levelno == logging.WARNING and not message.startswith("Dependencies for step"):
                self._shown.say(f"warning: {message}")
        elif event.event_type is DagsterEventType.STEP_START:
            self._shown.began(_step(event))
        elif event.event_type is DagsterEventType.STEP_SUCCESS:
            self._shown.ended(_step(event))
        elif event.event_type is DagsterEventType.STEP_FAILURE:
            self._shown.say(f"{_step(event)} FAILED")
        elif event.event_type in (DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE):
            self._shown.close()


def _step(event: dg.DagsterEvent) -> str:
    return str(event.step_key).replace("__", "/")


@lru_cache(maxsize=1)
def _display(run_id: str | None, steps: int) -> Lines:  # noqa: ARG001 - a run has one
    """The display of a run. Dagster creates a run's loggers twice, and each gets only some of the events."""
    return display(steps)


def _make_progress(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", level=logging.DEBUG)
    steps = len(context.job_def.nodes) if context.job_def else 0
    logger.addHandler(_ProgressHandler(_display(context.run_id, steps)))
    return logger


progress = dg.LoggerDefinition(_make_progress, description="The progress of a load, for a shell.")
