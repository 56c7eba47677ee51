"""TLS with a real server on loopback: trusted servers, messages about others, and no request to them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources.base import FetchError
from orchestration.sources.http import HttpClient
from tests.certificates import Authority
from tests.publisher import Answer, Publisher
from tests.unit.test_http import BODY, KEY, settings


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    made = Authority.make(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.file))
    return made


def refused(address: str, **changes: Any) -> str:
    with HttpClient(settings(**changes)) as client, pytest.raises(FetchError) as caught:
        client.get(f"{address}/file", params={"id": "X"}, secret_params={"api_key": KEY})
    said = str(caught.value)
    assert f"{address}/file?id=X could not be fetched" in said
    assert KEY not in said
    return said


def test_a_good_certificate_is_accepted(authority: Authority) -> None:
    with Publisher(tls=authority.server()) as publisher, HttpClient(settings()) as client:
        publisher.route("/file", lambda _: Answer(BODY))
        assert client.get(f"{publisher.base}/file").body == BODY
        assert publisher.base.startswith("https://")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"is_self_signed": True}, "certificate is not valid: self-signed certificate"),
        ({"address": "192.0.2.7"}, "certificate is not valid: IP address mismatch"),
        ({"address": "publisher.example"}, "certificate is not valid: IP address mismatch"),
        ({"is_expired": True}, "certificate is not valid: certificate has expired"),
    ],
)
def test_a_bad_certificate_is_final_and_no_request_is_sent(authority: Authority, kind: Any, words: str) -> None:
    with Publisher(tls=authority.server(**kind)) as publisher:
        publisher.route("/file", lambda _: Answer(BODY))
        said = refused(publisher.base)
        assert words in said
        assert "after 1 attempt:" in said
        assert "Nothing was read. Check this machine's clock" in said
        assert publisher.requests == []


def test_an_authority_that_is_not_trusted_is_refused(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with Publisher(tls=authority.server()) as publisher:
        assert "certificate is not valid: unable to get local issuer certificate" in refused(publisher.base)
        assert publisher.requests == []


@contextmanager
def listener(answers: bytes | None) -> Iterator[str]:
    """A server that says something to whoever connects and closes, or says nothing and holds on."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(TimeoutError, OSError):
                connection, _ = server.accept()
                held.append(connection)
                if answers is not None:
                    connection.recv(10_000)
                    connection.sendall(answers)
                    connection.close()

    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
            for connection in held:
                connection.close()


@pytest.mark.parametrize(
    "answers", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"\x16" * 9]
)
def test_a_failed_handshake_is_retried_and_named(answers: bytes) -> None:
    with listener(answers) as address:
        said = refused(address)
    assert "TLS failed" in said or "the connection was reset" in said or "closed the connection" in said
    assert "after 3 attempts:" in said


def test_a_missing_handshake_ends_with_the_time_out() -> None:
    with listener(None) as address:
        start = time.monotonic()
        said = refused(address, http_timeout_seconds=0.2, http_attempts=2)
        assert time.monotonic() - start < 2
    assert "after 2 attempts:" in said
    assert "timed out" in said or "was not complete" in said


def test_a_body_that_drips_through_tls_is_cut_after_the_time_of_an_attempt(authority: Authority) -> None:
    with Publisher(tls=authority.server()) as publisher:
        publisher.fault("/file", "drip", times=None)
        start = time.monotonic()
        assert "was not complete after 0.9 seconds" in refused(
            publisher.base, http_timeout_seconds=0.15, http_attempts=1
        )
        assert time.monotonic() - start < 3


@pytest.mark.parametrize("kind", ["reset", "short_body", "stall"])
def test_a_connection_broken_inside_tls_is_reported_like_any_other(authority: Authority, kind: str) -> None:
    with Publisher(tls=authority.server()) as publisher:
        publisher.route("/file", lambda _: Answer(BODY))
        publisher.fault("/file", kind, times=None)
        said = refused(publisher.base, http_timeout_seconds=0.3, http_attempts=2)
    assert any(words in said for words in ("was reset", "broke off", "was silent", "TLS failed"))
    assert "after 2 attempts:" in said


def test_no_redirect_leads_out_of_tls(authority: Authority) -> None:
    with Publisher(tls=authority.server()) as publisher, HttpClient(settings()) as client:
        publisher.fault("/file", "redirect", location=publisher.base.replace("https:", "http:") + "/file")
        with pytest.raises(FetchError, match="which is not safe to follow"):
            client.get(f"{publisher.base}/file")
        assert len(publisher.requests) == 1


def test_invalid_certificates_are_named(authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bundle.pem").write_text("no certificate", encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "bundle.pem"))
    with Publisher(tls=authority.server()) as publisher:
        said = refused(publisher.base)
    assert "REQUESTS_CA_BUNDLE names" in said
    assert "which is not a readable file of certificates" in said
    assert "after 1 attempt" in said
