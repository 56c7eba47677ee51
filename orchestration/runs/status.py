"""The state of an installation at a glance: what is published, late or quarantined, the last run, the disk space.

Belongs here: collecting it, and its layout as text. Does not belong here: anything that changes it, or creates a home.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.loading.rules import report
from orchestration.published import PublishedError, explain, open_published
from orchestration.runs.release_watch import TABLES, Held, next_release, read_held
from orchestration.runs.run_history import last_run
from orchestration.tables.sql import literal

LEDGER_ASSET = "raw/documents"
_SHOWN = 8
_PUBLISHED = "select as_of, newest_holdings_month_end, newest_retrieval_on, is_simulated from marts.warehouse_info"
_REFUSED = "select source || ' ' || dataset, reason from raw.documents where status = 'refused' order by all"
_QUARANTINES = "select table_name from duckdb_tables() where schema_name = 'quarantine' order by all"


@dataclass(frozen=True)
class Published:
    """The published snapshot.

    Attributes:
        file: what readers open.
        snapshot: its name.
        published_at: UTC.
        as_of: the day that it was built as of; None for everything known.
        newest_document: retrieval day of its newest document.
        newest_holdings: the last month of holdings.
        is_simulated: it was built from the sample.
        size: in bytes.
    """

    file: str
    snapshot: str
    published_at: dt.datetime
    as_of: dt.date | None
    newest_document: dt.date | None
    newest_holdings: dt.date | None
    is_simulated: bool
    size: int


@dataclass(frozen=True)
class Run:
    """The last run of the job.

    Attributes:
        run_id: in Dagster's UI.
        status: success, failure, canceled, started, ...
        started_at: UTC.
        seconds: how long it took; None if it has not ended.
    """

    run_id: str
    status: str
    started_at: dt.datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Status:
    """The state of a home.

    Attributes:
        home: its folder.
        published: the published snapshot; None if there is none, or it cannot be read.
        problem: why the published snapshot cannot be read.
        late: datasets that were late at the last load, as `publisher dataset`.
        next_release: when TIC's next month is due.
        refused: refused documents and why.
        quarantined: rows in quarantine by table.
        warnings: checks of the last load that did not pass.
        last_run: None if the history has none.
        running: the process that has locked the home now.
        disk: bytes by folder.
    """

    home: str
    published: Published | None
    problem: str | None
    late: tuple[str, ...]
    next_release: str | None
    refused: tuple[str, ...]
    quarantined: dict[str, int]
    warnings: tuple[str, ...]
    last_run: Run | None
    running: str | None
    disk: dict[str, int]


def status_of(home: Home, now: dt.datetime) -> Status:
    """Collect the state of a home, which may not exist.

    Args:
        home: the installation.
        now: UTC.
    """
    failed = [line for line in report.read(home.reports, report.of_last_load(home.reports)) if not line["passed"]]
    published: Published | None = None
    refused: tuple[str, ...] = ()
    quarantined: dict[str, int] = {}
    problem = due = None
    if home.published.exists():
        try:
            published, refused, quarantined = _read(home.published)
            due = _next_release(read_held(home.published), now)
        except PublishedError as error:
            problem = str(error)
        except duckdb.Error as error:  # a file that is not a warehouse of this version
            problem = explain(error, home.published)
    return Status(
        home=str(home.root),
        published=published,
        problem=problem,
        late=tuple(sorted({name for line in failed if line["asset"] == LEDGER_ASSET for name in line["subjects"]})),
        next_release=due,
        refused=refused,
        quarantined=quarantined,
        warnings=tuple(f"{line['asset']}: {line['check']}" for line in failed),
        last_run=_last_run(home),
        running=home.holder(),
        disk={folder.name: size for folder in _folders(home) if (size := _size(folder))},
    )


def as_text(status: Status, now: dt.datetime) -> str:
    """The state in lines, for a person."""
    lines = [("home", status.home)]
    if status.published is None:
        lines.append(("published", status.problem or "nothing yet. Run a load."))
    else:
        lines += _published_lines(status.published, now)
    if status.running:
        lines.append(("running", f"a load ({status.running})"))
    lines.append(("last run", _run_line(status.last_run, now)))
    if status.published is not None:
        lines.append(("late", _listed(status.late) or "nothing, at the last load"))
        lines.append(("next release", status.next_release or "unknown: there are no holdings"))
        held = [f"{rows:,} rows of {table}" for table, rows in status.quarantined.items()]
        lines.append(("quarantined", _listed([*held, *status.refused]) or "nothing"))
        lines.append(("warnings", _listed(status.warnings) or "none"))
    total = sum(status.disk.values())
    parts = ", ".join(f"{name} {_megabytes(size)}" for name, size in status.disk.items())
    lines.append(("disk", f"{_megabytes(total)}{f' ({parts})' if parts else ''}"))
    return "\n".join(f"{name + ':':<14}{text}" for name, text in lines)


def as_json(status: Status) -> str:
    """The state for programs."""
    return json.dumps(asdict(status), indent=1, default=_plain, ensure_ascii=False)


def _read(path: Path) -> tuple[Published, tuple[str, ...], dict[str, int]]:
    with open_published(path) as connection:
        row = connection.execute(_PUBLISHED).fetchone()
        assert row is not None
        refused = connection.execute(_REFUSED).fetchall()
        tables = [name for (name,) in connection.execute(_QUARANTINES).fetchall()]
        counts = " union all ".join(f"select {literal(name)}, count(*) from quarantine.{name}" for name in tables)
        quarantined = dict(connection.execute(counts).fetchall()) if tables else {}
    as_of, newest_holdings, newest_document, is_simulated = row
    file = path.resolve()
    published = Published(
        str(path),
        file.parent.name,
        dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).replace(microsecond=0),
        as_of,
        newest_document,
        newest_holdings,
        is_simulated,
        file.stat().st_size,
    )
    return (
        published,
        tuple(f"{name}: {reason}" for name, reason in refused),
        {table: rows for table, rows in quarantined.items() if rows},
    )


def _next_release(held: Held | None, now: dt.datetime) -> str | None:
    newest = [held.newest[table] for table in TABLES if table in held.newest] if held else []
    if held is None or not newest:
        return None
    release = next_release(min(newest), held.announced)
    how = "due" if release.is_announced else "not announced; expected from"
    late = f", {(now - release.due_at).days} days ago" if now >= release.due_at else ""
    return f"TIC {release.month_end:%B %Y}, {how} {release.due_at:%Y-%m-%d %H:%M} UTC{late}"


def _last_run(home: Home) -> Run | None:
    if not (home.dagster / "dagster.yaml").exists():
        return None
    found = last_run(home.dagster)
    return None if found is None else Run(*found)


def _folders(home: Home) -> Sequence[Path]:
    return (home.archive, home.snapshots, home.candles, home.dagster, home.dbt, home.reports, home.work)


def _size(folder: Path) -> int:
    total = 0
    for path, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118 - a million files
            except OSError:
                continue
    return total


def _published_lines(published: Published, now: dt.datetime) -> list[tuple[str, str]]:
    simulated = " (SIMULATION)" if published.is_simulated else ""
    known = f"as of {published.as_of}" if published.as_of else "everything known"
    newest = f"holdings to {published.newest_holdings}, newest document {published.newest_document}"
    return [
        ("published", f"{published.file}{simulated}"),
        ("snapshot", f"{published.snapshot}, {_ago(published.published_at, now)}, {_megabytes(published.size)}"),
        ("content", f"{known}; {newest}"),
    ]


def _run_line(run: Run | None, now: dt.datetime) -> str:
    if run is None:
        return "none in Dagster's history"
    when = f", {_ago(run.started_at, now)}" if run.started_at else ""
    took = f", took {run.seconds:.0f} s" if run.seconds is not None else ""
    return f"{run.status}{when}{took} (run {run.run_id})"


def _ago(moment: dt.datetime, now: dt.datetime) -> str:
    minutes = (now - moment).total_seconds() / 60
    days, hours = minutes / (24 * 60), minutes / 60
    ago = (
        f"{days:.0f} days ago"
        if days >= 2
        else f"{hours:.0f} h ago"
        if hours >= 2
        else f"{minutes:.0f} min ago"
        if minutes >= 2
        else "just now"
    )
    return f"{moment:%Y-%m-%d %H:%M} UTC ({ago})"


def _listed(items: Sequence[str]) -> str:
    rest = f"; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return "; ".join(items[:_SHOWN]) + rest


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{size / 2**10:,.0f} KB"


def _plain(value: Any) -> str:
    return str(value.isoformat())
