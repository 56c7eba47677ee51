"""Checks a table's rules on existing documents without a load: for developing a rule.

Belongs here: replaying an archive or a folder into a temporary, empty warehouse. Does not belong here: the verdict on
the rows (`verdict`), and the command (`cli`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.archive import Archive
from orchestration.archive.gather import gather_folder, source_names
from orchestration.loading.parse import LOADED, Window, parse_due
from orchestration.loading.rules.report import CheckLine, line_of
from orchestration.loading.rules.rule_files import rules_version, tables_used
from orchestration.loading.rules.verdict import judge, suites_of
from orchestration.loading.workspace import Workspace
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import LEDGER_DEFINITION, RAW_TABLES


@dataclass(frozen=True)
class Replay:
    """The result of a replay.

    Attributes:
        documents: number of documents of the table that could be read.
        rows: number of rows that would be news and were checked.
        lines: one line per evaluated rule.
    """

    documents: int
    rows: int
    lines: tuple[CheckLine, ...]


def rule_names(table: str) -> list[str]:
    """The names of all rules about a raw table."""
    return [rule.name for suite in suites_of(table) for rule in suite.rules]


def replay(table: RawTable, archive: Path, folder: Path | None, only: str | None, memory_limit: str) -> Replay:
    """Check documents as if all of them arrived in one first load.

    Args:
        table: the raw table.
        archive: the archive to read; it is not changed.
        folder: a folder of publisher files with a manifest, to read instead.
        only: the rule to evaluate; None for all.
        memory_limit: of DuckDB.

    Raises:
        ArchiveError: bytes are missing or damaged.
        SourceError: the folder, or a file that it lists, cannot be used.
        SuiteError: a rule is not valid.
    """
    with tempfile.TemporaryDirectory(prefix="tidemark-check-") as name:
        work = Path(name)
        documents = _copy_of_folder(work, folder) if folder else Archive(archive, read_only=True)
        workspace = Workspace(work / "work")
        for needed in sorted(tables_used(table.name)):
            parse_due(documents, {}, rules_version(), RAW_TABLES[needed], Window(), workspace)
        with _empty_warehouse(work, memory_limit) as connection:
            verdict = judge(connection, workspace, table, only)
        read = sum(entry.status == LOADED for entry in workspace.parsed(table.name).entries)
    rules = [rule for suite in suites_of(table.name) for rule in suite.rules if only in (None, rule.name)]
    lines = [
        line_of(f"checked/{table.name}", table.name, rule, [f for f in verdict.findings if f.rule.name == rule.name])
        for rule in rules
    ]
    return Replay(read, verdict.rows_checked, tuple(lines))


def _copy_of_folder(work: Path, folder: Path) -> Archive:
    archive = Archive(work / "archive")
    for source in source_names():
        gather_folder(archive, source, folder, None, None)
    return archive


@contextmanager
def _empty_warehouse(work: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": "2",
        "temp_directory": str(work / "spill"),
    }
    with duckdb.connect(str(work / "replay.duckdb"), config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw")
        for known in RAW_TABLES.values():
            connection.execute(known.definition())
        connection.execute(LEDGER_DEFINITION)
        yield connection
