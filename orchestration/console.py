"""Prints to standard output and standard error, also if they are closed, full, or a pipe without a reader.

Belongs here: printing. Does not belong here: what is printed.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO


def open_standard_streams() -> None:
    """Open /dev/null for each standard stream that is closed.

    Otherwise the next file that is opened gets its number, and everything printed to the stream goes into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def say(text: str) -> bool:
    """Print to standard output.

    Returns:
        False if it cannot be written; later calls then write nothing. A closed pipe counts as written: its reader wants
        no more.
    """
    problem = _write(text, sys.stdout)
    if problem:
        warn(f"Standard output cannot be written: {problem}.")
    return problem is None


def warn(text: str) -> None:
    """Print to standard error, if it can be written."""
    _write(text, sys.stderr)


def _write(text: str, stream: TextIO) -> str | None:
    """What went wrong; None if nothing did."""
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        _discard(stream)
    except OSError as error:
        _discard(stream)
        return error.strerror or str(error)
    return None


def _discard(stream: TextIO) -> None:
    """Send all further output to /dev/null, including what is still in the stream's buffer."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
