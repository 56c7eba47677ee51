"""Receivers of alerts on loopback: a webhook and a mail server, and the home of a test that uses them.

Belongs here: what they accept and keep. Does not belong here: which alert a load sends.
"""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SECRET = "T0KENthatNobodyReads"


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


def text(letter: EmailMessage) -> str:
    """The body of a message."""
    return str(letter.get_content()).replace("\r\n", "\n")
