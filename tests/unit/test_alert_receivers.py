"""Alerts and their receivers: reported once, failing receivers, and requirements of mail."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.runs import alerts
from orchestration.runs.alerts import report_failure, report_late_data
from orchestration.settings import load_settings
from tests.certificates import Authority
from tests.receivers import SECRET, Mailbox, Webhook, text

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


def test_late_data_are_reported_once_until_they_are_late_again(both_receive: Home, webhook: Webhook) -> None:
    settings, problems = load_settings(), list[str]()
    more = LATE | {"subjects": ["kraken SOL", "kraken XRP"]}
    reported = []
    for checks in ([LATE], [LATE], [more], [], [more], [ON_TIME], [LATE]):
        report_late_data(settings, both_receive, "a-run", checks, problems.append)
        reported.append([alert["title"].rpartition(": ")[2] for alert in webhook.received])
        webhook.received.clear()
    assert reported == [["kraken SOL"], [], ["kraken XRP"], [], [], [], ["kraken SOL"]]
    assert problems == []


def test_an_undelivered_alert_is_sent_by_the_next_load(
    alerting_home: Home, monkeypatch: pytest.MonkeyPatch, webhook: Webhook
) -> None:
    problems: list[str] = []
    with Webhook(status=500) as broken:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", broken.address)
        report_late_data(load_settings(), alerting_home, "a-run", [LATE], problems.append)
    assert problems == [
        "An alert could not be sent by the webhook (127.0.0.1): it answered with status 500. The load is not affected."
    ]
    monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", webhook.address)
    report_late_data(load_settings(), alerting_home, "a-run", [LATE], problems.append)
    assert len(webhook.received) == 1


def _problem(alerting_home: Home) -> str:
    problems: list[str] = []
    report_failure(load_settings(), alerting_home, "a-run", "It failed.", problems.append)
    (problem,) = problems
    assert SECRET not in problem
    return problem


def test_a_failing_webhook_gives_an_error_message(
    alerting_home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setattr(alerts, "DEADLINE_SECONDS", 1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", f"http://127.0.0.1:{port}/{SECRET}")
        assert "it could not be reached" in _problem(alerting_home)
    with Webhook(status=307) as moved:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", moved.address)
        assert "it answered with status 307" in _problem(alerting_home)
        assert len(moved.received) == 1, "the address is followed nowhere"
    with Webhook(pause=2) as slow:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", slow.address)
        assert "within 1 seconds" in _problem(alerting_home)
    assert SECRET not in caplog.text
    assert "POST" in caplog.text, "what the library below logs of addresses was seen"


def test_mail_is_encrypted_if_the_server_supports_it(
    alerting_home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mailbox: Mailbox
) -> None:
    authority = Authority.make(tmp_path)
    monkeypatch.setenv("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example")
    with Mailbox(tls=authority.server()) as private:
        monkeypatch.setenv("TIDEMARK_SMTP_URL", private.address())
        assert "certificate" in _problem(alerting_home)
        assert private.logins == [], "the password is sent only to a verified server"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        report_failure(load_settings(), alerting_home, "", "It failed.", pytest.fail)
        assert text(private.received[0]) == f"It failed.\n\nHome: {alerting_home.root}\n"
        monkeypatch.setenv("TIDEMARK_SMTP_URL", private.address(password="wrong"))
        assert "535" in _problem(alerting_home)
    # Another way to write 127.0.0.1: a host that is not known to be this machine.
    monkeypatch.setenv("TIDEMARK_SMTP_URL", mailbox.address("127.1"))
    assert "no encryption, so the password was not sent" in _problem(alerting_home)
    assert mailbox.logins == []
