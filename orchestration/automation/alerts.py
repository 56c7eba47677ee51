"""Tells people that a load has failed, or that data are late: by a webhook, by e-mail, or by both.

Belongs here: what an alert says, to whom it goes, and which late data have been told already. A receiver that fails is
a line in the log of the load, and nothing more. Does not belong here: when a load has failed (`outcome` reads that from
its events), and what is late (the suite `datasets` says that).
"""

from __future__ import annotations

import ipaddress
import json
import smtplib
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from orchestration.quality.datasets import DATASETS
from orchestration.quality.suites import read_suite
from orchestration.quality.verdict import Consequence
from orchestration.settings import Settings
from orchestration.sources.http import redacted, user_agent
from orchestration.warehouse.home import Home

FAILURE = "failure"
LATE = "late"
TOLD_NAME = "late_data_told.json"
TIMEOUT_SECONDS = 10
SHOWN_CHARACTERS = 3000
"""A message longer than this is cut: a chat shows no more, and the report of checks has all of it."""


@dataclass(frozen=True)
class Alert:
    """One message.

    Attributes:
        kind: `failure` or `late`.
        title: one line.
        screen: for a person: what happened, which document, which rows, what to do.
        run_id: the run in Dagster's UI.
        home: of the load.
        findings: for programs: asset, check, documents, subjects, rows and text of each check behind it.
        subjects: what is late, by rule and dataset; empty for a failure.
    """

    kind: str
    title: str
    screen: str
    run_id: str
    home: str
    findings: tuple[Mapping[str, Any], ...] = ()
    subjects: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        """The JSON of the webhook; chats show `text`."""
        return {
            "text": f"*{self.title}*\n```\n{_cut(self.screen)}\n```",
            "kind": self.kind,
            "title": self.title,
            "screen": self.screen,
            "run_id": self.run_id,
            "home": self.home,
            "findings": list(self.findings),
        }


def has_receiver(settings: Settings) -> bool:
    """Whether anybody is to be told."""
    return settings.alert_webhook_url is not None or settings.alert_email_to is not None


def failure_alert(home: Home, run_id: str, screen: str, checks: Iterable[Mapping[str, Any]]) -> Alert:
    """The alert of a load that failed.

    Args:
        home: of the load.
        run_id: in Dagster.
        screen: what the shell shows.
        checks: the report of the load's checks.
    """
    broken = [check for check in checks if not check["passed"] and check["consequence"] == Consequence.STOPS.value]
    what = broken[0]["check"] if broken else screen.partition("\n")[0][:100]
    title = f"Tidemark: the load on {socket.gethostname()} failed: {what}"
    return Alert(FAILURE, title, screen, run_id, str(home.root), tuple(_finding(check) for check in broken))


def late_alert(home: Home, run_id: str, checks: Sequence[Mapping[str, Any]]) -> Alert | None:
    """The alert of data that are late since this load; None if there are none, or they were told before.

    Args:
        home: of the load.
        run_id: in Dagster.
        checks: the report of the load's checks.
    """
    late = _late(checks)
    subjects = [subject for check in late for subject in _subjects(check)]
    new = [subject for subject in subjects if subject not in _told(home)]
    if not new:
        return None
    told = [check for check in late if any(subject in new for subject in _subjects(check))]
    screen = "\n\n".join(f"{check['check']}\n{check['text']}" for check in told)
    title = f"Tidemark: late data: {', '.join(dict.fromkeys(subject.partition(': ')[2] for subject in new))}"
    findings = tuple(_finding(check) for check in told)
    return Alert(LATE, _cut(title, 200), screen, run_id, str(home.root), findings, tuple(new))


def remember(home: Home, checks: Sequence[Mapping[str, Any]], delivered: Iterable[str]) -> None:
    """Keep in mind what is late and told, so that it is told once; what is no longer late may be told again.

    Args:
        home: of the load.
        checks: the report of the load's checks; one without the checks of datasets says nothing of what is late.
        delivered: subjects of an alert that came through.
    """
    if not any(check["check"] in _late_rules() for check in checks):
        return
    late = {subject for check in _late(checks) for subject in _subjects(check)}
    told = sorted(late & {*_told(home), *delivered})
    with suppress(OSError):  # it is told once more, then
        (home.reports / TOLD_NAME).write_text(json.dumps(told, indent=1), encoding="utf-8")


def deliver(alert: Alert, settings: Settings) -> tuple[bool, list[str]]:
    """Send an alert to whom the settings name.

    Returns:
        Whether anybody got it, and a sentence for each receiver that did not. Never raises, never tells a secret.
    """
    ways = []
    if settings.alert_webhook_url is not None:
        ways.append(("the webhook", _post, settings.alert_webhook_url.get_secret_value()))
    if settings.alert_email_to is not None and settings.smtp_url is not None:
        ways.append(("e-mail", _mail, settings.smtp_url.get_secret_value()))
    problems = []
    for name, send, address in ways:
        host = urlsplit(address).hostname
        try:
            problem = send(alert, address, settings)
        except Exception as error:  # nothing that a receiver does may fail a load
            problem = _explain(error)
        if problem:
            problems.append(f"An alert could not be sent by {name} ({host}): {problem}. The load is not affected.")
    return len(problems) < len(ways), problems


def _post(alert: Alert, address: str, _: Settings) -> str | None:
    parts = urlsplit(address)
    secret = parts.path + (f"?{parts.query}" if parts.query else "")
    with (
        redacted(*([secret] if len(secret) > 1 else [])),
        requests.post(
            address,
            json=alert.payload(),
            headers={"User-Agent": user_agent()},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer,
    ):
        return None if answer.ok and not answer.is_redirect else f"it answered with status {answer.status_code}"


def _mail(alert: Alert, address: str, settings: Settings) -> str | None:
    parts = urlsplit(address)
    host, user = parts.hostname or "", unquote(parts.username or "")
    message = EmailMessage()
    message["Subject"] = alert.title
    message["To"] = settings.alert_email_to
    message["From"] = user if "@" in user else f"tidemark@{socket.getfqdn()}"
    message.set_content(f"{alert.screen}\n\nRun {alert.run_id} of {alert.home}\n")
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    )
    with server:
        server.ehlo()
        is_private = parts.scheme == "smtps" or _is_here(host)
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            is_private = True
        if user:
            if not is_private:
                return "it offers no encryption, so the password was not sent to it"
            server.login(user, unquote(parts.password or ""))
        server.send_message(message)
    return None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _explain(error: Exception) -> str:
    """What went wrong, without the words of a library that repeat an address or a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it refused the recipients"
    if isinstance(error, (requests.Timeout, TimeoutError)):
        return f"no answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(error, ssl.SSLError | requests.exceptions.SSLError):
        return "its certificate or its encryption is not valid"
    if isinstance(error, requests.ConnectionError | OSError):
        return "it could not be reached, or hung up"
    return f"an error that was not foreseen came up ({type(error).__name__})"


def _finding(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: check[name] for name in ("asset", "check", "documents", "subjects", "rows", "text")}


def _late_rules() -> set[str]:
    return {rule.name for rule in read_suite(DATASETS).rules if not rule.is_critical}


def _late(checks: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    rules = _late_rules()
    return [check for check in checks if check["check"] in rules and not check["passed"]]


def _subjects(check: Mapping[str, Any]) -> list[str]:
    return [f"{check['check']}: {subject}" for subject in check["subjects"]]


def _told(home: Home) -> set[str]:
    path: Path = home.reports / TOLD_NAME
    try:
        return set(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def _cut(text: str, length: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= length else f"{text[: length - 4]} ..."
