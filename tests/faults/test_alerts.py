"""Who is told of a failed load and of late data: real receivers on loopback, real runs of Dagster."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import dagster as dg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from dagster._core.instance.ref import InstanceRef

from orchestration.definitions import defs
from orchestration.home import Home
from orchestration.runs import alerts
from orchestration.runs.alerts import tell_of_failure, tell_of_late_data
from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.certificates import Authority
from tests.publisher import Publisher

# Dagster asks pydantic for a name of old when it makes a resource.
pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")

SECRET = "T0KENthatNobodyReads"
BROKEN_TABLE = b"<!DOCTYPE html>\n<html><body>Back soon.</body></html>\n"
LATE_SERIES = "DGS10"


class Webhook:
    """A receiver of JSON; a context manager."""

    def __init__(self, status: int = 200, pause: float = 0) -> None:
        received: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append({"path": self.path} | json.loads(body))
                time.sleep(pause)
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.received = received
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/hooks/{SECRET}?key={SECRET}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Mailbox:
    """A mail server that takes everything from whoever knows the password; a context manager."""

    def __init__(self, tls: Any = None) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=tls,
            authenticator=self._login,
            auth_required=tls is not None,
            auth_require_tls=tls is not None,
        )

    def _login(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == f"{SECRET}#/".encode(), handled=False)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 kept"

    def address(self, host: str = "127.0.0.1", password: str = f"{SECRET}%23%2F") -> str:
        """What the settings take."""
        return f"smtp://tidemark%40bank.example:{password}@{host}:{self.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that exists, and the settings of it; no receiver yet."""
    for name in [name for name in os.environ if name.startswith("TIDEMARK_")]:
        monkeypatch.delenv(name)
    home = Home(tmp_path / "home")
    home.prepare()
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    return home


@pytest.fixture
def both(home: Home, webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home, which tells both receivers."""
    monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", webhook.address)
    monkeypatch.setenv("TIDEMARK_SMTP_URL", mailbox.address())
    monkeypatch.setenv("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example, risk@bank.example")
    return home


def _folder_of_files(folder: Path, names: dict[str, bytes | None], day: str = "2026-06-18") -> Path:
    """Files of the sample as a source of their own, retrieved on a day; bytes stand in for a file's own."""
    with (SAMPLE_FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    kept = [next(row for row in reversed(rows) if name in row["path"]) for name in names]
    for row, content in zip(kept, names.values(), strict=True):
        path = folder / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE_FOLDER / row["path"], path)
        if content is not None:
            path.write_bytes(content)
        row |= {"as_of": day, "sha256": "", "bytes": ""}
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    return folder


def _text(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


def _run(*assets: str) -> dg.ExecuteInProcessResult:
    """A run as the UI starts one, of some assets."""
    with dg.DagsterInstance.ephemeral() as instance:
        return (
            defs()
            .resolve_job_def("monthly_load")
            .execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey(asset.split("/")) for asset in assets],
                raise_on_error=False,
            )
        )


def _monthly_load() -> dg.JobDefinition:
    return defs().resolve_job_def("monthly_load")


def _up_to_raw() -> list[str]:
    keys = defs().resolve_all_asset_keys()
    steps = ("archive", "offered", "checked", "raw")
    return [key.to_user_string() for key in keys if key.path[0] in steps and key.path[-1] != "knowledge_cutoff"]


def test_a_load_at_the_shell_that_a_check_stops_is_told_once_to_each(
    both: Home, webhook: Webhook, mailbox: Mailbox, tmp_path: Path
) -> None:
    source = _folder_of_files(tmp_path / "files", {"slt_table3": BROKEN_TABLE})
    result = subprocess.run(
        [sys.executable, "-m", "orchestration", "load"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TIDEMARK_SOURCE": str(source)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    (told,) = webhook.received
    assert told["kind"] == "failure"
    assert "document_is_what_its_publisher_serves" in told["title"]
    assert told["screen"] in result.stderr, "the words of the shell"
    assert "slt_table3" in told["screen"]
    assert "Fetch it again. If it stays so" in told["screen"], "what to do"
    assert told["title"] in told["text"]
    assert told["run_id"] in {path.stem for path in (both.dagster / "history" / "runs").iterdir()}
    (finding,) = told["findings"]
    assert finding["asset"] == "checked/tic_holdings"
    assert finding["rows"] == 1
    (letter,) = mailbox.received
    assert letter["Subject"].strip() == told["title"]
    assert letter["From"] == "tidemark@bank.example"
    assert told["screen"] in _text(letter)
    assert mailbox.recipients == ["desk@bank.example", "risk@bank.example"]
    files = [path for path in both.root.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in result.stdout + result.stderr


def test_a_run_that_cannot_do_without_a_table_is_told(
    both: Home, webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Publisher() as publisher:
        for name, address in publisher.addresses.items():
            monkeypatch.setenv(f"TIDEMARK_{name.upper()}", address)
        monkeypatch.setenv("TIDEMARK_HTTP_ATTEMPTS", "1")
        monkeypatch.setenv("TIDEMARK_HTTP_REQUESTS_PER_SECOND", "500")
        # As `dagster job execute` does: it makes the resources of a run once more when the run has ended.
        job, selection = dg.reconstructable(_monthly_load), [dg.AssetKey(["archive", "tic"])]
        with (
            dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(both.dagster))) as instance,
            dg.execute_job(job, instance, asset_selection=selection, raise_on_error=False) as result,
        ):
            assert not result.success
    (told,) = webhook.received
    assert "the load cannot do without these, and stopped" in told["screen"]
    assert f"{publisher.base}/resource-center" in told["screen"], "which document"
    assert len(mailbox.received) == 1
    assert both.holder() is None


def test_a_load_that_does_not_begin_is_told(both: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_WAIT_SECONDS", "0")
    monkeypatch.setenv("TIDEMARK_SOURCE", "sample")
    with both.exclusive():
        assert not _run("archive/fred").success
    (told,) = webhook.received
    assert told["screen"].startswith("Another load (process ")
    assert told["findings"] == []


@pytest.mark.usefixtures("both")
def test_late_data_are_told_and_the_load_goes_on(
    webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = _folder_of_files(tmp_path / "files", {f"/{LATE_SERIES}": None}, day="2026-07-31")
    monkeypatch.setenv("TIDEMARK_SOURCE", str(source))
    assert _run(*_up_to_raw()).success
    (told,) = webhook.received
    assert told["kind"] == "late"
    assert f"fred {LATE_SERIES}" in told["title"]
    assert "daily_series_is_on_time" in told["screen"]
    assert "days_late_of_daily_series = 4" in told["screen"]
    assert "look at its page" in told["screen"], "what to do"
    assert [finding["subjects"] for finding in told["findings"]] == [[f"fred {LATE_SERIES}"]]
    assert len(mailbox.received) == 1


LATE = {
    "asset": "raw/documents",
    "check": "venue_is_on_time",
    "documents": [],
    "subjects": ["kraken SOL"],
    "rows": 1,
    "text": "Expected: yesterday's candle.",
    "passed": False,
    "consequence": "is reported",
}
ON_TIME = LATE | {"subjects": [], "passed": True, "consequence": None}


def test_what_is_late_is_told_once_until_it_is_late_again(both: Home, webhook: Webhook) -> None:
    settings, problems = load_settings(), list[str]()
    more = LATE | {"subjects": ["kraken SOL", "kraken XRP"]}
    told = []
    for checks in ([LATE], [LATE], [more], [], [more], [ON_TIME], [LATE]):
        tell_of_late_data(settings, both, "a-run", checks, problems.append)
        told.append([alert["title"].rpartition(": ")[2] for alert in webhook.received])
        webhook.received.clear()
    assert told == [["kraken SOL"], [], ["kraken XRP"], [], [], [], ["kraken SOL"]]
    assert problems == []


def test_what_nobody_could_be_told_is_told_by_the_next_load(
    home: Home, monkeypatch: pytest.MonkeyPatch, webhook: Webhook
) -> None:
    problems: list[str] = []
    with Webhook(status=500) as broken:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", broken.address)
        tell_of_late_data(load_settings(), home, "a-run", [LATE], problems.append)
    assert problems == [
        "An alert could not be sent by the webhook (127.0.0.1): it answered with status 500. The load is not affected."
    ]
    monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", webhook.address)
    tell_of_late_data(load_settings(), home, "a-run", [LATE], problems.append)
    assert len(webhook.received) == 1


def _problem(home: Home) -> str:
    problems: list[str] = []
    tell_of_failure(load_settings(), home, "a-run", "It failed.", problems.append)
    (problem,) = problems
    assert SECRET not in problem
    return problem


def test_a_webhook_that_fails_is_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setattr(alerts, "DEADLINE_SECONDS", 1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", f"http://127.0.0.1:{port}/{SECRET}")
        assert "it could not be reached" in _problem(home)
    with Webhook(status=307) as moved:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", moved.address)
        assert "it answered with status 307" in _problem(home)
        assert len(moved.received) == 1, "the address is followed nowhere"
    with Webhook(pause=2) as slow:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", slow.address)
        assert "it was not done within 1 seconds" in _problem(home)
    assert SECRET not in caplog.text
    assert "POST" in caplog.text, "what the library below logs of addresses was seen"


def test_mail_is_encrypted_where_the_server_can(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mailbox: Mailbox
) -> None:
    authority = Authority.make(tmp_path)
    monkeypatch.setenv("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example")
    with Mailbox(tls=authority.server()) as private:
        monkeypatch.setenv("TIDEMARK_SMTP_URL", private.address())
        assert "its certificate or its encryption is not valid" in _problem(home)
        assert private.logins == [], "the password goes to nobody who cannot prove who they are"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        tell_of_failure(load_settings(), home, "", "It failed.", pytest.fail)
        assert _text(private.received[0]) == f"It failed.\n\nHome: {home.root}\n"
        monkeypatch.setenv("TIDEMARK_SMTP_URL", private.address(password="wrong"))
        assert "it answered 535" in _problem(home)
    # Another way to write 127.0.0.1: a host that is not known to be this machine.
    monkeypatch.setenv("TIDEMARK_SMTP_URL", mailbox.address("127.1"))
    assert "it offers no encryption, so the password was not sent to it" in _problem(home)
    assert mailbox.logins == []
