"""`tidemark ui` for real: a page of another origin changes nothing, and with `--read-only` nothing can be changed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from orchestration.settings import PROJECT_ROOT

DELETE = 'mutation { deletePipelineRun(runId: "00000000-0000-0000-0000-000000000000") { __typename } }'
EVIL = {"Host": "evil.example", "Origin": "http://evil.example"}


class Ui:
    """A UI that is ready."""

    def __init__(self, home: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "ui", "--port", str(self.port), *options],
            cwd=PROJECT_ROOT,
            env=os.environ | {"TIDEMARK_HOME": str(home)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if f"127.0.0.1:{self.port}" in line:
                return
        pytest.fail("the UI ended")

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """Status and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def graphql(self, query: str, **headers: str) -> Any:
        """The data that GraphQL answers to a POST."""
        status, body = self.ask("POST", "/graphql", json.dumps({"query": query}), **headers)
        return json.loads(body)["data"] if status == 200 else status


@contextmanager
def _ui(home: Path, *options: str) -> Iterator[Ui]:
    ui = Ui(home, *options)
    try:
        yield ui
    finally:
        ui.process.send_signal(signal.SIGTERM)
        ui.process.communicate(timeout=15)
        assert ui.process.returncode == 143
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", ui.port))


def test_other_origins_and_read_only(tmp_path: Path) -> None:
    with _ui(tmp_path / "home") as ui:
        own = f"http://127.0.0.1:{ui.port}"
        assert ui.ask("GET", "/", Accept="text/html")[0] == 200
        assert ui.graphql(DELETE, Origin=own) == {"deletePipelineRun": {"__typename": "RunNotFoundError"}}
        for headers in ({}, EVIL, {"Origin": EVIL["Origin"]}, {"Origin": "http://127.0.0.1:1"}):
            assert ui.ask("GET", f"/graphql?query={quote(DELETE)}", **headers)[0] == 403
            assert not headers or ui.graphql(DELETE, **headers) == 403
        assert ui.ask("GET", "/", Host="evil.example")[0] == 403
    with _ui(tmp_path / "home", "--read-only", "--allow-host", "tidemark.example") as ui:
        assert ui.graphql("{ version }", Host="tidemark.example", Origin="https://tidemark.example")["version"]
        assert ui.graphql(DELETE) == {"deletePipelineRun": {"__typename": "UnauthorizedError"}}
        assert ui.ask("POST", "/report_asset_materialization/warehouse", "{}")[0] >= 400
