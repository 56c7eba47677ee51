"""Publishing beyond this machine's disk: a server of object storage, and a web server that answers range requests.

Readers are in an environment of their own: DuckDB with its extension httpfs, the client, and nothing else of ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from orchestration.home import Home
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.publish import publish
from tests.installation import HANGS, Installation
from tests.other_environments import python_with
from tests.small_warehouse import build

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BUCKET = "public"
MARTS = ("fct_a", "fct_b")
ROWS = 400_000
"""Of each mart: some megabytes, so that a kill can come in the middle of a file."""
KILLS = 6
MOST_OF_THE_FILE = 0.25
"""What the first query of the sample may fetch: measured 18 % of 22 MB, most of it the catalog. 1 is a download."""

EVERYBODY_MAY_READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{BUCKET}/*"}
        ],
    }
)

UPLOAD = """
import sys
from pathlib import Path
from orchestration.warehouse.upload import files_below, upload
url, snapshot, folder = sys.argv[1:]
files = [("tidemark.duckdb", Path(folder, "tidemark.duckdb")), *files_below(Path(folder, "parquet"), "parquet")]
upload(url, snapshot, files, {"edition": "public"}, 2, lambda line: print(line, flush=True))
"""

READ = """
import json, sys, time
from pathlib import Path
import tidemark
place, stop = sys.argv[1], Path(sys.argv[2])
marks, faults = [], []
print("reading", flush=True)
while not stop.exists():
    try:
        with tidemark.connect(place) as w:
            found = {
                mark
                for mart in ("fct_a", "fct_b")
                for (mark,) in w.sql(f"select distinct mark from {mart}").fetchall()
            }
        if len(found) != 1:
            faults.append(f"mixed: {found}")
        marks.append(max(found))
    except Exception as error:
        faults.append(f"{type(error).__name__}: {error}")
print(json.dumps({"marks": marks, "faults": faults[:5]}))
"""

KEEP = """
import sys, tidemark
with tidemark.connect(sys.argv[1] + "/latest/tidemark.duckdb") as w:
    for mart in ("fct_a", "fct_b"):
        print(*w.sql(f"select min(mark), max(mark), count(*) from {mart}").fetchone(), flush=True)
        sys.stdin.readline()
"""
"""Reads one table, waits, and reads another one from what it has open."""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _serving(command: list[str | Path], port: int, **options: Any) -> Iterator[str]:
    """A server of a process of its own, until the end of the context."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options) as server:
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and server.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            assert server.poll() is None, f"{command[0]} ended with {server.returncode}"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How a reader elsewhere is started: its interpreter, and the environment in which httpfs is installed."""
    python = python_with("httpfs")
    home = tmp_path_factory.mktemp("reader")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT_ROOT)}
    (extension,) = python.parents[1].glob(
        "lib/python*/site-packages/duckdb_extension_httpfs/extensions/*/*.duckdb_extension"
    )
    code = f"import duckdb; duckdb.execute(\"install '{extension}'\")"
    subprocess.run([python, "-c", code], env=environment, check=True)
    return {"args": [python, "-c"], "env": environment, "cwd": home, "stdout": subprocess.PIPE, "text": True}


def _read(reader: dict[str, Any], code: str, *arguments: str) -> str:
    options = reader | {"args": [*reader["args"], code, *arguments]}
    result = subprocess.run(**options, stderr=subprocess.PIPE, timeout=HANGS, check=False)
    assert result.returncode == 0, result.stderr
    return str(result.stdout).strip()


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str], str]]:
    """A server of object storage: the interpreter of an uploader, its environment, and the server's address."""
    python, port = python_with("s3", borrows=True), _free_port()
    code = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"
    with _serving([python, "-c", code, str(port)], port, cwd=tmp_path_factory.mktemp("storage")) as address:
        for what, content in (("", None), ("?policy", EVERYBODY_MAY_READ)):
            assert requests.put(f"{address}/{BUCKET}{what}", data=content, timeout=60).ok
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TIDEMARK_", "AWS_"))}
        environment |= {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONPATH": str(PROJECT_ROOT),
        }
        yield python, environment, f"{address}/{BUCKET}"


def _snapshot(folder: Path, mark: int) -> Path:
    """Files to upload: a warehouse whose marts all have the mark, and two small files."""
    home = Home(folder / "home")
    home.prepare()
    with home.exclusive():
        build(home, mark, MARTS, ROWS)
        publish(home, None, MARTS, keep=1)
    files = folder / "files"
    (files / "parquet").mkdir(parents=True)
    shutil.copyfile(home.published.resolve(), files / "tidemark.duckdb")
    for name in MARTS:
        (files / "parquet" / f"{name}.parquet").write_bytes(f"{name} of {mark}".encode())
    return files


def _pointer(place: str) -> dict[str, Any]:
    answer = requests.get(f"{place}/latest.json", timeout=60)
    assert answer.ok
    return dict(answer.json())


def _assert_whole(place: str) -> None:
    """Everything that the pointer names is there, to the last byte."""
    for file in _pointer(place)["files"]:
        content = requests.get(f"{place}/{file['path']}", timeout=60).content
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["path"]


def test_a_kill_in_the_middle_of_an_upload_leaves_the_pointer_and_the_next_publish_heals(
    storage: tuple[Path, dict[str, str], str], reader: dict[str, Any], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    python, environment, bucket = storage
    place, url, stop = f"{bucket}/killed", f"s3://{BUCKET}/killed", tmp_path / "stop"
    moments = random.Random(pytestconfig.getoption("fault_seed"))

    def start(mark: int, files: Path) -> subprocess.Popen[str]:
        command = [python, "-c", UPLOAD, url, f"2026-06-{mark:02}-1", files]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def finish(mark: int, files: Path) -> None:
        with start(mark, files) as upload:
            upload.communicate(timeout=HANGS)
        assert upload.returncode == 0
        assert _pointer(place)["snapshot"] == f"2026-06-{mark:02}-1"

    finish(1, _snapshot(tmp_path / "1", 1))
    options = reader | {"args": [*reader["args"], READ, place, str(stop)]}
    with subprocess.Popen(**options) as reading:
        assert reading.stdout is not None
        assert reading.stdout.readline() == "reading\n"
        killed = 0
        try:
            for kill in range(KILLS):
                before = _pointer(place)
                # The same snapshot twice, so that an upload also continues a killed one; then the next one.
                mark = 2 + kill // 2
                folder = tmp_path / str(mark)
                files = folder / "files" if folder.exists() else _snapshot(folder, mark)
                with start(mark, files) as upload:
                    assert upload.stdout is not None
                    # Each line is a file that is about to be sent; the last one says that `latest/` is replaced.
                    for number, line in enumerate(upload.stdout):
                        if number == kill % 4 or line.startswith("latest/"):
                            break
                    time.sleep(moments.uniform(0, 0.03))
                    upload.send_signal(signal.SIGKILL)
                    upload.communicate(timeout=HANGS)
                killed += upload.returncode == -signal.SIGKILL
                if upload.returncode == -signal.SIGKILL:
                    assert _pointer(place) == before
                _assert_whole(place)
            last = 3 + KILLS // 2
            files = _snapshot(tmp_path / str(last), last)
            open_now = int(_pointer(place)["snapshot"].split("-")[2])
            options = reader | {"args": [*reader["args"], KEEP, place], "stdin": subprocess.PIPE}
            with subprocess.Popen(**options) as keeper:
                assert keeper.stdout is not None
                assert keeper.stdout.readline().split() == [str(open_now), str(open_now), str(ROWS)]
                finish(last, files)
                said, _ = keeper.communicate("go on\n\n", timeout=HANGS)
            assert said.split() == [str(open_now), str(open_now), str(ROWS)]
            _assert_whole(place)
            time.sleep(1)
        finally:
            stop.touch()
        report = json.loads(reading.communicate(timeout=HANGS)[0])
    assert killed >= KILLS / 2
    assert report["faults"] == []
    assert report["marks"] == sorted(report["marks"])
    assert len(report["marks"]) > KILLS
    assert {1, last} <= set(report["marks"])
    listing = requests.get(f"{bucket}?list-type=2&prefix=killed/snapshots/", timeout=60).text
    kept = {one["id"] for one in _pointer(place)["snapshots"]}
    assert set(re.findall(r"snapshots/([0-9-]+)/", listing)) == kept, "what a killed upload left is gone"


@pytest.fixture(scope="module")
def copy(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return loaded_sample.copy(tmp_path_factory.mktemp("publisher") / "home")


def _publish(copy: Installation, url: str, python: str | Path = sys.executable, **more: str) -> str:
    result = subprocess.run(
        [python, "-m", "orchestration", "publish", "--to", url],
        cwd=PROJECT_ROOT,
        env=copy.environment() | more,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


FIRST = """
import sys, tidemark
with tidemark.connect(sys.argv[1]) as w:
    print(w.holdings("Japan").aggregate("count(*), sum(holdings_usd_bn)").fetchall())
"""
JAPAN = """
import sys, tidemark
with tidemark.connect(sys.argv[1]) as w:
    print(w.holdings("Japan").aggregate("count(*), sum(holdings_usd_bn)").fetchall())
    print(w.holdings("Japan", as_of="2026-01-20").aggregate("count(*), max(month_end)::varchar").fetchall())
"""


def _of_japan(copy: Installation) -> list[str]:
    japan = "where country_code = '42609' and instrument = 'total'"
    now = f"select count(*), sum(holdings_usd_bn) from marts.fct_holdings {japan}"
    then = f"select count(*), max(month_end)::varchar from marts.holdings_as_of(date '2026-01-20') {japan}"
    return [str(copy.query(query)) for query in (now, then)]


def test_the_command_publishes_to_object_storage_and_a_reader_elsewhere_reads_it_back(
    copy: Installation, storage: tuple[Path, dict[str, str], str], reader: dict[str, Any]
) -> None:
    python, environment, bucket = storage
    _publish(copy, f"s3://{BUCKET}/tidemark", python, **environment)
    _assert_whole(f"{bucket}/tidemark")
    assert _read(reader, JAPAN, f"{bucket}/tidemark").splitlines() == _of_japan(copy)
    page = requests.get(f"{bucket}/tidemark/latest/site/index.html", timeout=60)
    assert "SIMULATION" in page.text
    assert (page.headers["Content-Type"], page.headers["Cache-Control"]) == ("text/html", "max-age=60, must-revalidate")


NGINX_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    log_format sizes '$request_method $status $body_bytes_sent $uri';
    access_log {folder}/access.log sizes;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    types {{ text/html html; application/json json; }}
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@pytest.mark.skipif(NGINX is None, reason="nginx is missing: apt install nginx-light")
def test_a_first_query_over_a_web_server_fetches_a_fraction_of_the_file(
    copy: Installation, reader: dict[str, Any], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    place, port = tmp_path / "www", _free_port()
    _publish(copy, place.as_uri())
    configuration = tmp_path / "nginx.conf"
    text = NGINX_CONFIGURATION.format(folder=tmp_path, port=port, root=place)
    # Workers of root would be "nobody", who may not read the folders of a test.
    configuration.write_text("user root;\n" * (os.geteuid() == 0) + text, encoding="utf-8")
    with _serving([NGINX or "", "-c", configuration, "-p", tmp_path], port) as server:
        assert _read(reader, FIRST, server) == _of_japan(copy)[0]
    size = (place / "latest" / "tidemark.duckdb").stat().st_size
    requests_made = [line.split() for line in (tmp_path / "access.log").read_text(encoding="utf-8").splitlines()]
    of_file = [made for made in requests_made if made[3].endswith(".duckdb")]
    assert {status for method, status, *_ in of_file if method == "GET"} == {"206"}
    fetched = sum(int(sent) for _, _, sent, _ in of_file)
    record_property("first query", f"{fetched:,} of {size:,} bytes in {len(of_file)} requests")
    assert 0 < fetched < MOST_OF_THE_FILE * size
