"""Passes files between the steps of one load, in the home's folder `work`; they are removed when the load ends.

Belongs here: the paths and formats of these files. Does not belong here: what a step does.

    answers/<source>.json       when each dataset last answered
    parsed/<table>.parquet      the rows of the documents that were due, and <table>.json: the documents
    held/<table>.parquet        the rows to quarantine, and <table>.json: the refused documents
    merged/<table>.json         the row counts of each document
    candles/                    candles shorter than an hour, until the load is published
    documents_looked_at         how many documents this load had to examine
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.archive.gather import Answer
from orchestration.loading.merge import MergeCount


@dataclass(frozen=True)
class Entry:
    """One document of a load: a line of the ledger without the counts of the merge.

    `is_indispensable`: it is the newest document of an indispensable dataset; not a column of the ledger.
    """

    document_id: str
    source: str
    dataset: str
    address: str
    retrieved_at: str
    released_on: str | None
    newest_period: str | None
    sha256: str
    size: int
    form: str
    status: str
    reason: str | None
    note: str | None
    rows_parsed: int
    is_indispensable: bool


@dataclass(frozen=True)
class Parsed:
    """The parsed documents of one raw table; the rows are in `Workspace.rows_path`.

    Attributes:
        table: the raw table.
        entries: one per examined document.
        replaced: documents that are already in raw and were parsed again to merge them in the right order.
        rows: how many rows there are.
    """

    table: str
    entries: tuple[Entry, ...]
    replaced: tuple[str, ...]
    rows: int


class Workspace:
    """The folder of one load's intermediate results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def candles(self) -> Path:
        """The folder of candles shorter than an hour until the load is published."""
        return self._folder / "candles"

    def rows_path(self, table: str) -> Path:
        """The path for the Parquet file of the parsed rows of a raw table; creates its folder."""
        return self._file("parsed", f"{table}.parquet")

    def save_parsed(self, parsed: Parsed) -> None:
        """Save the list of parsed documents next to their rows."""
        _write(self.rows_path(parsed.table).with_suffix(".json"), asdict(parsed))

    def parsed(self, table: str) -> Parsed:
        """Load what `save_parsed` saved."""
        content = _read(self.rows_path(table).with_suffix(".json"))
        entries = tuple(Entry(**entry) for entry in content["entries"])
        return Parsed(content["table"], entries, tuple(content["replaced"]), content["rows"])

    def has_parsed(self, table: str) -> bool:
        """Whether this run parsed the table; a run of some assets may not."""
        return self.rows_path(table).exists()

    def held_path(self, table: str) -> Path:
        """The path for the Parquet file of the held rows (`row_number`, `broken_rules`); creates its folder."""
        return self._file("held", f"{table}.parquet")

    def save_refused(self, table: str, reasons: Mapping[str, str]) -> None:
        """Save the documents that the checks refused: reason by document_id."""
        _write(self.held_path(table).with_suffix(".json"), dict(reasons))

    def refused(self, table: str) -> dict[str, str]:
        """Load what `save_refused` saved."""
        return dict(_read(self.held_path(table).with_suffix(".json")))

    def save_counts(self, table: str, counts: Mapping[str, MergeCount]) -> None:
        """Save the row counts of each document, by document_id."""
        _write(self._file("merged", f"{table}.json"), {document: asdict(count) for document, count in counts.items()})

    def counts(self, table: str) -> dict[str, MergeCount]:
        """Load what `save_counts` saved."""
        content = _read(self._file("merged", f"{table}.json"))
        return {document: MergeCount(**count) for document, count in content.items()}

    def save_answers(self, source: str, answers: Iterable[Answer]) -> None:
        """Save the answers for the datasets of a source."""
        _write(self._file("answers", f"{source}.json"), [asdict(answer) for answer in answers])

    def answers(self) -> list[Answer]:
        """The answers of all sources of this run."""
        paths = sorted((self._folder / "answers").glob("*.json"))
        return [Answer(**line) for path in paths for line in _read(path)]

    def save_documents_looked_at(self, count: int) -> None:
        """Save how many documents this load had to examine."""
        _write(self._folder / "documents_looked_at", count)

    def documents_looked_at(self) -> int | None:
        """Load what `save_documents_looked_at` saved; None if the load did not get that far."""
        path = self._folder / "documents_looked_at"
        return int(_read(path)) if path.exists() else None

    def _file(self, kind: str, name: str) -> Path:
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
