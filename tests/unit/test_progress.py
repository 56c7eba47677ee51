"""The display of a running load: lines, and on a terminal a bar below them."""

import io
import re

import dagster as dg
import pytest

from orchestration.defs.loggers import progress
from orchestration.runs.progress import display

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dg.asset(key=["archive", "tic"])
def first(context: dg.AssetExecutionContext) -> None:
    context.log.warning("one [bold] series is late")


@dg.asset(key=["raw", "tic"], deps=[first])
def second() -> None:
    pass


@dg.asset(deps=[second])
def fails() -> None:
    raise dg.Failure("no")


def _shown(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, terminal: str = "xterm-256color") -> str:
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    definitions = dg.Definitions(
        assets=[first, second, fails], jobs=[dg.define_asset_job("job")], loggers={"progress": progress}
    )
    job = definitions.resolve_job_def("job")
    with dg.DagsterInstance.ephemeral() as instance:
        job.execute_in_process(instance=instance, run_config={"loggers": {"progress": {}}}, raise_on_error=False)
    return stream.getvalue()


@pytest.mark.parametrize(("stream", "terminal"), [(io.StringIO(), "xterm"), (_Terminal(), "dumb")])
def test_a_log_or_a_pipe_gets_one_plain_line_per_step(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, terminal: str
) -> None:
    lines = _shown(stream, monkeypatch, terminal).splitlines()
    assert all(re.match(r" *[0-9]+\.[0-9] s  ", line) for line in lines)
    assert [line.partition(" s  ")[2] for line in lines] == [
        "warning: one [bold] series is late",
        "archive/tic",
        "raw/tic",
        "fails FAILED",
    ]


def test_a_terminal_gets_one_bar_that_is_removed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _shown(_Terminal(), monkeypatch)
    assert shown.count(HIDE_CURSOR) == 1, "one bar, however many loggers Dagster makes"
    assert SHOW_CURSOR in shown[shown.rindex("fails FAILED") :], "the cursor is back"
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    for reported in ("0/3 steps 0:00:00 archive/tic", "1/3 steps 0:00:00 raw/tic", "2/3 steps 0:00:00 fails"):
        assert reported in plain
    assert re.search(r"\r *[0-9.]+ s  warning: one \[bold\] series is late\n", plain), "on a line of its own"


def test_a_bar_may_be_closed_twice_or_never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = _Terminal()
    bar = display(1, stream)
    bar.close()
    bar.close()
    assert HIDE_CURSOR not in stream.getvalue()
