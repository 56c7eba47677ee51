"""A publisher on loopback: a real HTTP server that serves a manifest's files, and breaks on demand.

Belongs here: what a publisher does over HTTP (real paths and queries, validators, FRED's API, faults).
Does not belong here: what any of it means; the code under test has to find that out.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from orchestration.sources.registry import SOURCES
from orchestration.tables.seeds import read_seed

API_KEY = "0123456789abcdef0123456789abcdef"
"""The key that the server's FRED API accepts by default."""

FAULTS = {
    "status",  # with status=, retry_after=, body=
    "reset",  # half the body, then RST
    "short_body",  # half the body under the length of the whole
    "cut_without_length",  # half the body, no length, connection closed: the client cannot know
    "cut_with_right_length",  # half the body under its own length: the client cannot know
    "cut_chunked",  # chunked, without the last chunk
    "stall",  # the request is read, and nothing comes
    "drip",  # headers, then a byte now and then
    "drip_headers",  # a byte of the headers now and then
    "endless",  # a body without end
    "html",  # status 200 and a web page
    "lying_gzip",  # says gzip, is not
    "cut_gzip",  # half a gzip stream, under its right length
    "gzip_bomb",  # 80 MB of zeros in 80 KB
    "gzip",  # no fault: the body, packed
    "redirect",  # to location=
    "redirect_loop",
    "empty",
    "no_answer",  # the connection is closed before any answer
    "raw",  # said=, and the connection closed: it need not be HTTP
    "maintenance",  # status 200 and a sentence, modified now, without an ETag
    "no_candles",  # an empty page of candles
    "few_candles",  # a page of candles, cut to the first count=
}

_FOR_OTHER_TIMES = {"cosd", "coed", "limit", "startTime", "endTime", "start", "end", "since"}
"""Query parameters that choose a slice of the same document."""

MAINTENANCE = b"The site is being updated. Please try again later.\n"
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body>Back soon.</body></html>\n"


@dataclass(frozen=True)
class Request:
    """A received request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float

    @property
    def target(self) -> str:
        """Path and query, for `in`."""
        return f"{self.path}?{'&'.join(f'{name}={value}' for name, value in self.query.items())}"


@dataclass(frozen=True)
class Answer:
    """A response of the server."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Fault:
    where: str
    kind: str
    times: int | None
    options: Mapping[str, Any]


@dataclass(frozen=True)
class _File:
    path: Path
    query: Mapping[str, str]
    as_of: dt.date


Handler = Callable[[Request], Answer | None]


class Publisher:
    """Serves a folder with a manifest.csv at its publishers' paths; a context manager.

    Args:
        folder: the folder; None for a server that has only what `route` gives it.
        day: the day it is at the publishers; None for the newest of everything. May be changed at any time.
        tls: what it speaks TLS with; None for plain HTTP.
    """

    def __init__(
        self, folder: Path | None = None, day: dt.date | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.day = day
        self.held_back: dict[str, dt.date] = {}
        """Files whose path ends so are still those of an earlier day: a release is posted table by table."""
        self.requests: list[Request] = []
        self.vintage_limit = 2000
        """How many vintage dates one request of observations may cover."""
        self.api_key = API_KEY
        self.units: dict[str, str] = {}
        """Units that the API reports in place of the catalogue's."""
        self._files = _index(folder) if folder is not None else {}
        self._routes: list[tuple[str, Handler]] = []
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self.errors: list[BaseException] = []
        """What went wrong in the server itself; leaving the context raises the first."""
        self.closing = threading.Event()
        self._scheme = "http" if tls is None else "https"
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base(self) -> str:
        """The base address, for every publisher."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def addresses(self) -> dict[str, str]:
        """A setting `<name>_url` for every base address of every publisher, pointing here."""
        endpoints = [endpoint for source in SOURCES.values() for endpoint in source.PUBLISHER.endpoints]
        return {f"{endpoint.name}_url": self.base for endpoint in endpoints}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        if self.errors and error is None:
            raise self.errors[0]

    def route(self, path_prefix: str, handler: Handler) -> None:
        """Let `handler` answer what begins with a path, before the files; it may decline with None."""
        self._routes.append((path_prefix, handler))

    def fault(self, path_substring: str, kind: str, times: int | None = 1, **options: Any) -> None:
        """Break the next `times` requests (None: all) whose path and query contain a text. See `FAULTS`."""
        assert kind in FAULTS, kind
        if kind == "gzip_bomb":
            _bomb()  # made now, and not while a client waits for it
        self._faults.append(_Fault(path_substring, kind, times, options))

    def heal(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def asked(self, path_substring: str) -> list[Request]:
        """The requests so far whose path and query contain a text."""
        return [request for request in self.requests if path_substring in request.target]

    def take_note(self, request: Request) -> _Fault | None:
        """Record a request; the fault that it meets, if any."""
        with self._lock:
            self.requests.append(request)
            for fault in self._faults:
                if fault.where in request.target and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    def answer(self, request: Request) -> Answer:
        """The response of a healthy publisher."""
        for prefix, handler in self._routes:
            if request.path.startswith(prefix):
                answer = handler(request)
                if answer is not None:
                    return answer
        if request.path.startswith("/fred/series"):
            return _FredApi(self).answer(request)
        found = self.file(request.path, request.query)
        if found is None:
            return Answer(b"Not Found", 404, {"Content-Type": "text/plain"})
        return _conditional(found, request)

    def file(self, path: str, query: Mapping[str, str]) -> _File | None:
        """The newest file at an address, as of the publisher's day."""
        fitting = [file for file in self._visible(path) if _fits(file.query, query)]
        return max(fitting, key=lambda file: file.as_of, default=None)

    def vintages(self, series: str) -> list[_File]:
        """All files of a FRED series up to the publisher's day, oldest first."""
        files = [file for file in self._visible("/graph/fredgraph.csv") if file.query.get("id") == series]
        return sorted(files, key=lambda file: file.as_of)

    def _visible(self, path: str) -> Iterator[_File]:
        days = [day for end, day in self.held_back.items() if path.endswith(end)]
        last = min([*days, self.day or dt.date.max])
        return (file for file in self._files.get(path, ()) if file.as_of <= last)


def _index(folder: Path) -> dict[str, list[_File]]:
    files: dict[str, list[_File]] = {}
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as manifest:
        for row in csv.DictReader(manifest):
            if not row["url"]:
                continue
            parts = urlsplit(row["url"])
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            file = _File(folder / row["path"], query, dt.date.fromisoformat(row["as_of"]))
            files.setdefault(parts.path, []).append(file)
    return files


def _fits(served: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(asked.get(name) == value for name, value in served.items() if name not in _FOR_OTHER_TIMES)


def _conditional(file: _File, request: Request) -> Answer:
    kinds = {".json": "application/json", ".zip": "application/zip", ".txt": "text/plain"}
    return conditional(request, file.path.read_bytes(), file.as_of, kinds.get(file.path.suffix, "text/csv"))


def conditional(
    request: Request, body: bytes, modified_on: dt.date, kind: str = "text/csv", *, with_etag: bool = True
) -> Answer:
    """A body with its validators, or 304 if the request has them: the ETag first, then the date, as servers do.

    Args:
        request: what was asked.
        body: what is served.
        modified_on: the day on which it was put there, at noon UTC.
        kind: its content type.
        with_etag: whether the server sends an ETag; some send the date only.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"' if with_etag else None
    modified = dt.datetime.combine(modified_on, dt.time(12), tzinfo=dt.UTC)
    headers = {"Last-Modified": format_datetime(modified, usegmt=True), "Content-Type": kind}
    headers |= {"ETag": etag} if etag else {}
    wanted, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    if wanted is not None and etag is not None:
        is_unchanged = wanted == etag
    else:
        is_unchanged = since is not None and parsedate_to_datetime(since) >= modified
    return Answer(b"", 304, headers) if is_unchanged else Answer(body, 200, headers)


class _FredApi:
    """FRED's API v1 over the vintages that the folder has: a file is what the world knew from its day on."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._today = publisher.day or dt.date(2026, 11, 1)

    def answer(self, request: Request) -> Answer:
        refusal = self._refusal(request.query)
        if refusal:
            return _error(400, refusal)
        series = request.query["series_id"]
        match request.path:
            case "/fred/series":
                content = self._series(series)
            case "/fred/series/vintagedates":
                content = self._vintage_dates(request.query)
            case "/fred/series/observations":
                return self._observations(request.query)
            case _:
                return _error(404, "Not Found")
        return _json(content)

    def _refusal(self, query: Mapping[str, str]) -> str | None:
        key = query.get("api_key")
        if key is None:
            return "Bad Request.  Variable api_key is not set."
        if key != self._publisher.api_key:
            return f"Bad Request.  The value for variable api_key ({key}) is not registered."
        if not self._publisher.vintages(query.get("series_id", "")):
            return "Bad Request.  The series does not exist."
        return None

    def _window(self, query: Mapping[str, str]) -> tuple[dt.date, dt.date]:
        start = query.get("realtime_start", self._today.isoformat())
        end = query.get("realtime_end", self._today.isoformat())
        return dt.date.fromisoformat(start), dt.date.fromisoformat(end)

    def _series(self, series: str) -> dict[str, Any]:
        catalogue = read_seed("fred_series").set_index("series_id")
        units = catalogue["units"].get(series, "Percent")
        day = self._today.isoformat()
        described = {
            "id": series,
            "realtime_start": day,
            "realtime_end": day,
            "title": f"Title of {series}",
            "observation_start": "1900-01-01",
            "observation_end": day,
            "frequency": "Daily",
            "frequency_short": "D",
            "units": self._publisher.units.get(series, units),
            "units_short": "x",
            "seasonal_adjustment": "Not Seasonally Adjusted",
            "seasonal_adjustment_short": "NSA",
            "last_updated": f"{day} 15:16:02-05",
            "popularity": 50,
        }
        return {"realtime_start": day, "realtime_end": day, "seriess": [described]}

    def _vintage_dates(self, query: Mapping[str, str]) -> dict[str, Any]:
        start, end = self._window(query)
        days = [file.as_of for file in self._publisher.vintages(query["series_id"]) if start <= file.as_of <= end]
        limit, offset = int(query.get("limit", 10000)), int(query.get("offset", 0))
        return {
            "realtime_start": start.isoformat(),
            "realtime_end": end.isoformat(),
            "count": len(days),
            "offset": offset,
            "limit": limit,
            "vintage_dates": [day.isoformat() for day in days[offset : offset + limit]],
        }

    def _observations(self, query: Mapping[str, str]) -> Answer:
        start, end = self._window(query)
        files = self._publisher.vintages(query["series_id"])
        covered = [file for file in files if start <= file.as_of <= end]
        if len(covered) > self._publisher.vintage_limit:
            return _error(400, f"Bad Request.  The number of vintage dates exceeds {self._publisher.vintage_limit}.")
        rows = [
            {
                "realtime_start": max(row[1], start).isoformat(),
                "realtime_end": min(row[2], end).isoformat(),
                "date": row[0],
                "value": row[3] or ".",
            }
            for row in windows(files)
            if row[1] <= end and row[2] >= start
        ]
        limit, offset = int(query.get("limit", 100000)), int(query.get("offset", 0))
        return _json(
            {
                "realtime_start": start.isoformat(),
                "realtime_end": end.isoformat(),
                "observation_start": "1600-01-01",
                "observation_end": "9999-12-31",
                "units": "lin",
                "output_type": 1,
                "file_type": "json",
                "order_by": "observation_date",
                "sort_order": "asc",
                "count": len(rows),
                "offset": offset,
                "limit": limit,
                "observations": rows[offset : offset + limit],
            }
        )


def windows(files: list[_File]) -> list[tuple[str, dt.date, dt.date, str]]:
    """(date, first day, last day, value as printed) of every value that a run of vintages ever gave."""
    return _windows(tuple((file.path, file.as_of) for file in files))


@cache
def _windows(files: tuple[tuple[Path, dt.date], ...]) -> list[tuple[str, dt.date, dt.date, str]]:
    known: dict[str, list[tuple[dt.date, dt.date, str]]] = {}
    for number, (path, as_of) in enumerate(files):
        last = files[number + 1][1] - dt.timedelta(days=1) if number + 1 < len(files) else dt.date(9999, 12, 31)
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        for date, printed in rows[1:]:
            value = "" if printed == "." else printed
            spans = known.setdefault(date, [])
            follows = spans and spans[-1][1] + dt.timedelta(days=1) == as_of
            if follows and _number(spans[-1][2]) == _number(value):
                spans[-1] = (spans[-1][0], last, spans[-1][2])
            else:
                spans.append((as_of, last, value))
    return [(date, *span) for date in sorted(known) for span in known[date]]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _json(content: Mapping[str, Any], status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "max-age=0, no-cache"}
    return Answer(json.dumps(content, separators=(",", ":")).encode(), status, headers)


def _error(status: int, message: str) -> Answer:
    return _json({"error_code": status, "error_message": message}, status)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, publisher: Publisher, tls: ssl.SSLContext | None) -> None:
        self.publisher = publisher
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Exchange)
        if tls is not None:
            # The handshake is part of the conversation, and so of its own thread.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the conversations that are still open, so that their threads end."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is what some tests are about."""


class _Exchange(BaseHTTPRequestHandler):
    """One conversation."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes; held back for each other, they would cost 40 ms a request.
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, or break as ordered."""
        parts = urlsplit(self.path)
        self._asked = Request(
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            at=time.monotonic(),
        )
        fault = self.server.publisher.take_note(self._asked)
        try:
            if fault is None:
                self._send(self._whole())
            else:
                getattr(self, f"_{fault.kind}")(**fault.options)
        except ConnectionError:
            self.close_connection = True
        except Exception as error:
            self.server.publisher.errors.append(error)
            self.close_connection = True

    def _whole(self) -> Answer:
        """The answer as it would be without the fault."""
        return self.server.publisher.answer(self._asked)

    def _send(self, answer: Answer, length: int | None = None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        self.wfile.write(answer.body)

    def _head(self, *headers: tuple[str, str]) -> None:
        """The head of an answer after which the connection is closed."""
        self.close_connection = True
        self.send_response(200)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _status(
        self,
        status: int = 503,
        retry_after: str | None = None,
        body: bytes = b"",
    ) -> None:
        self._send(Answer(body, status, {} if retry_after is None else {"Retry-After": retry_after}))

    def _reset(self) -> None:
        body = self._whole().body
        self._head(("Content-Length", str(len(body))))
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        time.sleep(0.05)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # close() alone would wait for the files that the base class has made of the socket.
        os.close(self.connection.detach())

    def _short_body(self) -> None:
        body = self._whole().body
        self._head(("Content-Length", str(len(body))))
        self.wfile.write(body[: len(body) // 2])

    def _cut_without_length(self) -> None:
        body = self._whole().body
        self._head()
        self.wfile.write(body[: len(body) // 2])

    def _cut_with_right_length(self) -> None:
        answer = self._whole()
        self._send(Answer(answer.body[: len(answer.body) // 2], 200, answer.headers))

    def _cut_chunked(self) -> None:
        body = self._whole().body
        self._head(("Transfer-Encoding", "chunked"))
        half = body[: len(body) // 2]
        self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")

    def _stall(self) -> None:
        self.close_connection = True
        self.server.publisher.closing.wait()

    def _drip(self, seconds: float = 0.02) -> None:
        self._head()
        while not self.server.publisher.closing.wait(seconds):
            self.wfile.write(b"1")
            self.wfile.flush()

    def _drip_headers(self, seconds: float = 0.02) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.publisher.closing.wait(seconds):
            self.wfile.write(b"1")
            self.wfile.flush()

    def _endless(self) -> None:
        self._head()
        while not self.server.publisher.closing.is_set():
            self.wfile.write(b"0" * 65536)

    def _html(self) -> None:
        self._send(Answer(_PAGE, 200, {"Content-Type": "text/html; charset=utf-8"}))

    def _lying_gzip(self) -> None:
        self._send(Answer(self._whole().body, 200, {"Content-Encoding": "gzip"}))

    def _cut_gzip(self) -> None:
        packed = gzip.compress(self._whole().body)
        self._send(Answer(packed[: len(packed) // 2], 200, {"Content-Encoding": "gzip"}))

    def _gzip_bomb(self) -> None:
        self._send(Answer(_bomb(), 200, {"Content-Encoding": "gzip"}))

    def _gzip(self) -> None:
        answer = self._whole()
        self._send(Answer(gzip.compress(answer.body), 200, {**answer.headers, "Content-Encoding": "gzip"}))

    def _redirect(self, location: str = "/", status: int = 302) -> None:
        self._send(Answer(b"", status, {"Location": location}))

    def _redirect_loop(self) -> None:
        self._send(Answer(b"", 302, {"Location": self.path}))

    def _empty(self) -> None:
        self._send(Answer(b"", 200, {"Content-Type": "text/csv"}))

    def _no_answer(self) -> None:
        self.close_connection = True

    def _maintenance(self) -> None:
        now = format_datetime(dt.datetime.now(dt.UTC), usegmt=True)
        self._send(Answer(MAINTENANCE, 200, {"Content-Type": "text/plain", "Last-Modified": now}))

    def _no_candles(self) -> None:
        self._send(Answer(b"[]", 200, {"Content-Type": "application/json"}))

    def _few_candles(self, count: int) -> None:
        answer = self._whole()
        self._send(Answer(json.dumps(json.loads(answer.body)[:count]).encode(), 200, answer.headers))

    def _raw(self, said: bytes) -> None:
        self.close_connection = True
        self.wfile.write(said)


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(80 * 2**20), compresslevel=1)
