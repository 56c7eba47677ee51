"""A program: Dagster's UI, which accepts requests only from its own pages and from programs on allowed hosts.

Belongs here: the checks of Host, Origin and method, and starting the server. Does not belong here: the UI itself, which
is Dagster's, and the processes next to it (`ui.py`).

Dagster's server has no passwords and executes mutations that come by GET. So any web page that is open in a browser on
this machine could start loads or delete runs: an image tag with the right address is enough.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster_webserver.app import create_app_from_workspace_process_context

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CODE = "orchestration.definitions"
FOLDER = Path(__file__).resolve().parents[2]
"""The folder that the code is imported from."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Guard:
    """An ASGI application that passes allowed requests on to another one, and answers 403 to the others.

    Args:
        app: the other one.
        hosts: names and addresses of this server besides loopback, as browsers know it; with the port if it is neither
            the default one of http or https nor that of the Host header.
    """

    def __init__(self, app: App, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._names = LOOPBACK | {_name(host.lower()) for host in hosts} - {""}
        # Other programs on this machine serve pages, too: a loopback name is an origin only with the port of this one.
        self._origins = frozenset(host.lower() for host in hosts) - LOOPBACK - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        refusal = self.refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": f"{refusal}\n".encode()})

    def refusal(self, scope: Mapping[str, Any]) -> str | None:
        """Why a request is refused; None if it is allowed."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get("host", "").lower(), headers.get("origin", "").lower()
        if _name(host) not in self._names:
            return "This host name is not allowed. Start the UI with --allow-host to allow it."
        if origin and origin.partition("://")[2] not in {host, *self._origins}:
            return "Requests from pages of another origin are not allowed."
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and _changes(scope):
            return "This address takes POST only."
        return None


def _name(netloc: str) -> str:
    """The host name in `name:port`; an empty string if it has none."""
    if netloc.count(":") > 1 and not netloc.startswith("["):
        return netloc  # an IPv6 address without brackets and port
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _changes(scope: Mapping[str, Any]) -> bool:
    """Whether Dagster may change something on a GET of this address."""
    path = scope["path"].rstrip("/")
    return (path.endswith("/graphql") and bool(scope["query_string"])) or "/report_asset_" in path


def main() -> None:
    """Serve the UI until a signal comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--allow-host", action="append", default=[])
    options = parser.parse_args()
    # As an exception, so that the code server is stopped, too. uvicorn raises the signal again when it has shut down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    target = ModuleTarget(module_name=CODE, attribute=None, working_directory=str(FOLDER), location_name=None)
    with (
        suppress(KeyboardInterrupt),
        dg.DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, target, version=dg.__version__, read_only=options.read_only) as context,
    ):
        app = create_app_from_workspace_process_context(context, live_data_poll_rate=2000)
        guard = Guard(app, frozenset(options.allow_host))
        uvicorn.run(guard, host=options.host, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
