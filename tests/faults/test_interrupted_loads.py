"""A signal ends a load while its checks run: soon, with one sentence, and the home is free and unchanged."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.runs.dagster_home import configure
from orchestration.warehouse.publish import publish
from tests.campaigns.signals import JOB, LOAD, Case, run
from tests.small_warehouse import build


@pytest.mark.parametrize(
    ("command", "number", "is_group", "times"),
    [
        (LOAD, signal.SIGTERM, False, 1),
        (LOAD, signal.SIGINT, True, 2),
        (JOB, signal.SIGTERM, False, 2),
    ],
    ids=["SIGTERM", "Ctrl-C twice", "SIGTERM twice, started by Dagster"],
)
def test_a_load_that_gets_a_signal_during_its_checks_ends_soon(
    tmp_path: Path, command: tuple[str, ...], number: signal.Signals, is_group: bool, times: int
) -> None:
    home = Home(tmp_path / "template")
    home.prepare()
    configure(home.dagster, None)
    build(home, 1, ["fct_holdings"])
    publish(home, None, ["fct_holdings"], 3)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    environment |= {"TIDEMARK_SOURCE": "sample"}
    case = Case("checked/", number, is_group=is_group, times=times)
    assert run(case, home.root, tmp_path, command, environment)[1:] == []
    if command == LOAD:
        assert "Nothing was published. Readers still have" in (tmp_path / "log").read_text(encoding="utf-8")
