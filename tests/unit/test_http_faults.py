"""Every fault of a publisher ends within the documented time, with a message that says what to do."""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.settings import Settings
from orchestration.sources import http
from orchestration.sources.base import FetchError
from orchestration.sources.http import HttpClient
from tests.publisher import FAULTS, Answer, Publisher
from tests.unit.test_http import BODY, KEY, settings

LATER = "Run the load again later; if the problem persists, check whether the publisher's own page works."
MOVED = "The document has moved: find its new address, and set the publisher's base address in the settings."
LARGE = "It was not stored. Check what the address serves: no expected document is that large."
TWO_LENGTHS = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc"
NOT_SEEN = {"cut_without_length", "cut_with_right_length", "gzip"}
"""What a client cannot see: the parsers refuse what was cut off. And a packed body is no fault."""
WELL_SAID = {"maintenance", "no_candles", "few_candles"}
"""Whole answers with the wrong content: see `test_week.py`."""

ALWAYS: list[tuple[str, dict[str, Any], str, int, str]] = [
    ("status", {"status": 429}, "answered with status 429 (Too Many Requests)", 2, LATER),
    ("status", {"status": 429, "retry_after": "9999"}, "answered with status 429 (Too Many Requests)", 2, LATER),
    ("status", {"status": 500}, "answered with status 500 (Internal Server Error)", 2, LATER),
    ("status", {"status": 503}, "answered with status 503 (Service Unavailable)", 2, LATER),
    ("status", {"status": 503, "retry_after": "9999"}, "answered with status 503 (Service Unavailable)", 2, LATER),
    ("status", {"status": 404}, "answered with status 404 (Not Found)", 1, "was moved, renamed or discontinued"),
    ("reset", {}, "the connection was reset", 2, LATER),
    ("short_body", {}, "the body broke off: 1,609 bytes came and 1,610 more were announced", 2, LATER),
    ("cut_chunked", {}, "the body broke off", 2, LATER),
    ("stall", {}, "the publisher was silent for 0.2 seconds (timed out)", 2, LATER),
    ("drip", {}, "the answer was not complete after 1.2 seconds", 2, LATER),
    ("drip_headers", {}, "the answer was not complete after 1.2 seconds", 2, LATER),
    ("endless", {}, "sent a body beyond the limit of 1,048,576 bytes", 1, LARGE),
    ("gzip_bomb", {}, "sent a gzip body that unpacks beyond the limit of 1,048,576 bytes", 1, LARGE),
    ("html", {}, "answered with status 200 and a web page (HTML)", 1, "Open the address in a browser"),
    ("lying_gzip", {}, "the body is not valid gzip, although its header says so", 2, LATER),
    ("cut_gzip", {}, "the gzip body is cut off", 2, LATER),
    ("redirect", {"location": "http://127.0.0.1:9/x"}, "the connection was refused", 2, LATER),
    ("redirect", {"location": "ftp://127.0.0.1/x"}, "which is not safe to follow", 1, MOVED),
    ("redirect_loop", {}, "redirected more than 5 times", 1, LATER),
    ("empty", {}, "answered with status 200 and an empty body", 2, LATER),
    ("no_answer", {}, "closed the connection without an answer", 2, LATER),
    ("raw", {"said": b"220 smtp.example ESMTP\r\n"}, "the body broke off", 2, LATER),
    ("raw", {"said": TWO_LENGTHS}, "the answer has two different lengths (Content-Length)", 2, LATER),
]
QUICK = {"http_timeout_seconds": 0.2, "http_attempts": 2, "http_max_wait_seconds": 0.1}
SLACK_SECONDS = 2.0
"""For a busy machine; a fault that is not bounded lasts until the server ends, which waits for the client."""


def longest_seconds(chosen: Settings) -> float:
    """What the docstring of `http` promises for one document, in seconds, without the pace of requests."""
    attempts = chosen.http_attempts
    attempt = http.ATTEMPT_TIMEOUTS * chosen.http_timeout_seconds
    return attempts * attempt + (attempts - 1) * chosen.http_max_wait_seconds


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        server.route("/file", lambda _: Answer(BODY, 200, {"Content-Type": "text/csv"}))
        yield server


@pytest.mark.parametrize(("kind", "options", "words", "tries", "advice"), ALWAYS)
def test_a_permanent_fault_ends_in_time_with_a_message(
    publisher: Publisher, kind: str, options: dict[str, Any], words: str, tries: int, advice: str
) -> None:
    publisher.fault("/file", kind, times=None, **options)
    chosen = settings(**QUICK)
    with HttpClient(chosen, max_bytes=2**20) as client:
        start = time.monotonic()
        with pytest.raises(FetchError) as caught:
            client.get(f"{publisher.base}/file", params={"id": "X"})
        assert time.monotonic() - start < longest_seconds(chosen) + SLACK_SECONDS
    said = str(caught.value)
    counted = "1 attempt" if tries == 1 else f"{tries} attempts"
    assert said.startswith(f"{publisher.base}/file?id=X could not be fetched after {counted}: ")
    assert words in said
    assert advice in said
    assert said.isprintable()


@pytest.mark.parametrize(("kind", "options", "words", "tries", "advice"), ALWAYS)
def test_a_fault_message_has_no_key(
    publisher: Publisher,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    options: dict[str, Any],
    words: str,  # noqa: ARG001 - one table for both claims
    tries: int,  # noqa: ARG001
    advice: str,  # noqa: ARG001
) -> None:
    caplog.set_level(logging.DEBUG)
    publisher.fault("/file", kind, times=None, **options)
    with HttpClient(settings(**QUICK), max_bytes=2**20) as client, pytest.raises(FetchError) as caught:
        client.get(f"{publisher.base}/file", secret_params={"api_key": KEY})
    assert publisher.requests[0].query == {"api_key": KEY}
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert list(http._chain(caught.value)) == [caught.value]


@pytest.mark.parametrize("where", ["body", "json", "xml", "quoted", "at the cut"])
def test_messages_that_echo_a_key_are_shown_without_it(publisher: Publisher, where: str) -> None:
    key = "key with/odd signs+&="
    quoted = http.quote(key, safe="")
    body = {
        "body": f"The value {key} is not registered.",
        "json": f'{{"error_message": "Bad Request.  The value {key} is not registered."}}',
        "xml": f'<error code="400" message="The value {key} is not registered."/>',
        "quoted": f"GET /file?api_key={quoted} failed; api_key={http.quote_plus(key)}",
        "at the cut": "x" * 290 + key,
    }[where]
    publisher.fault("/file", "status", status=400, body=body.encode())
    with HttpClient(settings()) as client, pytest.raises(FetchError) as caught:
        client.get(f"{publisher.base}/file", secret_params={"api_key": key})
    said = str(caught.value)
    assert "***" in said
    for form in (key[:8], quoted[:8], http.quote_plus(key)[:8]):
        assert form not in said


def test_an_unexpected_error_reveals_no_key(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object, url: str, **__: object) -> None:
        raise LookupError(f"no luck with {url}")

    monkeypatch.setattr(http._Session, "get", fail)
    with HttpClient(settings()) as client:
        with pytest.raises(FetchError, match="unexpected error occurred \\(LookupError: no luck with") as caught:
            client.get(f"{publisher.base}/file", secret_params={"api_key": KEY})
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert list(http._chain(caught.value)) == [caught.value]
        with pytest.raises(LookupError):
            client.get(f"{publisher.base}/file")


@pytest.mark.parametrize("status", [200, 203])
def test_an_answer_that_contains_the_key_is_not_stored(publisher: Publisher, status: int) -> None:
    words = f'{{"error_message": "The value for variable api_key ({KEY}) is not registered."}}'
    publisher.route("/echo", lambda _: Answer(words.encode(), status))
    with HttpClient(settings()) as client, pytest.raises(FetchError) as caught:
        client.get(f"{publisher.base}/echo", secret_params={"api_key": KEY})
    assert KEY not in str(caught.value)
    assert len(publisher.requests) == 1


def test_headers_that_contain_the_key_are_stored_without_it(publisher: Publisher) -> None:
    headers = {"ETag": f'"{KEY}"', "Last-Modified": f"Fri, {KEY}", "X-Url": f"/file?api_key={KEY}"}
    publisher.route("/echo", lambda _: Answer(BODY, 200, headers))
    publisher.route("/packed", lambda _: Answer(BODY, 200, {"Content-Encoding": "x" * 30 + KEY}))
    with HttpClient(settings()) as client:
        response = client.get(f"{publisher.base}/echo", secret_params={"api_key": KEY})
        assert (response.etag, response.last_modified) == ('"***"', "Fri, ***")
        with pytest.raises(FetchError, match="which was not requested") as caught:
            client.get(f"{publisher.base}/packed", secret_params={"api_key": KEY})
        assert KEY[:8] not in str(caught.value)


HEADERS = (
    *(b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 5, 6"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Content-Encoding: gzip", b"Location: /x"),
    *(
        b"Content-Encoding: gzip, gzip",
        b"Location: http://[",
        b"Location: //\xff\xfe",
        b"Location: http://127.0.0.1:0/",
    ),
    *(b"Location: http://127.0.0.1:99999/", b"Retry-After: -1", b"ETag: \x00", b"Set-Cookie: a", b"no colon", b": x"),
    *(b"X: " + b"x" * 70_000, b"X: \xe2\x82\xac", b" folded", b"Content-Type: text/html", b"Connection: keep-alive"),
)
STATUS = (
    *(b"HTTP/1.1 200 OK", b"HTTP/1.1 200", b"HTTP/1.0 206 Partial", b"HTTP/1.1 204 No", b"HTTP/1.1 304 Same"),
    *(b"HTTP/1.1 100 Continue", b"HTTP/1.1 101 Switch", b"HTTP/1.1 999 X", b"HTTP/1.1 -1 X", b"HTTP/9.9 200 OK"),
    *(
        b"HTTP/1.1 301 Moved",
        b"HTTP/1.1 500 X",
        b"HTTP/1.1 429 X",
        b"ICY 200 OK",
        b"",
        b"\xff" * 70_000,
        b"HTTP/1.1 OK",
    ),
)
BODIES = (
    *(b"", b"12345", b"5\r\n12345\r\n0\r\n\r\n", b"ffffffffffffffff\r\nx", b"-1\r\nx\r\n", b"zz\r\n", b"5\r\n12"),
    *(b"\x1f\x8b\x08\x00", b"<html>", b"0\r\nTrailer: x\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
)
answers = st.tuples(
    st.sampled_from(STATUS),
    st.lists(st.one_of(st.sampled_from(HEADERS), st.binary(max_size=20)), max_size=5),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
    st.one_of(st.sampled_from(BODIES), st.binary(max_size=30)),
).map(lambda parts: parts[2].join([parts[0], *parts[1], b"", parts[3]]))


@pytest.fixture(scope="module")
def broken_publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        yield server


@given(said=st.one_of(answers, st.binary(max_size=200)))
@example(b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000)
@example(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 500 + b"\r\n")
@example(b"HTTP/1.1 302 Found\r\nLocation: " + b"/x" * 30_000 + b"\r\n\r\n")
def test_any_server_response_gives_a_result_or_an_error_message(broken_publisher: Publisher, said: bytes) -> None:
    broken_publisher.heal()
    broken_publisher.fault("/file", "raw", times=None, said=said)
    chosen = settings(**QUICK | {"http_attempts": 1})
    start = time.monotonic()
    with HttpClient(chosen, max_bytes=2**20) as client:
        words = "an answer"
        try:
            client.get(f"{broken_publisher.base}/file", secret_params={"api_key": KEY})
        except FetchError as error:
            words = str(error)
    assert KEY not in words
    assert words.isprintable()
    assert time.monotonic() - start < longest_seconds(chosen) + SLACK_SECONDS


@pytest.mark.parametrize("kind", sorted(NOT_SEEN))
def test_faults_a_client_cannot_detect_are_passed_on(publisher: Publisher, kind: str) -> None:
    publisher.fault("/file", kind)
    with HttpClient(settings()) as client:
        expected = BODY if kind == "gzip" else BODY[: len(BODY) // 2]
        assert client.get(f"{publisher.base}/file").body == expected


def test_the_tables_have_every_fault_of_the_imitated_publisher() -> None:
    assert {kind for kind, *_ in ALWAYS} | NOT_SEEN | WELL_SAID == FAULTS


def test_the_documented_bound_is_that_of_the_settings() -> None:
    assert http.__doc__ is not None
    documented = re.search(r"one document, in total .*\[(\d+) s\]", http.__doc__)
    assert documented is not None
    assert float(documented[1]) == longest_seconds(Settings())
