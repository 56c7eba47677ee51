"""The progress of a load, for a person at a shell: a line for each step, and on a terminal a bar below.

Belongs here: what is shown while a load runs. Does not belong here: where the events come from (`defs/loggers.py`), and
how the load ended (`runner.py`).
"""

from __future__ import annotations

import atexit
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from orchestration.interrupts import is_interrupted, register, unregister

if TYPE_CHECKING:
    from rich.progress import Progress


class Lines:
    """A line for each step that has ended, and the warnings in between: for logs, pipes and programs.

    A stream that is closed or full does not stop a load, and nothing is shown once the process is about to end.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = time.monotonic()

    def began(self, step: str) -> None:
        """A step begins: nothing is shown until it has ended."""

    def ended(self, step: str) -> None:
        """A step has succeeded."""
        self.say(step)

    def say(self, text: str) -> None:
        """Show a line now."""
        if not is_interrupted():
            with suppress(OSError):
                self._print(f"{time.monotonic() - self._started:6.1f} s  {text}")

    def _print(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """The load has ended."""


class Bar(Lines):
    """The same lines, and below them how many steps are done, which one runs, and the time since the start.

    Args:
        stream: a terminal.
        steps: how many there are in all.
    """

    def __init__(self, stream: TextIO, steps: int) -> None:
        super().__init__(stream)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress: Progress = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("steps"),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(file=stream, highlight=False, soft_wrap=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=steps)

    def began(self, step: str) -> None:
        """A step begins; with the first one, the bar appears."""
        if not self._progress.live.is_started:
            self._progress.start()
            # The terminal gets its cursor back however the load ends.
            atexit.register(self.close)
            register(self.close)
        self._progress.update(self._task, description=step, refresh=True)

    def ended(self, step: str) -> None:
        """A step has succeeded."""
        super().ended(step)
        self._progress.advance(self._task)

    def _print(self, line: str) -> None:
        self._progress.console.print(line, markup=False)

    def close(self) -> None:
        """Remove the bar."""
        atexit.unregister(self.close)
        unregister(self.close)
        with suppress(OSError):  # the terminal may be gone
            self._progress.stop()


def display(steps: int, stream: TextIO | None = None) -> Lines:
    """A bar on a terminal that can move its cursor; lines elsewhere.

    Args:
        steps: how many there are in all.
        stream: standard error if None.
    """
    stream = stream or sys.stderr
    if not stream.isatty():
        return Lines(stream)
    from rich.console import Console

    return Lines(stream) if Console(file=stream).is_dumb_terminal else Bar(stream, steps)
