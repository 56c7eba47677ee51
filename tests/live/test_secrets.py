"""A load with a key and many faults of publishers: it reports each fault, and writes the key nowhere."""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.installation import Installation
from tests.publisher import Answer, Publisher, Request

KEY = "tidemarkneverwritesthiskeydown99"
PART_OF_KEY = "neverwritesthiskey"
QUICK = {
    "http_requests_per_second": "500",
    "http_max_wait_seconds": "0.1",
    "http_timeout_seconds": "2",
    "http_attempts": "2",
}

FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "series_id=DGS10&": (
        "status",
        {"status": 400, "body": f"No such thing as {KEY}.".encode()},
        "No such thing as ***",
    ),
    "series_id=DGS2&": (
        "redirect",
        {"location": f"/elsewhere?api_key={KEY}"},
        "redirected a request that carries a key",
    ),
    "series_id=DGS30&": ("reset", {}, "the connection was reset"),
    "series_id=EFFR&": ("short_body", {}, "the body broke off"),
    "series_id=SOFR&": ("lying_gzip", {}, "not valid gzip"),
    "series_id=SP500&": ("cut_gzip", {}, "the gzip body is cut off"),
    "series_id=T10Y2Y&": ("status", {"status": 429, "retry_after": "9999"}, "status 429"),
    "series_id=T10Y3M&": ("status", {"status": 503}, "status 503"),
    "series_id=VIXCLS&": ("html", {}, "a web page (HTML)"),
    "series_id=WALCL&": ("redirect_loop", {}, "redirected a request that carries a key"),
    "series_id=IORB&": ("gzip_bomb", {}, "beyond the limit of 67,108,864 bytes"),
    "series_id=DFF&": ("stall", {}, "was silent for 2 seconds"),
    "series_id=DFII10&": ("cut_with_right_length", {}, "the document is cut off, or not FRED's"),
    "daily-treasury-rates": ("html", {}, "a web page (HTML)"),
    "/0/public/OHLC": ("status", {"status": 451}, "geo-blocked"),
    "slt_table1.txt": ("status", {"status": 500, "times": 1}, ""),
}
"""Address -> fault, its options, and the load's message; no message if the second attempt succeeds."""


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _archives(request: Request) -> Answer | None:
    """Binance's archives: one is a bomb, one has a path that leads out, the others are not there."""
    name = request.path.rpartition("/")[2].replace(".zip", ".csv")
    if name.startswith("BTCUSDT"):
        return Answer(_zip(name, bytes(70 * 2**20)))
    return Answer(_zip(f"../../../{name}", b"1,2\n")) if name.startswith("ETHUSDT") else None


def _echo(request: Request) -> Answer | None:
    """A refusal with status 200 that repeats the key."""
    if request.query.get("series_id") != "NFCI":
        return None
    return Answer(b'{"error_message": "The value %s is not registered."}' % request.query["api_key"].encode())


@pytest.fixture(scope="module")
def publisher(real_files: Path) -> Iterator[Publisher]:
    with Publisher(real_files, dt.date(2026, 6, 18)) as publisher:
        publisher.api_key = KEY
        publisher.route("/data/spot/monthly/klines/", _archives)
        publisher.route("/fred/series", _echo)
        for where, (kind, options, _) in FAULTS.items():
            publisher.fault(where, kind, **({"times": None} | options))
        yield publisher


@pytest.fixture(scope="module")
def reported(installation_of: Callable[[str], Installation], publisher: Publisher) -> tuple[Installation, str]:
    """The home after the load, and the load's output."""
    patch = pytest.MonkeyPatch()
    patch.setenv("FRED_API_KEY", KEY)
    installation = installation_of("secrets")
    result = installation.load(source="live", **QUICK, **publisher.addresses)
    patch.undo()
    assert result.returncode == 0, result.stderr[-3000:]
    return installation, result.stdout + result.stderr


def test_the_key_was_sent(reported: tuple[Installation, str], publisher: Publisher) -> None:
    assert reported[0].home.exists()
    assert len([request for request in publisher.requests if request.query.get("api_key") == KEY]) > 20


def test_each_fault_is_reported(reported: tuple[Installation, str]) -> None:
    said = reported[1]
    for where, (_, _, words) in FAULTS.items():
        assert words in said, where
    assert "contains the key that was sent" in said
    assert "73,400,320 bytes packed into" in said
    assert "found the name '../../../ETHUSDT-1d-" in said
    assert "Traceback" not in said


def test_no_file_of_a_zip_left_the_home(reported: tuple[Installation, str]) -> None:
    assert not list(reported[0].home.parent.parent.rglob("ETHUSDT*.csv"))


def test_the_key_is_in_no_output(reported: tuple[Installation, str]) -> None:
    assert PART_OF_KEY not in reported[1]


def test_the_key_is_in_no_file(reported: tuple[Installation, str]) -> None:
    """Neither plain nor in base 64, at any of its three places."""
    home = reported[0].home
    forms = [PART_OF_KEY.encode(), *(base64.b64encode(b" " * place + KEY.encode())[8:32] for place in range(3))]
    seen = 0
    for path in home.rglob("*"):
        if path.is_file():
            seen += 1
            content = path.read_bytes()
            assert not [form for form in forms if form in content], path
    for part in ("archive", "dagster", "reports", "dbt"):
        assert any(path.is_file() for path in (home / part).rglob("*")), f"nothing below {part} was looked at"
    assert seen > 100
    assert KEY not in os.environ.values()


def test_the_key_is_in_no_table(reported: tuple[Installation, str]) -> None:
    """DuckDB packs texts, so that bytes do not tell."""
    with duckdb.connect(str(reported[0].published), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where not internal and data_type like 'VARCHAR%'"
        ).fetchall()
        assert len(columns) > 50
        for schema, table, column in columns:
            found = connection.execute(
                f'select count(*) from "{schema}"."{table}" where contains(cast("{column}" as varchar), ?)',
                [PART_OF_KEY],
            ).fetchone()
            assert found == (0,), f"{schema}.{table}.{column}"
