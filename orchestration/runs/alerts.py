"""Alerts: a failed load, late data, and conditions on figures are reported by webhook, by e-mail, or by both.

Belongs here: the content of an alert, its receivers, and which late data were reported before. A receiver that fails
only logs a warning. Does not belong here: whether a load failed (`outcome` reads that from its events), and what is
late (the rules for datasets decide that), and which conditions fire (`conditions.py`).
"""

from __future__ import annotations

import ipaddress
import json
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from orchestration.home import Home
from orchestration.loading.rules.rule_files import DATASETS, read_suite
from orchestration.loading.rules.verdict import Consequence
from orchestration.runs import conditions
from orchestration.settings import Settings
from orchestration.sources.http import redacted, user_agent

FAILURE = "failure"
LATE = "late"
CONDITION = "condition"
REPORTED_NAME = "late_data_reported.json"
TIMEOUT_SECONDS = 10
"""Timeout of one connection or read."""

DEADLINE_SECONDS = 25
"""Limit for all receivers together, because the home stays locked meanwhile."""

SHOWN_CONDITIONS = 20
SHOWN_CHARACTERS = 3000
"""Longer messages are cut: a chat shows no more, and the report of checks has the rest."""


@dataclass(frozen=True)
class Alert:
    """One message.

    Attributes:
        kind: `failure`, `late` or `condition`.
        title: one line.
        screen: for a person: what happened, which document, which rows, what to do.
        run_id: the run in Dagster's UI; empty if the load ended before it had one.
        home: of the load.
        findings: for programs: asset, check, documents, subjects, rows and text of each failed check; or the conditions
            that fired.
    """

    kind: str
    title: str
    screen: str
    run_id: str
    home: str
    findings: tuple[Mapping[str, Any], ...] = ()

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
    """Whether the settings name a receiver."""
    return settings.alert_webhook_url is not None or settings.alert_email_to is not None


def report_failure(
    settings: Settings,
    home: Home,
    run_id: str,
    screen: str,
    warn: Callable[[str], object],
    checks: Iterable[Mapping[str, Any]] = (),
    seconds: float | None = None,
) -> None:
    """Report a failed load.

    Args:
        settings: name the receivers; without one, nothing happens.
        home: of the load.
        run_id: in Dagster; empty if the load ended before it had one.
        screen: what the shell shows.
        warn: is called for each receiver that did not get the alert.
        checks: the report of the load's checks.
        seconds: how long delivery may take; None for the default.
    """
    broken = [check for check in checks if not check["passed"] and check["consequence"] == Consequence.STOPS.value]
    what = broken[0]["check"] if broken else screen.strip().partition("\n")[0]
    title = _title(f"Tidemark: the load on {socket.gethostname()} failed: {what}")
    findings = tuple(_finding(check) for check in broken)
    _deliver(Alert(FAILURE, title, screen, run_id, str(home.root), findings), settings, warn, seconds)


def report_late_data(
    settings: Settings, home: Home, run_id: str, checks: Sequence[Mapping[str, Any]], warn: Callable[[str], object]
) -> None:
    """Report data that are newly late. After data arrive, they are reported again the next time they are late.

    Args:
        settings: name the receivers; without one, nothing happens.
        home: of the load.
        run_id: in Dagster.
        checks: the report of the load's checks; one without the checks of datasets changes nothing.
        warn: is called for each receiver that did not get the alert.
    """
    rules = {rule.name for rule in read_suite(DATASETS).rules if not rule.is_critical}
    judged = [check for check in checks if check["check"] in rules]
    if not judged or not has_receiver(settings):
        return
    known = _reported(home)
    late = {subject for check in judged for subject in _subjects(check)}
    new = late - known
    if new:
        found = [check for check in judged if not new.isdisjoint(_subjects(check))]
        screen = "\n\n".join(f"{check['check']}\n{check['text']}" for check in found)
        what = ", ".join(sorted({subject.partition(": ")[2] for subject in new}))
        findings = tuple(_finding(check) for check in found)
        alert = Alert(LATE, _title(f"Tidemark: late: {what}"), screen, run_id, str(home.root), findings)
        if not _deliver(alert, settings, warn):
            late -= new
    try:
        (home.reports / REPORTED_NAME).write_text(json.dumps(sorted(late), indent=1), encoding="utf-8")
    except OSError as error:
        warn(
            f"{home.reports / REPORTED_NAME} cannot be written: {error.strerror}. Late data will be reported once more."
        )


def report_conditions(settings: Settings, home: Home, run_id: str, warn: Callable[[str], object]) -> None:
    """Send the conditions that fired and were not sent yet, in one message.

    Args:
        settings: name the receivers; without one, nothing happens and nothing is marked as sent.
        home: of the load.
        run_id: in Dagster.
        warn: is called for each receiver that did not get the alert.
    """
    new = [one for one in conditions.fired(home) if not one["is_delivered"]]
    if not new or not has_receiver(settings):
        return
    base = f"{settings.site_url}/" if settings.site_url else ""
    screen = "\n\n".join(
        f"{one['title']} ({one['severity']})\n{one['text']}\n{base}{one['link']}" for one in new[:SHOWN_CONDITIONS]
    )
    more = f", and {len(new) - 1} more" if len(new) > 1 else ""
    alert = Alert(CONDITION, _title(f"Tidemark: {new[0]['title']}{more}"), screen, run_id, str(home.root), tuple(new))
    if _deliver(alert, settings, warn):
        conditions.delivered(home, [one["id"] for one in new], warn)


def _deliver(alert: Alert, settings: Settings, warn: Callable[[str], object], seconds: float | None = None) -> bool:
    """Send an alert to all receivers at once; whether one of them got it. Never raises, never logs a secret."""
    ways: list[tuple[str, Callable[[Alert, str, Settings], str | None], str]] = []
    if settings.alert_webhook_url is not None:
        ways.append(("the webhook", _post, settings.alert_webhook_url.get_secret_value()))
    if settings.alert_email_to is not None and settings.smtp_url is not None:
        ways.append(("e-mail", _mail, settings.smtp_url.get_secret_value()))
    answers = [_started(partial(send, alert, address, settings)) for _, send, address in ways]
    seconds = DEADLINE_SECONDS if seconds is None else seconds
    deadline = time.monotonic() + seconds
    is_delivered = False
    for (name, _, address), answer in zip(ways, answers, strict=True):
        try:
            problem = answer.get(timeout=max(deadline - time.monotonic(), 0))
        except Empty:
            problem = f"no success within {seconds:g} seconds"
        is_delivered |= problem is None
        if problem is not None:
            host = urlsplit(address).hostname
            warn(f"An alert could not be sent by {name} ({host}): {problem}. The load is not affected.")
    return is_delivered


def _started(send: Callable[[], str | None]) -> Queue[str | None]:
    """Send in a thread, because a server that answers byte by byte defeats every timeout.

    Returns:
        A queue that gets the problem, or None if there was none.
    """
    answer: Queue[str | None] = Queue()

    def run() -> None:
        try:
            answer.put(send())
        except Exception as error:  # a receiver must never fail a load
            answer.put(_explain(error))

    threading.Thread(target=run, daemon=True).start()
    return answer


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
    message["From"] = user if "@" in user else f"tidemark@{socket.gethostname()}"
    run = f"Run {alert.run_id} of {alert.home}" if alert.run_id else f"Home: {alert.home}"
    message.set_content(f"{alert.screen}\n\n{run}\n")
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
                return "it offers no encryption, so the password was not sent"
            server.login(user, unquote(parts.password or ""))
        server.send_message(message)
    return None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _explain(error: Exception) -> str:
    """The problem, without library messages that contain an address or a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered with code {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it refused the recipients"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not accept a user name and password"
    if isinstance(error, (requests.Timeout, TimeoutError)):
        return f"no answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(error, ssl.SSLError | requests.exceptions.SSLError):
        return "its certificate or its encryption is invalid"
    if isinstance(error, requests.ConnectionError | OSError):
        return "it could not be reached, or closed the connection"
    return f"unexpected error ({type(error).__name__})"


def _finding(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: check[name] for name in ("asset", "check", "documents", "subjects", "rows", "text")}


def _subjects(check: Mapping[str, Any]) -> list[str]:
    return [f"{check['check']}: {subject}" for subject in check["subjects"]]


def _reported(home: Home) -> set[str]:
    path: Path = home.reports / REPORTED_NAME
    try:
        return set(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none yet, or damaged: report once more
        return set()


def _title(text: str) -> str:
    """One line, for the subject of a message."""
    return _cut(" ".join(text.split()), 200)


def _cut(text: str, length: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= length else f"{text[: length - 4]} ..."
