"""Loggers: `progress` tells a person at a shell how far a load is; everything else stays in the UI."""

from __future__ import annotations

import logging
from functools import lru_cache

import dagster as dg
from dagster import DagsterEventType

from orchestration.runs.progress import Lines, display


class _ProgressHandler(logging.Handler):
    """Hands the steps of a run, and the warnings in between, to the display."""

    def __init__(self, shown: Lines) -> None:
        super().__init__()
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        """Show what a person wants to see of one log record."""
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            message = str(meta.get("orig_message", record.getMessage()))
            # What Dagster says of steps that a failed one holds up is no news to a person.
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
    """The display of a run: Dagster makes a run's loggers twice, and tells each of them a part."""
    return display(steps)


def _make_progress(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", level=logging.DEBUG)
    steps = len(context.job_def.nodes) if context.job_def else 0
    logger.addHandler(_ProgressHandler(_display(context.run_id, steps)))
    return logger


progress = dg.LoggerDefinition(_make_progress, description="How far a load is, for a person at a shell.")


@dg.definitions
def loggers() -> dg.Definitions:
    """The loggers by name, beside Dagster's own."""
    return dg.Definitions(loggers={"progress": progress, "console": dg.colored_console_logger})
