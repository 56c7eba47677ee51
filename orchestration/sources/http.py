"""Sends HTTP requests to publishers: politely, within known limits, and without revealing a secret.

Belongs here: time-outs, retries, rate limits, conditional requests, the check that a body is complete and of the
declared type. Does not belong here: addresses of publishers, the meaning of a body, and closing slow connections
(`deadline.py`).

Limits, for one call of `HttpClient.get` (settings `http_*`; the defaults in brackets):

    connecting, and each silence while reading     http_timeout_seconds                        [20 s]
    one attempt from the first byte to the last    ATTEMPT_TIMEOUTS x http_timeout_seconds     [120 s]
    a pause between two attempts, even if the      http_max_wait_seconds                       [60 s]
        publisher requests more by Retry-After
    attempts                                       http_attempts                               [4]
    one document, in total                         the above, and the rate limit               [660 s]
    bytes of a body, packed and unpacked           MAX_BYTES                                   [64 MiB]
    redirects                                      MAX_REDIRECTS                               [5]
    failed documents in a row per host             GIVE_UP_AFTER; then the host is skipped     [5]

The operating system's resolver limits the lookup of a host's name, and each of its addresses may take the connection
time-out. A host that never answers costs a source at most GIVE_UP_AFTER documents: with the defaults about eight
minutes if it is silent, less than an hour if it sends a byte now and then.

Retried: 408, 425, 429, 5xx, any connection error, and a body that is cut off, empty or not valid gzip. Nothing else is
retried, because another attempt would not help.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import http
import http.client
import logging
import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, quote_plus, urlencode, urljoin, urlsplit, urlunsplit

import requests
import stamina
import stamina.instrumentation
import urllib3
import urllib3.exceptions

from orchestration import __version__
from orchestration.settings import Settings
from orchestration.sources.base import FetchError, Known, Response
from orchestration.sources.deadline import CuttableAdapter
from orchestration.sources.deadline import Deadline as _Deadline
from orchestration.sources.deadline import Lifelines as _Lifelines
from orchestration.sources.local_network import bundle_trouble, proxy_trouble

ATTEMPT_TIMEOUTS = 6
"""Total time of one attempt, in multiples of `http_timeout_seconds`."""
MAX_BYTES = 64 * 2**20
MAX_REDIRECTS = 5
GIVE_UP_AFTER = 5
"""After this many failed documents in a row, this client skips the host."""

_FIRST_PAUSE_SECONDS = 1.0
_CHUNK_BYTES = 64 * 2**10
_WORDS_BYTES = 16 * 2**10
_RETRIED_STATUS = {408, 425, 429}
_REDIRECTS = {301, 302, 303, 307, 308}
_LOGGERS_OF_ADDRESSES = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.util.retry",
)
_LATER = "Run the load again later; if the problem persists, check whether the publisher's own page works."
_REPORT = "This is a bug of Tidemark: report it with this message."
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|title|meta)\b", re.IGNORECASE)

_LOG = logging.getLogger(__name__)


class StatusError(FetchError):
    """The publisher refused the request.

    Attributes:
        status: the HTTP status, such as 404 or 451.
        words: the publisher's own message, if it is short; else an empty text.
    """

    def __init__(self, message: str, status: int, words: str) -> None:
        super().__init__(message)
        self.status = status
        self.words = words


class _TransientError(Exception):
    """An attempt failed, and another one may succeed. The message never has the key."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class _FinalError(Exception):
    """An attempt failed, and another one would not help."""

    def __init__(self, reason: str, advice: str = _LATER, status: int | None = None, words: str = "") -> None:
        super().__init__(reason)
        self.advice = advice
        self.status = status
        self.words = words


@dataclass(frozen=True)
class _Question:
    """One request. Only `address` may be shown."""

    address: str
    url: str = field(repr=False)
    auth: tuple[str, str] | None = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    known: Known | None
    accept_html: bool

    @property
    def validators(self) -> dict[str, str]:
        """The headers that make the request conditional."""
        if self.known is None:
            return {}
        headers = {"If-None-Match": self.known.etag, "If-Modified-Since": self.known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def redact(self, text: str) -> str:
        """Remove the secrets from a publisher's text. Do this before shortening it, or a part may stay."""
        for secret in self.secrets:
            for form in _forms(secret):
                text = text.replace(form, "***")
        return text


def full_address(address: str, params: Mapping[str, str] | None = None) -> str:
    """The address to store for an answer: with its public parameters, and without user and password."""
    address = _without_userinfo(address)[0]
    if not params:
        return address
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(dict(params))}"


class HttpClient:
    """Sends requests to publishers, one at a time; a context manager. Use one client per load, from one thread.

    Args:
        settings: the `http_*` settings.
        max_bytes: the largest accepted body, in bytes.
    """

    def __init__(self, settings: Settings, *, max_bytes: int = MAX_BYTES) -> None:
        self._attempts = settings.http_attempts
        self._timeout = settings.http_timeout_seconds
        self._longest_pause = settings.http_max_wait_seconds
        self._max_bytes = max_bytes
        self._pace = _Pace(settings.http_requests_per_second)
        self._failed_in_row: dict[str, int] = {}
        self._lifelines = _Lifelines()
        self._redaction = _Redaction()
        self._session = _Session()
        self._session.headers.update({"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip"})
        # An auth that adds nothing keeps requests from sending credentials of a .netrc file.
        self._session.auth = _no_auth
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, CuttableAdapter(self._lifelines))
        for name in _LOGGERS_OF_ADDRESSES:
            logging.getLogger(name).addFilter(self._redaction)
        # If structlog is installed, stamina's own hook prints each retry to standard output.
        stamina.instrumentation.set_on_retry_hooks([])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. The client cannot be used afterwards."""
        self._session.close()
        self._lifelines.close()
        for name in _LOGGERS_OF_ADDRESSES:
            logging.getLogger(name).removeFilter(self._redaction)

    def limit_rate(self, address: str, requests_per_second: float) -> None:
        """Limit the rate of requests to the host of `address`, even if the settings allow more."""
        self._pace.limit(_host(address), requests_per_second)

    def get(
        self,
        address: str,
        *,
        known: Known | None = None,
        params: Mapping[str, str] | None = None,
        secret_params: Mapping[str, str] | None = None,
        accept_html: bool = False,
    ) -> Response:
        """Fetch one document.

        Args:
            address: may have a query already.
            known: the archive's document of this address; its validators make the request conditional.
            params: added to the query, in this order.
            secret_params: also added to the query, but never shown in a message, a log or an answer.
            accept_html: a web page is the expected document, not a sign of a refusal.

        Returns:
            A complete answer; or one without a body and with `not_modified`, if the document is unchanged.

        Raises:
            StatusError: the publisher refused, with a status that another attempt would not change.
            FetchError: the document could not be fetched; the message has the address and the reason.
        """
        question = self._question(address, known, params, secret_params, accept_html)
        host = _host(question.address)
        if self._failed_in_row.get(host, 0) >= GIVE_UP_AFTER:
            raise FetchError(
                f"{question.address} was not requested: {host} failed {GIVE_UP_AFTER} documents in a row. {_LATER}"
            )
        tries = 0
        failure: _TransientError | _FinalError
        try:
            for attempt in self._retries():
                with attempt:
                    tries = attempt.num
                    response = self._attempt(question)
        except _TransientError as error:
            self._failed_in_row[host] = self._failed_in_row.get(host, 0) + 1
            failure = error
        except _FinalError as error:
            self._failed_in_row[host] = 0
            failure = error
        else:
            self._failed_in_row[host] = 0
            return response
        # Raised outside the handlers, so that the chain of exceptions does not contain the signed address.
        raise _fetch_error(question, failure, tries)

    def _question(
        self,
        address: str,
        known: Known | None,
        params: Mapping[str, str] | None,
        secret_params: Mapping[str, str] | None,
        accept_html: bool,
    ) -> _Question:
        try:
            plain, auth = _without_userinfo(address)
        except ValueError:
            raise FetchError(f"{address!r} is not a valid URL. Check the base addresses in the settings.") from None
        public = full_address(plain, params)
        secrets = tuple(value for value in (secret_params or {}).values() if value)
        self._redaction.add(secrets)
        return _Question(public, full_address(public, secret_params), auth, secrets, known, accept_html)

    def _retries(self) -> Iterator[stamina.Attempt]:
        return iter(
            stamina.retry_context(
                on=self._pause_after,
                attempts=self._attempts,
                timeout=None,
                wait_initial=_FIRST_PAUSE_SECONDS,
                wait_max=self._longest_pause,
                wait_jitter=_FIRST_PAUSE_SECONDS,
            )
        )

    def _pause_after(self, error: Exception) -> bool | float:
        """Whether to try again; a number means after that many seconds."""
        if not isinstance(error, _TransientError):
            return False
        if error.retry_after is None:
            return True
        return min(error.retry_after, self._longest_pause)

    def _attempt(self, question: _Question) -> Response:
        url = question.url
        self._pace.wait(_host(url))
        with self._deadline() as deadline:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._send(url, question, deadline)
                if isinstance(answer, Response):
                    return answer
                url = _follow(url, answer, question)
                self._pace.wait(_host(url))
        raise _FinalError(f"the publisher redirected more than {MAX_REDIRECTS} times")

    @contextmanager
    def _deadline(self) -> Iterator[_Deadline]:
        seconds = ATTEMPT_TIMEOUTS * self._timeout
        deadline = _Deadline(seconds, self._lifelines.cut)
        try:
            yield deadline
        finally:
            deadline.stop()
            self._lifelines.tidy()

    def _send(self, url: str, question: _Question, deadline: _Deadline) -> Response | str:
        """One request: an answer, or the target of a redirect."""
        same_host = _host(url) == _host(question.url)
        failure: Exception
        try:
            with self._session.get(
                url,
                headers=question.validators,
                auth=question.auth if same_host else None,
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
            ) as answer:
                return self._read(answer, question, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = _local_trouble(error, url) or self._explain(error, deadline)
        except (_TransientError, _FinalError):
            raise
        except Exception as error:
            if not question.secrets:
                raise
            # Its message and its traceback may contain the signed address.
            words = question.redact(str(error))[:200]
            failure = _FinalError(f"an unexpected error occurred ({type(error).__name__}: {words})", _REPORT)
        raise failure

    def _read(self, answer: requests.Response, question: _Question, deadline: _Deadline) -> Response | str:
        status = answer.status_code
        if status == http.HTTPStatus.NOT_MODIFIED and question.validators:
            return self._response(answer, question, b"")
        if status in _REDIRECTS and answer.headers.get("Location"):
            return answer.headers["Location"]
        if status in _RETRIED_STATUS or status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _TransientError(
                f"the publisher answered with {_named(status)}",
                _seconds_asked(answer.headers.get("Retry-After")),
            )
        if status != http.HTTPStatus.OK:
            raise _refusal(status, _words(answer, question.redact))
        encoding = question.redact(answer.headers.get("Content-Encoding", "")).strip().lower()
        body = self._unpacked(encoding, self._received(answer, deadline))
        if not body:
            raise _TransientError("the publisher answered with status 200 and an empty body")
        if not question.accept_html and _is_html(body, answer.headers.get("Content-Type", "")):
            raise _FinalError(
                "the publisher answered with status 200 and a web page (HTML) instead of the document",
                "Open the address in a browser: it shows why (maintenance, a moved file, a block).",
            )
        if any(form.encode() in body for secret in question.secrets for form in _forms(secret)):
            raise _FinalError(
                "the publisher's answer contains the key that was sent with the request",
                "It was not stored, because the archive must not contain the key. Check what the address serves.",
            )
        return self._response(answer, question, body)

    def _response(self, answer: requests.Response, question: _Question, body: bytes) -> Response:
        known = question.known
        not_modified = answer.status_code == http.HTTPStatus.NOT_MODIFIED
        return Response(
            address=question.address,
            body=body,
            retrieved_at=dt.datetime.now(dt.UTC),
            etag=question.redact(answer.headers.get("ETag", "")) or (known.etag if known and not_modified else None),
            last_modified=question.redact(answer.headers.get("Last-Modified", ""))
            or (known.last_modified if known and not_modified else None),
            not_modified=not_modified,
        )

    def _received(self, answer: requests.Response, deadline: _Deadline) -> bytes:
        """All bytes as received, before decompression."""
        length = _length(answer)
        if length is not None and length > self._max_bytes:
            raise self._too_large(f"a body of {length:,} bytes")
        body = bytearray()
        for chunk in answer.raw.stream(_CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large("a body")
        # A connection that we closed ourselves looks like the end of a body without a length.
        if deadline.passed:
            raise _TransientError(deadline.reason)
        if length is not None and len(body) != length:
            raise _TransientError(f"the body broke off after {len(body):,} of {length:,} bytes")
        return bytes(body)

    def _unpacked(self, encoding: str, body: bytes) -> bytes:
        if encoding in ("", "identity"):
            return body
        if encoding not in ("gzip", "x-gzip"):
            raise _FinalError(f"the publisher compressed the body as {encoding[:40]!r}, which was not requested")
        return self._gunzip(body)

    def _gunzip(self, packed: bytes) -> bytes:
        """Decompress gzip, member by member, within the size limit; a stream without an end was cut off."""
        unpacked = bytearray()
        while packed.rstrip(b"\0"):
            member = zlib.decompressobj(wbits=31)
            try:
                unpacked += member.decompress(packed, self._max_bytes - len(unpacked) + 1)
            except zlib.error:
                raise _TransientError("the body is not valid gzip, although its header says so") from None
            if len(unpacked) > self._max_bytes:
                raise self._too_large("a gzip body that unpacks")
            if not member.eof:
                raise _TransientError("the gzip body is cut off")
            packed = member.unused_data
        return bytes(unpacked)

    def _too_large(self, what: str) -> _FinalError:
        return _FinalError(
            f"the publisher sent {what} beyond the limit of {self._max_bytes:,} bytes",
            "It was not stored. Check what the address serves: no expected document is that large.",
        )

    def _explain(self, error: Exception, deadline: _Deadline) -> _TransientError | _FinalError:
        """The reason in our own words, because the library's message contains the whole address."""
        if deadline.passed:
            return _TransientError(deadline.reason)
        chain = list(_chain(error))
        for kind, tell in _BREAKAGES:
            found = next((item for item in chain if isinstance(item, kind)), None)
            if found is not None:
                return tell(found, self._timeout)
        return _TransientError(f"the connection broke ({type(error).__name__})")


@cache
def user_agent() -> str:
    """The user agent: project, version, and HTTP library."""
    return f"Tidemark/{__version__} (open warehouse of public financial data) python-requests/{requests.__version__}"


class _Pace:
    """Limits the rate of requests per host, by the monotonic clock."""

    def __init__(self, requests_per_second: float) -> None:
        self._interval = 1 / requests_per_second
        self._slowest: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def limit(self, host: str, requests_per_second: float) -> None:
        self._slowest[host] = max(1 / requests_per_second, self._slowest.get(host, 0.0))

    def wait(self, host: str) -> None:
        now = time.monotonic()
        start = max(now, self._next.get(host, now))
        self._next[host] = start + max(self._interval, self._slowest.get(host, 0.0))
        time.sleep(start - now)


class _Redaction(logging.Filter):
    """Removes secrets from addresses in urllib3's log."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()

    def add(self, secrets: tuple[str, ...]) -> None:
        self._secrets.update(form for secret in secrets for form in _forms(secret))

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if any(secret in text for secret in self._secrets):
            for secret in self._secrets:
                text = text.replace(secret, "***")
            record.msg, record.args = text, ()
        return True


@contextmanager
def redacted(*secrets: str) -> Iterator[None]:
    """Keep secrets out of urllib3's log, for code that uses HTTP without `HttpClient`."""
    redaction = _Redaction()
    redaction.add(secrets)
    for name in _LOGGERS_OF_ADDRESSES:
        logging.getLogger(name).addFilter(redaction)
    try:
        yield
    finally:
        for name in _LOGGERS_OF_ADDRESSES:
            logging.getLogger(name).removeFilter(redaction)


class _Session(requests.Session):
    """A session that does not follow redirects: requests would read their whole bodies without a limit."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the base class's signature
        return None


def _forms(secret: str) -> tuple[str, ...]:
    """The forms of a secret in a text: plain, in a path, in a query."""
    return secret, quote(secret, safe=""), quote_plus(secret)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def _without_userinfo(address: str) -> tuple[str, tuple[str, str] | None]:
    parts = urlsplit(address)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return address, None
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), (user, password)


def _follow(url: str, location: str, question: _Question) -> str:
    """The target of a redirect, if it is safe to follow."""
    advice = "The document has moved: find its new address, and set the publisher's base address in the settings."
    try:
        target = urljoin(url, location)
        shown = question.redact(_without_userinfo(target)[0])[:200]
    except ValueError:
        target, shown = "", "an invalid URL"
    if question.secrets:
        raise _FinalError(f"the publisher redirected a request that carries a key, to {shown}; not followed", advice)
    scheme = urlsplit(target).scheme
    if scheme not in ("http", "https") or (scheme == "http" and urlsplit(url).scheme == "https"):
        raise _FinalError(f"the publisher redirected to {shown}, which is not safe to follow", advice)
    return target


def _named(status: int) -> str:
    with suppress(ValueError):
        return f"status {status} ({http.HTTPStatus(status).phrase})"
    return f"status {status}"


_ADVICE: dict[int, str] = {
    401: "Check the key or the password in the settings.",
    403: "The publisher refuses this machine or this key: check its terms, and the settings.",
    404: "The document was moved, renamed or discontinued: check the publisher's site.",
    407: "The proxy requires a user and a password: put them into HTTPS_PROXY, HTTP_PROXY or ALL_PROXY.",
    410: "The document was discontinued: check the publisher's site.",
}


def _refusal(status: int, words: str) -> _FinalError:
    said = f". It answered: {words}" if words else ""
    if status == http.HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return _FinalError(
            f"the publisher does not serve the country that this machine is in (geo-blocked, status 451){said}",
            "Use another source of the same figures; another request from this machine does not help.",
            status,
            words,
        )
    other = "The publisher did not accept the request: check its documentation and the settings."
    advice = _ADVICE.get(status, other)
    return _FinalError(f"the publisher answered with {_named(status)}{said}", advice, status, words)


def _fetch_error(question: _Question, failure: _TransientError | _FinalError, tries: int) -> FetchError:
    counted = "1 attempt" if tries == 1 else f"{tries} attempts"
    reason = str(failure).rstrip(".")
    advice = failure.advice if isinstance(failure, _FinalError) else _LATER
    message = f"{question.address} could not be fetched after {counted}: {reason}. {advice}"
    if isinstance(failure, _FinalError) and failure.status is not None:
        return StatusError(message, failure.status, failure.words)
    return FetchError(message)


def _seconds_asked(header: str | None) -> float | None:
    """Retry-After in seconds from now; None without the header, or if it cannot be read."""
    if header is None:
        return None
    text = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    with suppress(ValueError, OverflowError):
        until = email.utils.parsedate_to_datetime(text)
        # By the standard, a date without a zone is in GMT.
        until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
        return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
    return None


def _length(answer: requests.Response) -> int | None:
    """The length in the header; None without the header, or if the body is chunked."""
    text = answer.headers.get("Content-Length", "")
    if "Transfer-Encoding" in answer.headers or not re.fullmatch(r"[0-9]{1,18}", text):
        return None
    return int(text)


def _words(answer: requests.Response, redact: Callable[[str], str]) -> str:
    """The publisher's message in a refusal: that of a JSON or XML error, or a short plain text."""
    body = b""
    with suppress(requests.RequestException, urllib3.exceptions.HTTPError, OSError):
        for chunk in answer.raw.stream(_WORDS_BYTES, decode_content=True):
            body += chunk
            if len(body) > _WORDS_BYTES:
                return ""
    text = redact(body.decode("utf-8", errors="replace"))
    found = re.search(r'"(?:error_message|message|msg)"\s*:\s*"((?:[^"\\]|\\.)*)"', text) or re.search(
        r'<error\b[^>]*\bmessage="([^"]*)"', text
    )
    if found is None and text.lstrip()[:1] in ("{", "[", "<"):
        return ""
    words = " ".join((found[1] if found else text).split())
    printable = "".join(character for character in words if character.isprintable())
    return printable if len(printable) <= 300 else f"{printable[:300]}..."


def _is_html(body: bytes, content_type: str) -> bool:
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return False
    return "html" in content_type.lower() or _HTML.search(start[:1000]) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all its causes, including those that the libraries store in attributes."""
    waiting, seen = [error], set[int]()
    while waiting:
        item = waiting.pop(0)
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        inner = [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]


_Telling = Callable[[Any, float], _TransientError | _FinalError]


def _local_trouble(error: BaseException, url: str) -> _FinalError | None:
    """The problem on this machine that made a request fail (proxy settings, certificates), or None."""
    chain = list(_chain(error))
    is_url = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, urllib3.exceptions.LocationValueError)
    trouble = None
    if any(isinstance(item, is_url) for item in chain):
        trouble = proxy_trouble(url)
    elif any(isinstance(item, ssl.SSLError) or type(item) is OSError for item in chain):
        trouble = bundle_trouble()
    return None if trouble is None else _FinalError(*trouble)


def _proxy_failed(error: urllib3.exceptions.ProxyError, _: float) -> _TransientError | _FinalError:
    refusal = next((str(item) for item in _chain(error) if "Tunnel connection failed" in str(item)), "")
    found = re.search(r"Tunnel connection failed: ([0-9]{3}[ A-Za-z]{0,60})", refusal)
    if found:
        return _FinalError(f"the proxy refused the connection: {found[1].strip()}", _ADVICE.get(407, ""))
    return _TransientError("the proxy of this machine could not be reached")


def _certificate(error: ssl.SSLCertVerificationError, _: float) -> _FinalError:
    return _FinalError(
        f"the publisher's certificate is not valid: {error.verify_message}",
        "Nothing was read. Check this machine's clock. If your network inspects TLS traffic, set REQUESTS_CA_BUNDLE to "
        "a file with its certificates.",
    )


def _broken_off(error: urllib3.exceptions.IncompleteRead, _: float) -> _TransientError:
    missing = f" and {error.expected:,} more were announced" if isinstance(error.expected, int) else ""
    return _TransientError(f"the body broke off: {error.partial:,} bytes came{missing}")


def _not_a_url(_: BaseException, __: float) -> _FinalError:
    return _FinalError("it is not a valid URL", "Check the base addresses in the settings.")


def _transient(reason: str) -> _Telling:
    return lambda _, limit: _TransientError(reason.format(limit=limit))


# The first match in the chain of causes wins, so special errors come before general ones.
_BREAKAGES: tuple[tuple[type[BaseException], _Telling], ...] = (
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _transient("no secure connection could be made (TLS failed)")),
    (urllib3.exceptions.ProxyError, _proxy_failed),
    (
        requests.exceptions.InvalidHeader,
        _transient("the answer has two different lengths (Content-Length)"),
    ),
    (ConnectionRefusedError, _transient("the connection was refused")),
    (urllib3.exceptions.NameResolutionError, _transient("the host's name could not be resolved (no network?)")),
    (urllib3.exceptions.NewConnectionError, _transient("no connection could be made (no network?)")),
    (urllib3.exceptions.ConnectTimeoutError, _transient("no connection within {limit:g} seconds (timed out)")),
    (urllib3.exceptions.ReadTimeoutError, _transient("the publisher was silent for {limit:g} seconds (timed out)")),
    (urllib3.exceptions.IncompleteRead, _broken_off),
    (http.client.RemoteDisconnected, _transient("the publisher closed the connection without an answer")),
    (ConnectionResetError, _transient("the connection was reset")),
    (urllib3.exceptions.ProtocolError, _transient("the body broke off")),
    (requests.exceptions.InvalidURL, _not_a_url),
    (requests.exceptions.InvalidSchema, _not_a_url),
    (requests.exceptions.MissingSchema, _not_a_url),
    (urllib3.exceptions.LocationValueError, _not_a_url),
)
