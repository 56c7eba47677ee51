"""A client that has the published file open for writing is named, and does not stop a load."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click.testing
import dagster as dg
import pytest

from orchestration.brief.site import BriefError, write_site
from orchestration.cli import cli
from orchestration.defs.sensors import release_sensor
from orchestration.home import Home
from orchestration.marts.comparison.sides import ComparisonError, opened, sides_of
from orchestration.marts.export.files import ExportError
from orchestration.marts.export.raw import export_raw
from orchestration.published import PublishedError, open_published
from orchestration.runs.release_watch import read_held
from orchestration.runs.runner import Outcome
from orchestration.runs.status import as_text, status_of
from orchestration.runs.summary import NOTHING_NEW, summarize, summarize_load
from orchestration.warehouse.publish import publish
from tests.clients import held_for_writing
from tests.small_warehouse import build


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    build(home, 1)
    publish(home, None, ["fct"], keep=3)
    return home


def test_the_locking_program_is_named(home: Home) -> None:
    with (
        held_for_writing(home.published) as process,
        pytest.raises(PublishedError, match=rf"python.*process {process}\b"),
        open_published(home.published),
    ):
        pass
    with open_published(home.published) as connection:
        assert connection.execute("select mark from marts.fct").fetchall()[0] == (1,)


def test_every_reader_reports_it_as_its_own_error(home: Home, tmp_path: Path) -> None:
    with held_for_writing(home.published) as process:
        said = rf"process {process}\b"
        with pytest.raises(PublishedError, match=said):
            summarize(home.published, {}, {}, {}, [], is_new=False)
        with pytest.raises(PublishedError, match=said):
            read_held(home.published)
        with pytest.raises(BriefError, match=said):
            write_site(home.published, home.reports)
        with pytest.raises(ExportError, match=said):
            export_raw(home, tmp_path / "raw")
        sides = sides_of(str(home.published), str(home.root), home.published, None)  # type: ignore[arg-type]
        with pytest.raises(ComparisonError, match=said), opened(sides):
            pass


@pytest.mark.parametrize("command", [["sql", "select 1"], ["brief"], ["export"]])
def test_commands_end_with_an_error_message(home: Home, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    with held_for_writing(home.published) as process:
        result = click.testing.CliRunner().invoke(cli, command)
    assert result.exit_code == 1
    assert f"process {process}" in result.stderr
    assert "Traceback" not in result.output


def test_a_load_publishes_while_a_client_holds_the_file(home: Home) -> None:
    with held_for_writing(home.published):
        build(home, 2)
        publish(home, None, ["fct"], keep=3)
        with open_published(home.published) as connection:
            assert connection.execute("select mark from marts.fct").fetchall()[0] == (2,)


def test_the_status_reports_the_lock(home: Home) -> None:
    now = dt.datetime.now(dt.UTC)
    with held_for_writing(home.published) as process:
        status = status_of(home, now)
    assert status.published is None
    assert f"process {process}" in as_text(status, now)


def test_the_sensor_waits(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    with dg.DagsterInstance.ephemeral() as instance, held_for_writing(home.published) as process:
        result = release_sensor()(dg.build_sensor_context(instance))
    assert isinstance(result, dg.SensorResult)
    assert isinstance(result.skip_reason, dg.SkipReason)
    assert f"process {process}" in str(result.skip_reason.skip_message)


def test_a_load_without_news_succeeds_with_a_warning(home: Home) -> None:
    with held_for_writing(home.published) as process:
        summary = summarize_load(home, Outcome())
    assert summary.startswith(NOTHING_NEW)
    assert f"warning: There is no summary: {home.published} is open for writing" in summary
    assert f"process {process}" in summary


def test_a_damaged_or_missing_file_gives_an_error_message(home: Home) -> None:
    damaged = home.root / "other.duckdb"
    damaged.write_bytes(b"not a database")
    with pytest.raises(PublishedError, match=r"other\.duckdb cannot be read"), open_published(damaged):
        pass
    with pytest.raises(PublishedError, match="Nothing is published"), open_published(home.root / "none.duckdb"):
        pass


@pytest.mark.parametrize(
    "command",
    [
        ["brief"],
        ["brief", "--picture", "x.svg"],
        ["brief", "--edition", "public"],
        ["alerts"],
        ["export"],
        ["export", "--what", "raw"],
        ["sql", "select 1"],
        ["docs", "--models"],
        ["diff", "2026-01-01", "2026-01-02"],
        ["archive", "ls"],
        ["archive", "verify"],
        ["status"],
    ],
)
def test_commands_that_read_do_not_create_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path / "home"))
    result = click.testing.CliRunner().invoke(cli, command)
    assert not result.exception or isinstance(result.exception, SystemExit)
    assert not (tmp_path / "home").exists()
