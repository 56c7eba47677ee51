"""Ends this process when it receives SIGTERM, SIGINT or SIGHUP.

Belongs here: waiting for a signal, and ending in a bounded time. Does not belong here: what has to happen before the
end (stop dbt, send an alert, sweep files): the code that needs it registers it with `on_interrupt`.

A signal must not raise an exception in the middle of the work. DuckDB turns it into an error of the query, Dagster
counts the step as failed and starts the next one, and `duckdb.connect` spins forever if the exception's frames still
hold the file. So the work is never unwound: a thread waits for signals, and ends the process as a crash would. That is
safe at any moment: a load is published by one rename, and the next load sweeps what a killed one leaves behind.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)
DEADLINE_SECONDS = 8.0
"""After this time the process ends whatever it is doing."""

_actions: list[Callable[[], str | None]] = []
_interrupted = threading.Event()
_publishing = threading.Lock()
_watchers: list[threading.Thread] = []
_screen = 2


@contextmanager
def watching() -> Iterator[None]:
    """Let signals end this process while the block runs.

    Inside another such block, and outside the main thread, this does nothing.

    A signal that is ignored, as after `nohup`, stays ignored. It does not matter if others, such as Dagster, change the
    handlers: Python writes each signal to the pipe before it calls a handler.
    """
    if _watchers or threading.current_thread() is not threading.main_thread():
        yield
        return
    global _screen
    # Kept, because Dagster redirects standard error to a file while a step runs.
    with suppress(OSError):
        _screen = os.dup(2)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    replaced = {number: handler for number in SIGNALS if (handler := signal.getsignal(number)) in _DEFAULTS}
    for number in replaced:
        signal.signal(number, _do_nothing)
    _watchers.append(threading.Thread(target=_wait, args=(reading,), name="interrupts", daemon=True))
    _watchers[0].start()
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.close(writing)
        _watchers.pop().join()
        if _screen != 2:
            os.close(_screen)
            _screen = 2


def is_interrupted() -> bool:
    """Whether this process is about to end."""
    return _interrupted.is_set()


@contextmanager
def on_interrupt(action: Callable[[], str | None]) -> Iterator[None]:
    """Run an action if a signal ends the process while the block runs; see `register`."""
    register(action)
    try:
        yield
    finally:
        unregister(action)


def register(action: Callable[[], str | None]) -> None:
    """Run an action if a signal ends the process; the one that was registered last runs first.

    Args:
        action: returns a sentence to print, or None. It runs in another thread than the work, which goes on. Its
            exceptions are ignored.
    """
    _actions.append(action)


def unregister(action: Callable[[], str | None]) -> None:
    """Take back `register`; a second time, this does nothing."""
    with suppress(ValueError):
        _actions.remove(action)


def checkpoint() -> None:
    """Go no further if the process is about to end."""
    if _interrupted.is_set() and threading.current_thread() not in _watchers:
        threading.Event().wait()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A block of milliseconds that is either not entered or completed when a signal comes."""
    with _publishing:
        if not _interrupted.is_set():
            yield
            return
    checkpoint()


def _do_nothing(_number: int, _frame: object) -> None:
    """Take the place of a signal's default action."""


def _wait(pipe: int) -> None:
    while numbers := os.read(pipe, 64):
        for number in numbers:
            if number in SIGNALS:
                _end(signal.Signals(number))
    os.close(pipe)


def _end(number: signal.Signals) -> None:
    code = 128 + number
    _interrupted.set()
    watchdog = threading.Timer(DEADLINE_SECONDS, os._exit, [code])
    watchdog.daemon = True
    watchdog.start()
    # A publication that has begun is completed; the lock is never released again.
    _publishing.acquire(timeout=DEADLINE_SECONDS / 2)
    sentences = [f"Interrupted by {number.name}."]
    for action in reversed(_actions.copy()):
        with suppress(Exception):
            sentences += filter(None, [action()])
    with suppress(OSError):
        os.write(_screen, f"{' '.join(sentences)}\n".encode())
    os._exit(code)
