"""`python -m tests.faults.kill_at_each_step ACTION TEMPLATE FOLDER`: repeats something, and is killed each time.

FOLDER/0 is a copy of TEMPLATE in which ACTION was killed before the first thing that it did to the disk, FOLDER/1 one
step later, and so on; the last one was let through to the end. Prints nothing; a process of its own, since it forks.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from orchestration.archive import Archive
from orchestration.home import Home
from orchestration.sources.base import Response
from orchestration.warehouse import last_build, up_to_date
from orchestration.warehouse.publish import publish

NEW_RESPONSE = Response("https://publisher.test/new.txt", b"new figures", dt.datetime(2026, 2, 1, tzinfo=dt.UTC))


MADE_OF = "this code"


def publish_and_keep(home: Home) -> None:
    """Publish the working file as a load does, and keep it for the next load."""
    last_build.set_aside(home, {})
    publish(home, None, ["fct"], keep=1)
    up_to_date.record(home, MADE_OF, [], last_build.keep(home))


def _publish(folder: Path) -> None:
    publish_and_keep(Home(folder))


def _add(folder: Path) -> None:
    Archive(folder).add("tic", "new", NEW_RESPONSE)


ACTIONS = {"publish": _publish, "add": _add}


def _die_before(step: int) -> None:
    steps = count()

    def on_event(event: str, _: object) -> None:
        if (event in ("open", "shutil.rmtree") or event.startswith("os.")) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on_event)


def main(action: str, template: Path, folder: Path) -> None:
    """Kill the action before each of its steps in turn."""
    for step in count():
        copy = folder / str(step)
        shutil.copytree(template, copy, symlinks=True)
        child = os.fork()
        if child == 0:
            _die_before(step)
            ACTIONS[action](copy)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(f"step {step} failed by itself")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
