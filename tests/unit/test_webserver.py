"""The UI accepts requests from its own pages and from programs, and from no other page."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from orchestration.runs.webserver import Guard

HOST = "127.0.0.1:3000"


async def _app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"reached"})


def _answer(
    method: str = "GET",
    path: str = "/",
    query: str = "",
    kind: str = "http",
    hosts: frozenset[str] = frozenset(),
    **headers: str | None,
) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []
    named = {"host": HOST} | headers
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items() if value is not None],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Guard(_app, hosts)(scope, receive, send))
    return sent


MUTATION = 'query=mutation{deletePipelineRun(runId:"x"){__typename}}'
ALLOWED = [
    {},
    {"host": "localhost:3000"},
    {"host": "[::1]:3000"},
    {"method": "POST", "path": "/graphql"},
    {"method": "POST", "path": "/graphql", "origin": "http://127.0.0.1:3000"},
    {"method": "POST", "path": "/graphql", "host": "localhost:3000", "origin": "http://localhost:3000"},
    {"path": "/graphql"},
    {"path": "/runs", "query": "q=tag"},
    {"kind": "websocket", "path": "/graphql", "origin": "http://127.0.0.1:3000"},
    {"hosts": frozenset({"Tidemark.example"}), "host": "tidemark.example", "origin": "https://tidemark.example"},
    {"hosts": frozenset({"tidemark.example"}), "method": "POST", "origin": "https://tidemark.example"},
    {"hosts": frozenset({"tidemark.example:8443"}), "method": "POST", "origin": "https://tidemark.example:8443"},
    {"hosts": frozenset({"2001:db8::1"}), "host": "[2001:db8::1]:3000", "origin": "http://[2001:db8::1]:3000"},
    {"hosts": frozenset({"192.0.2.1"}), "host": "192.0.2.1:3000", "origin": "http://192.0.2.1:3000"},
]
REFUSED = [
    {"host": "evil.example"},
    {"host": "evil.example:3000"},
    {"host": "127.0.0.1.evil.example:3000"},
    {"host": ""},
    {"host": None},
    {"host": "127.0.0.1@evil.example"},
    {"host": "[::1"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8888"},
    {"origin": "http://127.0.0.1:8888", "hosts": frozenset({"127.0.0.1"})},
    {"origin": "http://localhost:3000"},
    {"origin": "null", "hosts": frozenset({""})},
    {"origin": "http://[::1", "hosts": frozenset({"tidemark.example"})},
    {"origin": "http://tidemark.example:8888", "hosts": frozenset({"tidemark.example"})},
    {"host": "evil.example", "hosts": frozenset({"[::1"})},
    {"host": None, "hosts": frozenset({"[::1"})},
    {"host": "2001", "hosts": frozenset({"2001:db8::1"})},
    {"host": "localhost:1:2"},
    {"method": "POST", "path": "/graphql", "origin": "http://evil.example"},
    {"method": "POST", "path": "/graphql", "origin": "null"},
    {"path": "/graphql", "query": MUTATION},
    {"path": "/graphql/", "query": MUTATION},
    {"method": "HEAD", "path": "/graphql", "query": MUTATION},
    {"path": "/graphql", "query": MUTATION, "host": "evil.example", "origin": "http://evil.example"},
    {"path": "/report_asset_materialization/warehouse", "query": "description=x"},
    {"kind": "websocket", "path": "/graphql", "origin": "http://evil.example"},
    {"kind": "websocket", "path": "/graphql", "host": "evil.example"},
]


@pytest.mark.parametrize("request_", ALLOWED, ids=str)
def test_own_pages_and_programs_are_served(request_: dict[str, Any]) -> None:
    assert _answer(**request_)[-1].get("body") == b"reached"


@pytest.mark.parametrize("request_", REFUSED, ids=str)
def test_other_pages_are_refused(request_: dict[str, Any]) -> None:
    sent = _answer(**request_)
    assert sent[0].get("status") == 403 or sent[0]["type"] == "websocket.close"
    assert all(message.get("body") != b"reached" for message in sent)
