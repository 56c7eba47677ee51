"""The record of the nowcast: appended once, read back as it was, and no news on its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.loading.parse import Window, parse_due
from orchestration.loading.workspace import Workspace
from orchestration.marts.record import append
from orchestration.sources import nowcast, ofr
from orchestration.sources.base import FormatError, Response
from orchestration.tables.raw_tables import RAW_TABLES

NOW = dt.datetime(2026, 6, 20, 12, tzinfo=dt.UTC)
((ADDRESS, EXAMPLE),) = nowcast.PUBLISHER.examples.items()
TABLE = RAW_TABLES["nowcast_record"]


def _row(
    country_code: str = "99996", target_month: dt.date = dt.date(2026, 5, 31), **changes: object
) -> dict[str, object]:
    amounts = {name: 100.125 for name in nowcast.COLUMNS if name.endswith("_usd_bn")}
    return {
        "target_month": target_month,
        "country_code": country_code,
        "made_on": dt.date(2026, 6, 20),
        **amounts,
        "last_month_end": dt.date(2026, 4, 30),
        "horizon_days": 24,
        "steps": 1,
        "method": "duration, and a comma",
    } | changes


def _published(path: Path, rows: list[dict[str, object]], *, is_simulated: bool = False) -> Path:
    """A snapshot with a nowcast and nothing else."""
    frame = pd.DataFrame(rows)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists marts")
        dates = ", ".join(f"cast({name} as date) as {name}" for name in ("target_month", "made_on", "last_month_end"))
        connection.execute(f"create or replace table marts.tic_nowcast as select * replace ({dates}) from frame")
        connection.execute(f"create or replace table marts.warehouse_info as select {is_simulated} as is_simulated")
    assert len(frame)
    return path


def test_what_is_written_is_read_back() -> None:
    rows = [_row(), _row("42609", holdings_q50_usd_bn=-0.001)]
    read = nowcast.parse(nowcast.DATASET, nowcast.render(rows, "live"), NOW)
    assert read["country_code"].tolist() == ["99996", "42609"]
    assert read["holdings_q50_usd_bn"].tolist() == [100.125, -0.001]
    assert read["method"].tolist() == ["duration, and a comma"] * 2
    assert read["basis"].unique().tolist() == ["live"]
    assert read["target_month"].tolist() == [pd.Timestamp("2026-05-31")] * 2
    assert read["line_number"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"simulated", b"guessed", "one of live, replayed, simulated as basis on line 2"),
        (b"2026-05-31,42609", b"31 May,42609", "a date like 2026-05-31 as target_month on line 3"),
        (b"9000.456", b"many", "an amount as holdings_q50_usd_bn on line 2"),
        (b",26,1,", b",26.5,1,", "a whole number below 100,000 as horizon_days on line 2"),
        (b",invented", b"", "cells a line; line 2 has another number"),
        (b"target_month,", b"month,", "expected the columns"),
        (b"invented", b"\xff", "not CSV in UTF-8"),
    ],
)
def test_a_damaged_statement_is_refused(old: bytes, new: bytes, said: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(FormatError, match=said):
        nowcast.parse(nowcast.DATASET, EXAMPLE.replace(old, new), NOW)


def test_a_day_has_one_statement_about_a_month(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    june = _row(target_month=dt.date(2026, 6, 30), steps=2)
    first = _published(tmp_path / "first.duckdb", [_row(), _row("42609"), june])
    assert append(archive, first, is_live=True, now=NOW) == [
        "tidemark:nowcast/2026-05/2026-06-20",
        "tidemark:nowcast/2026-06/2026-06-20",
    ]
    bodies = [archive.read(document) for document in archive.documents()]
    assert append(archive, first, is_live=True, now=NOW + dt.timedelta(hours=1)) == []
    # Later on the same day, after news: the first statement is kept.
    better = _published(tmp_path / "better.duckdb", [_row(holdings_q50_usd_bn=1.0)])
    assert append(archive, better, is_live=True, now=NOW + dt.timedelta(hours=2)) == []
    assert [archive.read(document) for document in Archive(tmp_path / "archive").documents()] == bodies
    # The same statement again replaces bytes that the disk has damaged.
    for path in (tmp_path / "archive" / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    assert append(archive, first, is_live=True, now=NOW + dt.timedelta(hours=3)) == []
    assert [archive.read(document) for document in archive.documents()] == bodies
    tomorrow = _published(tmp_path / "tomorrow.duckdb", [_row(made_on=dt.date(2026, 6, 21))])
    assert append(archive, tomorrow, is_live=True, now=NOW + dt.timedelta(days=1)) == [
        "tidemark:nowcast/2026-05/2026-06-21"
    ]


@pytest.mark.parametrize(
    ("is_live", "is_simulated", "basis", "retrieved_at"),
    [
        (True, False, "live", NOW),
        (False, False, "replayed", dt.datetime(2026, 6, 20, 23, 59, 59, tzinfo=dt.UTC)),
        (False, True, "simulated", dt.datetime(2026, 6, 20, 23, 59, 59, tzinfo=dt.UTC)),
    ],
)
def test_a_statement_says_on_what_it_is_based(
    tmp_path: Path, is_live: bool, is_simulated: bool, basis: str, retrieved_at: dt.datetime
) -> None:
    archive = Archive(tmp_path / "archive")
    append(archive, _published(tmp_path / "w.duckdb", [_row()], is_simulated=is_simulated), is_live=is_live, now=NOW)
    (document,) = archive.documents()
    assert document.retrieved_at == retrieved_at
    assert (document.form == "simulated") is is_simulated
    read = nowcast.parse(document.dataset, archive.read(document), document.retrieved_at)
    assert read["basis"].tolist() == [basis]


def test_a_statement_is_no_news_on_its_own(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    ((address, body),) = ofr.PUBLISHER.examples.items()
    archive.add("ofr", "fsi", Response(address, body, NOW))
    archive.add("nowcast", nowcast.DATASET, Response(ADDRESS, EXAMPLE, NOW + dt.timedelta(minutes=5)))

    def due() -> list[str]:
        return [
            entry.status
            for entry in parse_due(archive, {}, "rules", TABLE, Window(), Workspace(tmp_path / "work")).entries
        ]

    assert due() == []
    archive.add("ofr", "fsi", Response(address, body + b"2000-01-06,1,1,1,1,1,1,1,1,1\n", NOW + dt.timedelta(days=1)))
    assert due() == ["loaded"]
