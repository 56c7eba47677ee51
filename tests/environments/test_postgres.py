"""Dagster's runs, events, schedules and backfills on a real PostgreSQL: Debian's, with a password."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dagster as dg
import dagster._daemon  # The scheduler cannot be imported before it.
import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from orchestration.settings import PROJECT_ROOT

INITDB = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
PASSWORD = "not@to/be:told"
PATIENCE_SECONDS = 300
MODULE = ("-m", "orchestration.definitions")

pytestmark = pytest.mark.skipif(INITDB is None, reason="PostgreSQL is missing: apt install postgresql")
psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is missing: install the extra `postgres`")
pytest.importorskip("dagster_postgres", reason="dagster-postgres is missing: install the extra `postgres`")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of this test's own, with an empty database; it ends with the test."""
    assert INITDB is not None
    # It refuses to be run by root, and its own user may not look into the folders of pytest.
    other = {"user": "postgres", "group": "postgres", "extra_groups": ()} if os.geteuid() == 0 else {}
    with (
        tempfile.TemporaryDirectory(prefix="tidemark-postgres-") as name,
        socket.create_server(("127.0.0.1", 0)) as free,
    ):
        folder, port = Path(name), free.getsockname()[1]
        free.close()
        (folder / "password").write_text(PASSWORD, encoding="ascii")
        if other:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(folder / "password", "postgres", "postgres")
        make = ["-D", folder / "data", "-U", "tidemark", "--pwfile", folder / "password", "-A", "scram-sha-256"]
        subprocess.run(
            [INITDB, *make, "--no-sync", "--locale=C", "--encoding=UTF8"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=60,
            **other,
        )
        serve = ["-D", folder / "data", "-F", "-k", folder, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [INITDB.with_name("postgres"), *serve], cwd=folder, stdout=log, stderr=log, **other
            )
        try:
            asked = [INITDB.with_name("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            deadline = time.monotonic() + 30
            while subprocess.run(asked, check=False, timeout=10).returncode:
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield f"postgresql://tidemark:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)


@pytest.fixture
def home(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose Dagster is to use that server: for this process, and for those that it starts."""
    for name in [name for name in os.environ if name.startswith("TIDEMARK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIDEMARK_SOURCE", "sample")
    monkeypatch.setenv("TIDEMARK_DAGSTER_POSTGRES", address)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / "dagster"))
    return tmp_path / "home"


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    return subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def _tick(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Dagster's scheduler look at the clock before half past two at night, and after it."""
    with monkeypatch.context() as patch:
        patch.setenv("TIDEMARK_SOURCE", "live")
        patch.setenv("TIDEMARK_AUTOMATION", "on")
        target = ModuleTarget(MODULE[1], None, str(PROJECT_ROOT), None)
        with WorkspaceProcessContext(instance, target) as workspace:
            seen: dict[str, Any] = {}
            for minute in (20, 31):
                now = dt.datetime(2026, 6, 19, 2, minute, tzinfo=dt.UTC)
                list(launch_scheduled_runs(workspace, logging.getLogger(__name__), now, seen))


@contextmanager
def _daemon(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("dagster-daemon"), "run", *MODULE],
            cwd=PROJECT_ROOT,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def test_load_tick_and_backfill_are_stored_in_postgres_and_run_in_sequence(
    home: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [_run("python", "-m", "orchestration", "load")]
    assert said[0].returncode == 0, said[0].stderr[-4000:]
    with (
        closing(psycopg2.connect(address)) as database,
        dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home / "dagster"))) as instance,
    ):
        database.autocommit = True
        cursor = database.cursor()

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return cursor.fetchall()

        _tick(instance, monkeypatch)
        job = ("-j", "monthly_load", "--partitions", "2026-06-01", "--noprompt")
        said.append(_run("dagster", "job", "backfill", *MODULE, *job))
        assert said[1].returncode == 0, said[1].stderr[-4000:]
        assert sorted(ask("select status, count(*) from runs group by 1")) == [("QUEUED", 2), ("SUCCESS", 1)]

        with _daemon(home / "reports" / "daemon.log") as daemon:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while ask("select count(*) from runs where status = 'SUCCESS'") != [(3,)]:
                assert daemon.poll() is None
                assert time.monotonic() < deadline
                assert ask("select run_id from runs where status in ('FAILURE', 'CANCELED')") == []
                time.sleep(0.5)

        runs = ask("select run_id, start_time, end_time from runs where pipeline_name = 'monthly_load' order by 2")
        tags = {(key, value): run for run, key, value in ask("select run_id, key, value from run_tags")}
        nightly = tags["tidemark/started_by", "daily-2026-06-19"]
        ((backfill, state),) = ask("select key, status from bulk_actions")
        backfilled = tags["dagster/backfill", backfill]
        assert [run for run, _, _ in runs][1:] == [nightly, backfilled], "as they were queued"
        assert runs[1][2] <= runs[2][1], "DuckDB has one writer"
        assert state.startswith("COMPLETED")
        assert tags["dagster/partition", "2026-06-01"] == backfilled
        assert ask("select status, type from job_ticks") == [("SUCCESS", "SCHEDULE")]
        events = dict(
            ask(f"select dagster_event_type, count(*) from event_logs where run_id = '{runs[0][0]}' group by 1")
        )
        assert events["ASSET_MATERIALIZATION"] > 80
        assert events["ASSET_CHECK_EVALUATION"] > 80
    assert [path for path in home.rglob("*") if path.suffix in (".db", ".sqlite")] == []
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    written += [(result.stdout + result.stderr).encode() for result in said]
    secrets = (PASSWORD.encode(), quote(PASSWORD, safe="").encode())
    assert not any(secret in text for secret in secrets for text in written)


def test_a_refusing_server_gives_one_screen_without_the_password(
    home: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEMARK_DAGSTER_POSTGRES", address.replace("tidemark:", "tidemark:wrong"))
    result = _run("python", "-m", "orchestration", "load")
    assert result.returncode == 2
    assert "Could not connect to the PostgreSQL" in result.stderr
    assert 'password authentication failed for user "tidemark"' in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "wrong" not in result.stderr
    assert not (home / "tidemark.duckdb").exists()
