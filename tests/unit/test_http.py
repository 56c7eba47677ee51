"""Polite HTTP against a real server on loopback: accepted and refused answers, no hang, and no secret revealed."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings
from orchestration.sources import http
from orchestration.sources.base import FetchError, Known, Response
from orchestration.sources.http import HttpClient, StatusError
from tests.publisher import Answer, Publisher, Request

BODY = b"observation_date,X\n" + b"2026-01-02,1.25\n" * 200
KEY = "abcdefghijklmnopqrstuvwxyz012345"


def settings(**changes: Any) -> Settings:
    quick = {
        "http_timeout_seconds": 2,
        "http_attempts": 3,
        "http_max_wait_seconds": 0.01,
        "http_requests_per_second": 10_000,
    }
    return Settings(**(quick | changes))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        server.route("/file", lambda _: Answer(BODY, 200, {"Content-Type": "text/csv", "ETag": '"v1"'}))
        yield server


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(settings()) as opened:
        yield opened


def refused(client: HttpClient, address: str, **more: Any) -> str:
    with pytest.raises(FetchError) as caught:
        client.get(address, **more)
    return str(caught.value)


def test_a_document_is_complete_with_address_time_and_validators(publisher: Publisher, client: HttpClient) -> None:
    before = dt.datetime.now(dt.UTC)
    response = client.get(f"{publisher.base}/file?type=a&page", params={"id": "X", "from": "2020-01-01"})
    assert response.body == BODY
    assert response.address == f"{publisher.base}/file?type=a&page&id=X&from=2020-01-01"
    assert before <= response.retrieved_at <= dt.datetime.now(dt.UTC)
    assert (response.etag, response.last_modified, response.not_modified) == ('"v1"', None, False)
    assert publisher.requests[0].query == {"type": "a", "page": "", "id": "X", "from": "2020-01-01"}


def test_it_identifies_itself_and_contacts_no_other_host(publisher: Publisher, client: HttpClient) -> None:
    client.get(f"{publisher.base}/file")
    assert publisher.requests[0].headers["user-agent"].startswith("Tidemark/0.1.0 ")
    assert "authorization" not in publisher.requests[0].headers


def test_a_netrc_is_not_sent(
    publisher: Publisher, client: HttpClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client.get(f"{publisher.base}/file")
    assert "authorization" not in publisher.requests[0].headers


def test_user_and_password_of_a_base_address_are_used_and_never_shown(publisher: Publisher, client: HttpClient) -> None:
    signed = publisher.base.replace("http://", "http://me:hush@")
    response = client.get(f"{signed}/file")
    assert publisher.requests[0].headers["authorization"].startswith("Basic ")
    assert response.address == f"{publisher.base}/file"
    assert "hush" not in refused(client, f"{signed}/nowhere")


def test_an_unchanged_document_is_not_sent_again(publisher: Publisher, client: HttpClient) -> None:
    modified = "Wed, 01 Jul 2026 12:00:00 GMT"

    def handler(request: Request) -> Answer:
        same = request.headers.get("if-none-match") == '"v1"'
        return Answer(b"", 304) if same else Answer(BODY, 200, {"ETag": '"v1"'})

    publisher.route("/conditional", handler)
    known = Known(dt.datetime(2026, 7, 1, tzinfo=dt.UTC), '"v1"', modified)
    response = client.get(f"{publisher.base}/conditional", known=known)
    assert response.not_modified
    assert (response.body, response.etag, response.last_modified) == (b"", '"v1"', modified)
    assert publisher.requests[0].headers["if-modified-since"] == modified
    other = client.get(f"{publisher.base}/conditional", known=Known(known.retrieved_at, '"v0"', None))
    assert not other.not_modified
    assert other.body == BODY


def test_without_validators_nothing_is_conditional_and_a_304_is_an_error(
    publisher: Publisher, client: HttpClient
) -> None:
    publisher.route("/always304", lambda _: Answer(b"", 304))
    known = Known(dt.datetime(2026, 7, 1, tzinfo=dt.UTC), None, None)
    assert "status 304" in refused(client, f"{publisher.base}/always304", known=known)
    assert "if-none-match" not in publisher.requests[0].headers


@pytest.mark.parametrize("kind", ["reset", "short_body", "cut_chunked", "no_answer", "empty", "lying_gzip", "cut_gzip"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_broken_answer_is_retried_and_never_used(
    publisher: Publisher, client: HttpClient, kind: str, times: int
) -> None:
    publisher.fault("/file", kind, times=times)
    if times < 3:
        assert client.get(f"{publisher.base}/file").body == BODY
        assert len(publisher.requests) == 2
        return
    said = refused(client, f"{publisher.base}/file")
    expected = {
        "reset": "the connection was reset",
        "short_body": "the body broke off: 1,609 bytes came and 1,610 more were announced",
        "cut_chunked": "the body broke off",
        "no_answer": "closed the connection without an answer",
        "empty": "an empty body",
        "lying_gzip": "not valid gzip",
        "cut_gzip": "the gzip body is cut off",
    }
    assert expected[kind] in said
    assert "after 3 attempts:" in said
    assert f"{publisher.base}/file" in said
    assert len(publisher.requests) == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_temporary_status_is_retried(publisher: Publisher, client: HttpClient, status: int) -> None:
    publisher.fault("/file", "status", times=2, status=status)
    assert client.get(f"{publisher.base}/file").body == BODY
    assert len(publisher.requests) == 3
    publisher.fault("/file", "status", times=None, status=status)
    assert f"status {status} (" in refused(client, f"{publisher.base}/file")
    assert len(publisher.requests) == 6


def pauses(publisher: Publisher) -> list[float]:
    times = [request.at for request in publisher.requests]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_retry_after_in_seconds_is_honoured_and_capped(publisher: Publisher) -> None:
    publisher.fault("/file", "status", status=429, retry_after="1")
    publisher.fault("/file", "status", status=503, retry_after="86400")
    with HttpClient(settings(http_max_wait_seconds=1.1)) as client:
        client.get(f"{publisher.base}/file")
    first, second = pauses(publisher)
    assert 0.95 <= first < 1.09
    assert 1.05 <= second < 3


@pytest.mark.parametrize("header", ["1", "0", "soon", "-5", "Fri, 99 Foo 2026", "9" * 400])
def test_the_pause_is_bounded_for_any_retry_after(publisher: Publisher, client: HttpClient, header: str) -> None:
    publisher.fault("/file", "status", status=429, retry_after=header)
    start = time.monotonic()
    client.get(f"{publisher.base}/file")
    assert time.monotonic() - start < 0.5


def test_retry_after_as_a_date_is_honoured() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    earlier = later - dt.timedelta(hours=1)
    assert 27 < (http._seconds_asked(format_datetime(later, usegmt=True)) or 0) <= 30
    assert http._seconds_asked(format_datetime(earlier, usegmt=True)) == 0
    assert http._seconds_asked(None) is None


def test_pauses_grow_without_retry_after(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_FIRST_PAUSE_SECONDS", 0.05)
    publisher.fault("/file", "status", times=3, status=500)
    with HttpClient(settings(http_attempts=4, http_max_wait_seconds=5)) as client:
        client.get(f"{publisher.base}/file")
    for found, least in zip(pauses(publisher), [0.05, 0.1, 0.2], strict=True):
        assert least - 0.02 <= found < least + 0.5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 423, 451])
def test_a_refusal_is_final_and_keeps_the_publishers_words(
    publisher: Publisher, client: HttpClient, status: int
) -> None:
    said = b'{"error_code":%d,"error_message":"Bad Request.  The series does not exist."}' % status
    publisher.fault("/file", "status", status=status, body=said)
    with pytest.raises(StatusError) as caught:
        client.get(f"{publisher.base}/file")
    assert caught.value.status == status
    assert caught.value.words == "Bad Request. The series does not exist."
    assert "The series does not exist. " in str(caught.value)
    assert "after 1 attempt:" in str(caught.value)
    assert len(publisher.requests) == 1


def test_geo_blocking_has_its_own_message(publisher: Publisher, client: HttpClient) -> None:
    words = b'{"code":0,"msg":"Service unavailable from a restricted location"}'
    publisher.fault("/file", "status", status=451, body=words)
    said = refused(client, f"{publisher.base}/file")
    assert "does not serve the country that this machine is in" in said
    assert "restricted location" in said


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><html><body>Go away</body></html>", b"x" * 100_000, b"\xff\xfe", b'{"other": 1}', b""]
)
def test_a_refusal_in_no_usable_words_is_still_a_refusal(publisher: Publisher, client: HttpClient, body: bytes) -> None:
    publisher.fault("/file", "status", status=404, body=body)
    said = refused(client, f"{publisher.base}/file")
    assert "status 404 (Not Found)" in said
    assert len(said) < 600


def test_a_silent_publisher_is_dropped_after_the_time_out(publisher: Publisher) -> None:
    publisher.fault("/file", "stall", times=None)
    start = time.monotonic()
    with HttpClient(settings(http_timeout_seconds=0.2)) as client:
        assert "silent for 0.2 seconds" in refused(client, f"{publisher.base}/file")
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("kind", ["drip", "drip_headers"])
def test_a_publisher_that_drips_is_cut_after_the_time_of_an_attempt(publisher: Publisher, kind: str) -> None:
    publisher.fault("/file", kind, times=None)
    with HttpClient(settings(http_timeout_seconds=0.2, http_attempts=2)) as client:
        start = time.monotonic()
        assert "was not complete after 1.2 seconds" in refused(client, f"{publisher.base}/file")
        assert 2.4 <= time.monotonic() - start < 6
        publisher.heal()
        assert client.get(f"{publisher.base}/file").body == BODY


def test_the_time_of_an_attempt_ends_with_it(publisher: Publisher, client: HttpClient) -> None:
    client.get(f"{publisher.base}/file")
    refused(client, f"{publisher.base}/nowhere")
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_an_endless_body_and_a_bomb_end_at_the_size_limit(publisher: Publisher) -> None:
    with HttpClient(settings(), max_bytes=2**20) as client:
        for kind in ("endless", "gzip_bomb"):
            publisher.fault("/file", kind, times=None)
            start = time.monotonic()
            assert "beyond the limit of 1,048,576 bytes" in refused(client, f"{publisher.base}/file")
            assert time.monotonic() - start < 2
            publisher.heal()
        publisher.route("/large", lambda _: Answer(b"1" * (2**20 + 1)))
        assert "a body of 1,048,577 bytes beyond the limit" in refused(client, f"{publisher.base}/large")
        publisher.route("/fits", lambda _: Answer(b"1" * 2**20))
        assert len(client.get(f"{publisher.base}/fits").body) == 2**20


def test_the_default_size_limit_is_64_mib() -> None:
    assert http.MAX_BYTES == 67_108_864


def test_a_packed_body_is_unpacked(publisher: Publisher, client: HttpClient) -> None:
    publisher.fault("/file", "gzip")
    assert client.get(f"{publisher.base}/file").body == BODY
    assert publisher.requests[0].headers["accept-encoding"] == "gzip"


def test_an_unrequested_encoding_is_refused(publisher: Publisher, client: HttpClient) -> None:
    publisher.route("/brotli", lambda _: Answer(BODY, 200, {"Content-Encoding": "br"}))
    assert "compressed the body as 'br'" in refused(client, f"{publisher.base}/brotli")


def test_a_web_page_with_status_200_is_refused(publisher: Publisher, client: HttpClient) -> None:
    publisher.fault("/file", "html", times=None)
    said = refused(client, f"{publisher.base}/file")
    assert "status 200 and a web page (HTML)" in said
    assert len(publisher.requests) == 1
    assert b"Maintenance" in client.get(f"{publisher.base}/file", accept_html=True).body


@pytest.mark.parametrize(
    ("body", "kind", "is_page"),
    [
        (b"\xef\xbb\xbf\n <HTML>", "text/plain", True),
        (b"<!-- x --><html>", "application/csv", True),
        (b"<div>", "text/html; charset=utf-8", True),
        (b"<?xml version='1.0'?><feed/>", "application/xml", False),
        (b"DATE,X\n", "text/html", False),
    ],
)
def test_what_counts_as_a_web_page(body: bytes, kind: str, is_page: bool) -> None:
    assert http._is_html(body, kind) is is_page


def test_redirects_are_followed_and_limited(publisher: Publisher, client: HttpClient) -> None:
    publisher.fault("/old", "redirect", location="/file", status=301)
    response = client.get(f"{publisher.base}/old")
    assert (response.body, response.address) == (BODY, f"{publisher.base}/old")
    publisher.fault("/file", "redirect_loop", times=None)
    before = len(publisher.requests)
    assert "redirected more than 5 times" in refused(client, f"{publisher.base}/file")
    assert len(publisher.requests) - before == 6


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "javascript:1"])
def test_unsafe_redirects_are_not_followed(publisher: Publisher, client: HttpClient, location: str) -> None:
    publisher.fault("/file", "redirect", location=location)
    assert "not safe to follow" in refused(client, f"{publisher.base}/file")


def test_the_body_of_a_redirect_is_not_read(publisher: Publisher) -> None:
    publisher.route("/moved", lambda _: Answer(b"1" * 2**21, 302, {"Location": "/file"}))
    with HttpClient(settings(), max_bytes=2**20) as client:
        assert client.get(f"{publisher.base}/moved").body == BODY


def test_tls_failures_are_reported(publisher: Publisher, client: HttpClient) -> None:
    said = refused(client, publisher.base.replace("http:", "https:") + "/file")
    assert "TLS failed" in said


def test_an_invalid_certificate_is_final() -> None:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_message = "self-signed certificate"
    outer = http.requests.exceptions.SSLError("Max retries exceeded with url: /x?api_key=hush")
    outer.__context__ = error
    with HttpClient(settings()) as client:
        failure = client._explain(outer, http._Deadline(9, lambda: None))
    assert isinstance(failure, http._FinalError)
    assert "certificate is not valid: self-signed certificate" in str(failure)


def test_a_refused_connection_is_reported(client: HttpClient) -> None:
    with Publisher() as gone:
        address = gone.base
    assert "the connection was refused" in refused(client, f"{address}/file")


def test_a_proxy_that_fails_is_named_without_its_password(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hush@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    said = refused(client, "https://publisher.invalid/file", secret_params={"api_key": KEY})
    assert "the proxy of this machine could not be reached" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5://me:hush@127.0.0.1:1080", "ALL_PROXY names a SOCKS proxy, and the package PySocks is not installed"),
        ("socks5h://127.0.0.1:1080", "PySocks is not installed. Install it (pip install pysocks)"),
        ("socks://127.0.0.1:1080", "ALL_PROXY names a proxy of an unknown kind (socks://)"),
        ("quic://127.0.0.1:1080", "ALL_PROXY names a proxy of an unknown kind (quic://)"),
        ("http://me:hu#sh@127.0.0.1:3128", "ALL_PROXY is not a valid URL of a proxy. It must be http://host:port"),
        ("http://127.0.0.1:99999", "ALL_PROXY is not a valid URL of a proxy"),
        ("http://", "ALL_PROXY is not a valid URL of a proxy"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_invalid_proxy_is_named_instead_of_the_address(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, proxy: str, words: str, scheme: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    said = refused(client, f"{scheme}://publisher.invalid/file")
    assert words in said
    assert "after 1 attempt" in said
    assert "base addresses" not in said
    assert "hush" not in said
    assert "hu#sh" not in said


def test_a_proxy_that_wants_a_password_is_not_called_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with Publisher() as proxy, HttpClient(settings()) as client:
        monkeypatch.setenv("ALL_PROXY", proxy.base)
        monkeypatch.setenv("NO_PROXY", "")
        proxy.fault("/", "status", times=None, status=407)
        said = refused(client, "http://publisher.invalid/file")
    assert "407" in said
    assert "The proxy requires a user and a password" in said


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_missing_certificates_are_named_and_not_retried(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
    said = refused(client, "https://127.0.0.1:9/file")
    assert f"{variable} names {tmp_path / 'missing.pem'}, which does not exist" in said
    assert "after 1 attempt" in said
    assert "publisher's own page" not in said


@pytest.mark.parametrize(
    "interim", [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", b"HTTP/1.1 102 Wait\r\n\r\n" * 3]
)
def test_interim_answers_are_skipped(publisher: Publisher, client: HttpClient, interim: bytes) -> None:
    publisher.fault("/file", "raw", said=interim + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
    assert client.get(f"{publisher.base}/file").body == b"abc"


def test_an_invalid_address_is_reported(client: HttpClient) -> None:
    assert "not a valid URL" in refused(client, "http://")
    assert "is not a valid URL" in refused(client, "http://[::1/x")


def test_requests_to_a_host_are_spaced_out(publisher: Publisher) -> None:
    with HttpClient(settings(http_requests_per_second=20)) as client:
        for _ in range(4):
            client.get(f"{publisher.base}/file")
        assert 0.12 <= sum(pauses(publisher)) < 1
        publisher.requests.clear()
        client.limit_rate(publisher.base, 5)
        client.limit_rate(publisher.base, 1000)
        for _ in range(3):
            client.get(f"{publisher.base}/file")
        assert 0.15 <= pauses(publisher)[1] < 1


def test_a_host_that_fails_repeatedly_is_skipped(publisher: Publisher) -> None:
    publisher.fault("/file", "status", times=None, status=503)
    with Publisher() as other, HttpClient(settings(http_attempts=1)) as client:
        other.route("/", lambda _: Answer(BODY))
        for _ in range(http.GIVE_UP_AFTER):
            refused(client, f"{publisher.base}/file")
        assert "was not requested" in refused(client, f"{publisher.base}/file")
        assert len(publisher.requests) == http.GIVE_UP_AFTER
        assert client.get(f"{other.base}/x").body == BODY


def test_one_success_or_plain_refusal_keeps_a_host_in_use(publisher: Publisher) -> None:
    with HttpClient(settings(http_attempts=1)) as client:
        for _ in range(http.GIVE_UP_AFTER):
            publisher.fault("/file", "status", status=503)
            refused(client, f"{publisher.base}/file")
            refused(client, f"{publisher.base}/nowhere")
        assert client.get(f"{publisher.base}/file").body == BODY


SPOILERS: list[tuple[str, dict[str, Any]]] = [
    ("status", {"status": 400, "body": f'{{"error_message":"api_key ({KEY}) is wrong"}}'.encode()}),
    ("status", {"status": 503}),
    ("redirect", {"location": f"/elsewhere?api_key={KEY}"}),
    ("reset", {}),
    ("short_body", {}),
    ("stall", {}),
    ("drip_headers", {}),
    ("html", {}),
    ("no_answer", {}),
]


@pytest.mark.parametrize(("kind", "options"), SPOILERS)
def test_a_key_is_in_no_message_no_chain_and_no_log(
    publisher: Publisher, caplog: pytest.LogCaptureFixture, kind: str, options: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    publisher.fault("/file", kind, times=None, **options)
    quick = settings(http_timeout_seconds=0.06, http_attempts=2)
    with HttpClient(quick) as client, pytest.raises(FetchError) as caught:
        client.get(f"{publisher.base}/file", params={"id": "X"}, secret_params={"api_key": KEY})
    assert publisher.requests[0].query == {"id": "X", "api_key": KEY}
    assert f"{publisher.base}/file?id=X" in str(caught.value)
    seen: list[BaseException] = list(http._chain(caught.value))
    assert seen == [caught.value]
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in repr(caught.value)
    assert KEY not in caplog.text
    assert "api_key=***" in caplog.text or kind in ("stall", "drip_headers", "no_answer")


def test_a_key_is_not_in_the_answer(publisher: Publisher, client: HttpClient) -> None:
    response = client.get(f"{publisher.base}/file", params={"id": "X"}, secret_params={"api_key": KEY})
    assert isinstance(response, Response)
    assert KEY not in repr(response)
    assert response.address == http.full_address(f"{publisher.base}/file", {"id": "X"})


def test_a_key_does_not_follow_a_redirect(publisher: Publisher, client: HttpClient) -> None:
    publisher.fault("/file", "redirect", location="http://127.0.0.1:9/steal")
    said = refused(client, f"{publisher.base}/file", secret_params={"api_key": KEY})
    assert "redirected a request that carries a key" in said
    assert len(publisher.requests) == 1


def test_closing_a_client_leaves_no_filter_behind() -> None:
    before = [list(logging.getLogger(name).filters) for name in http._LOGGERS_OF_ADDRESSES]
    with HttpClient(settings()):
        pass
    assert [list(logging.getLogger(name).filters) for name in http._LOGGERS_OF_ADDRESSES] == before
