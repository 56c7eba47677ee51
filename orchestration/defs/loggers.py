"""Loggers: `progress` tells a person at a shell how far a load is, a line a step; everything else stays in the UI."""

from __future__ import annotations

import logging
import sys
import time

import dagster as dg
from dagster import DagsterEventType


class _ProgressHandler(logging.Handler):
    """Prints a line when a step has ended, and the warnings in between."""

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Print what a person wants to see of one log record."""
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        if event is None:
            message = str(meta.get("orig_message", record.getMessage()))
            # What Dagster says of steps that a failed one holds up is no news to a person.
            if record.levelno == logging.WARNING and not message.startswith("Dependencies for step"):
                self._say(f"warning: {message}")
        elif event.event_type is DagsterEventType.STEP_SUCCESS:
            self._say(event.step_key.replace("__", "/"))
        elif event.event_type is DagsterEventType.STEP_FAILURE:
            self._say(f"{event.step_key.replace('__', '/')} FAILED")

    def _say(self, text: str) -> None:
        seconds = time.monotonic() - self._started
        sys.stderr.write(f"{seconds:6.1f} s  {text}\n")
        sys.stderr.flush()


def _make_progress(_context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", level=logging.DEBUG)
    logger.addHandler(_ProgressHandler())
    return logger


progress = dg.LoggerDefinition(_make_progress, description="A line a step, for a person at a shell.")


@dg.definitions
def loggers() -> dg.Definitions:
    """The loggers by name, beside Dagster's own."""
    return dg.Definitions(loggers={"progress": progress, "console": dg.colored_console_logger})
