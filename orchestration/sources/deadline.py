"""Limits the total time of an HTTP attempt, which a read time-out does not.

Belongs here: closing the connection of a request that takes too long, and connections that can be closed. Does not
belong here: requests, and the meaning of errors (`http.py`).

requests, httpx and niquests limit only each silence. aiohttp and curl limit the total time, but need an event loop or a
C library with a different treatment of proxies, certificates and errors. So we add the limit to requests.
"""

from __future__ import annotations

import http
import http.client
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import urllib3
import urllib3.connection
import urllib3.connectionpool
from requests.adapters import HTTPAdapter

_LONGEST_LINE = 65_537


class Lifelines:
    """A second handle on the socket of each open connection, so that a timer can close what a thread waits for.

    A read time-out limits each silence, not the total time: a publisher that sends a byte now and then would keep us
    waiting forever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[tuple[urllib3.connection.HTTPConnection, socket.socket]] = []
        self._is_cut = False

    def watch(self, connection: urllib3.connection.HTTPConnection, opened: socket.socket) -> socket.socket:
        """Duplicate the handle of a new connection's socket; returns the socket."""
        with self._lock:
            handle = opened.dup()
            self._handles.append((connection, handle))
            if self._is_cut:
                _shut(handle)
        return opened

    def cut(self) -> None:
        """Close all connections; their readers get the end of the stream."""
        with self._lock:
            self._is_cut = True
            for _, handle in self._handles:
                _shut(handle)

    def tidy(self) -> None:
        """After an attempt: release the handles of the connections that are closed."""
        with self._lock:
            self._is_cut = False
            closed = [entry for entry in self._handles if entry[0].sock is None]
            self._handles = [entry for entry in self._handles if entry[0].sock is not None]
        for _, handle in closed:
            _shut(handle)
            handle.close()

    def close(self) -> None:
        """Close all connections, and release the handles."""
        with self._lock:
            handles, self._handles = self._handles, []
        for _, handle in handles:
            _shut(handle)
            handle.close()


class Deadline:
    """Calls `cut` when the time of an attempt is over."""

    def __init__(self, seconds: float, cut: Callable[[], None]) -> None:
        self.passed = False
        self.reason = f"the answer was not complete after {seconds:g} seconds"
        self._cut = cut
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True
        self._timer.start()

    def _pass(self) -> None:
        self.passed = True
        self._cut()

    def stop(self) -> None:
        """Stop the timer."""
        self._timer.cancel()
        self._timer.join()


class CuttableAdapter(HTTPAdapter):
    """The adapter of requests, with connections that give the timer a handle."""

    def __init__(self, lifelines: Lifelines) -> None:
        self._pool_classes = _pool_classes(lifelines)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use our connection classes for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Use our connection classes for connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def _pool_classes(lifelines: Lifelines) -> dict[str, type[urllib3.connectionpool.HTTPConnectionPool]]:
    class Connection(urllib3.connection.HTTPConnection):
        response_class = _FinalResponse

        def _new_conn(self) -> socket.socket:
            return lifelines.watch(self, super()._new_conn())

    class SecureConnection(urllib3.connection.HTTPSConnection):
        response_class = _FinalResponse

        def _new_conn(self) -> socket.socket:
            return lifelines.watch(self, super()._new_conn())

    class Pool(urllib3.connectionpool.HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(urllib3.connectionpool.HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class _FinalResponse(http.client.HTTPResponse):
    """A response of the standard library that skips interim answers, such as 103 (Early Hints)."""

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while http.HTTPStatus.SWITCHING_PROTOCOLS < status < http.HTTPStatus.OK:
            # Skip its headers; the deadline of the attempt limits their number.
            while self.fp.readline(_LONGEST_LINE) not in (b"\r\n", b"\n", b""):
                pass
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason
