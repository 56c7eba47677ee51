"""Commands that only read or list: they create no home, and write nothing into one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from orchestration.archive import Archive
from orchestration.cli import cli
from orchestration.home import Home
from orchestration.runs.dagster_home import configure
from orchestration.sources.base import Response
from orchestration.warehouse.publish import publish
from tests.publisher import API_KEY, Publisher
from tests.small_warehouse import build
from tests.unit.release_archives import packed, serve
from tests.unit.test_archive_repair import FUTURE
from tests.unit.test_release_archives import fred_release

READ = [
    "alerts",
    "archive backfill fred --release 3 --dry-run",
    "archive backfill tic --dry-run",
    "archive ls",
    "archive ls --json --source fred --since 2026-01-01",
    "archive refetch --refused --dry-run",
    "archive refetch DGS10 --dry-run",
    "archive set-aside-future --dry-run",
    "archive verify",
    "check fred_observations --rule date_is_not_of_the_future",
    "check fred_observations --rule date_is_not_of_the_future --source nowhere",
    "diff 2026-01-20 2026-01-21",
    "diff {home} {home}/tidemark.duckdb",
    "docs",
    "sql 'from marts.fct'",
    "sql 'create table marts.mine as select 1'",
    "sql --csv 'from raw.documents'",
    "status",
    "status --json",
    "whatif --sell China=100",
]
NEED_A_WAREHOUSE = [
    "as-of 2026-01-20",
    "brief",
    "brief --edition public",
    "brief --picture chart.svg",
    "docs --models",
    "export",
    "export --what raw",
    "publish --to file:///nowhere",
]
"""They write, but have nothing to write without a published warehouse."""
CREATE_A_HOME = {"archive backfill fred", "archive backfill tic", "archive set-aside-future", "load", "prepare", "ui"}
"""Without `--dry-run`."""


@pytest.fixture(autouse=True)
def publishers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Publisher() as publisher:
        serve(
            publisher,
            [("04/17/2023", "TIC Data for February 2023", "ticrel_20230417.zip")],
            {"ticrel_20230417.zip": packed({"a": b""})},
        )
        publisher.route("/fred/", fred_release)
        for name, address in publisher.addresses.items():
            monkeypatch.setenv(f"TIDEMARK_{name.upper()}", address)
        monkeypatch.setenv("FRED_API_KEY", API_KEY)
        monkeypatch.setenv("TIDEMARK_HTTP_REQUESTS_PER_SECOND", "1000")
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home of the settings, which does not exist."""
    home = Home(tmp_path / "parent" / "home")
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    monkeypatch.chdir(tmp_path)
    return home


def _run(command: str, home: Home) -> Result:
    result = CliRunner().invoke(cli, shlex.split(command.format(home=home.root)))
    assert result.exception is None or isinstance(result.exception, SystemExit), "a traceback"
    return result


def _content(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Every path below a folder with its time and its bytes."""
    return {
        path: (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*")
    }


def _commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def test_every_command_is_in_one_of_the_lists() -> None:
    listed = [*READ, *NEED_A_WAREHOUSE, *CREATE_A_HOME]
    assert [name for name in _commands(cli) if not any(f"{line} ".startswith(f"{name} ") for line in listed)] == []


@pytest.mark.parametrize("command", [*READ, *NEED_A_WAREHOUSE])
def test_no_home_is_created(command: str, home: Home, tmp_path: Path) -> None:
    _run(command, home)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one document, a small warehouse, and what a running load writes."""
    home = Home(tmp_path_factory.mktemp("written") / "home")
    home.prepare()
    archive = Archive(home.archive, clock=lambda: FUTURE)
    archive.add("fred", "DGS10", Response("https://fred.test/1", b"observation_date,DGS10\n2026-01-02,4.1\n", FUTURE))
    build(home, 1)
    publish(home, None, ["fct"], 3)
    # A first load that was killed before Dagster created its files.
    configure(home.dagster, None)
    # Only a command that holds the lock may sweep these.
    for folder in (home.work, home.archive / "incoming"):
        folder.mkdir(exist_ok=True)
        (folder / "half").write_bytes(b"written")
    return home


@pytest.mark.parametrize("command", READ)
def test_nothing_is_written_into_a_home(command: str, written: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(written.root))
    monkeypatch.chdir(written.root)
    before = _content(written.root)
    result = _run(command, written)
    assert not re.search("Usage:|Invalid setting|Nothing is published", result.stderr), "the command does its work"
    assert _content(written.root) == before
