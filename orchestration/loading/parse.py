"""Parses the documents that are due into rows in the shape of the raw tables.

Belongs here: choosing documents, parsing them with their publisher's module, adding the origin of each row. Does not
belong here: checks on the rows (`rules`), their comparison with raw (`merge`), and anything that only one publisher or
table needs, which is in its module or description.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.archive import Archive, Document
from orchestration.archive.gather import claimed
from orchestration.archive.store import LIST_FORM
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.sources.base import Aside, DeadFileError, FormatError, Publisher, Retrieval
from orchestration.sources.registry import OTHER, SOURCES, why_not_used
from orchestration.tables.raw_table import RawTable

Rows: TypeAlias = pd.DataFrame | pa.Table
"""What a parser returns: Arrow where a document has a million rows."""

NOT_USED = "not_used"
REFUSED = "refused"
LOADED = "loaded"
DEAD = "dead"

ROWS_OF_A_GROUP = 100_000
"""Minimum size of a row group in the Parquet file: thousands of small ones exceed DuckDB's memory limit."""

_THREADS = 2


class Elsewhere(Protocol):
    """Reads documents whose rows go to files of their own, on other machines."""

    def __call__(self, documents: Sequence[Document], candles: Path) -> Mapping[str, pd.DataFrame | FormatError]:
        """What became of them, by document_id; documents that are left out are read here."""


@dataclass(frozen=True)
class Decision:
    """The decision of an earlier load on a document, from the ledger.

    Attributes:
        status: as in the ledger.
        is_partly_held: some of its rows are in quarantine.
        rules: the version of the rules that was used.
    """

    status: str
    is_partly_held: bool
    rules: str | None


@dataclass(frozen=True)
class Window:
    """The load months of a run, as days of retrieval; None means open at that end."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def holds(self, document: Document) -> bool:
        """Whether the document was retrieved in this window."""
        day = document.retrieved_at.date()
        return (self.first_day is None or day >= self.first_day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class _Dataset:
    """The documents of one dataset, in the order of knowledge."""

    documents: tuple[Document, ...]
    publisher: Publisher
    table: RawTable

    @property
    def aside(self) -> Aside | None:
        """Keeps its rows in files of their own; None if raw has them."""
        aside = self.publisher.aside
        return aside if aside is not None and aside.applies(self.documents[0].dataset) else None

    def retrieved_before(self, document: Document) -> dt.date | None:
        """When the previous document was retrieved."""
        days = [other.retrieved_at.date() for other in self.documents if other.order < document.order]
        return days[-1] if days else None


def parse_due(
    archive: Archive,
    decisions: Mapping[str, Decision],
    rules: str,
    table: RawTable,
    window: Window,
    workspace: Workspace,
    judged_with: Collection[str] = (),
    elsewhere: Elsewhere | None = None,
) -> Parsed:
    """Parse the documents that are due for one raw table, and save their rows in the workspace.

    Args:
        archive: all documents.
        decisions: of earlier loads, by document_id.
        rules: the version of the rules; decisions of another version are made again.
        table: the raw table.
        window: the load months.
        workspace: of this load.
        judged_with: the other raw tables that its rules read. A held document is checked again when one of them has new
            documents.
        elsewhere: reads what it can of the documents whose rows go to files.

    Raises:
        ArchiveError: bytes are missing or damaged.
    """
    schema = _schema(table)
    is_news = _is_something_new(archive, decisions, {table.name, *judged_with}, window)
    due = [(dataset, _due(dataset, decisions, rules, window, is_news=is_news)) for dataset in _datasets(archive, table)]
    aside = [document for dataset, documents in due for document in documents if dataset.aside is not None]
    outcomes = elsewhere(aside, workspace.candles) if elsewhere is not None else {}
    entries: list[Entry] = []
    replaced: list[str] = []

    def read() -> Iterator[pa.Table]:
        for dataset, documents in due:
            replaced.extend(d.document_id for d in documents if _is_loaded(d, decisions))
            rank = 0
            for entry, frame in _parse_all(documents, dataset, archive, workspace.candles, outcomes):
                entries.append(entry)
                if frame is not None:
                    yield _with_lineage(frame, table, entry, rank, schema)
                    rank += 1

    rows = _write(workspace.rows_path(table.name), schema, read())
    parsed = Parsed(table.name, tuple(entries), tuple(replaced), rows)
    workspace.save_parsed(parsed)
    return parsed


def _write(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Write tables to a Parquet file, in their order; returns the number of rows."""
    rows = written = 0
    waiting: list[pa.Table] = []
    with pq.ParquetWriter(path, schema) as writer:
        for table in tables:
            waiting.append(table)
            rows += table.num_rows
            if rows - written >= ROWS_OF_A_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting, written = [], rows
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
    return rows


def unclaimed(archive: Archive, decisions: Mapping[str, Decision], window: Window) -> list[Entry]:
    """The documents that no publisher's module reads and that are not in the ledger yet."""
    return [
        _entry(document, NOT_USED, why_not_used(document.address))
        for document in claimed(archive.documents())
        if document.source == OTHER
        and document.form != LIST_FORM
        and document.document_id not in decisions
        and window.holds(document)
    ]


def no_longer_read(archive: Archive, decisions: Mapping[str, Decision]) -> list[str]:
    """The loaded documents that no publisher's module reads any more; their rows are still in raw."""
    return [
        document.document_id
        for document in claimed(archive.documents())
        if document.source == OTHER and _is_loaded(document, decisions)
    ]


def _datasets(archive: Archive, table: RawTable) -> Iterator[_Dataset]:
    """The datasets of a raw table, in alphabetical order."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in claimed(archive.documents()):
        if document.source == OTHER or SOURCES[document.source].raw_table(document.dataset) != table.name:
            continue
        if document.source not in table.sources:
            raise ValueError(
                f"{document.source} has rows for raw.{table.name}: add it to `sources` in the table's description."
            )
        found[document.source, document.dataset].append(document)
    if table.is_own:
        found = _older_than_news(archive, table, found)
    for (source, _), documents in sorted(found.items()):
        yield _Dataset(tuple(documents), SOURCES[source].PUBLISHER, table)


def _older_than_news(
    archive: Archive, table: RawTable, found: Mapping[tuple[str, str], list[Document]]
) -> dict[tuple[str, str], list[Document]]:
    """Our own statements up to the newest document of a publisher.

    A load writes its statement last. If that were news, every load would make the next one build again.
    """
    newest = max((one.order for one in archive.documents() if one.source not in table.sources), default=None)
    older = {
        key: [document for document in documents if newest is not None and document.order < newest]
        for key, documents in found.items()
    }
    return {key: documents for key, documents in older.items() if documents}


def _is_something_new(
    archive: Archive, decisions: Mapping[str, Decision], tables: Collection[str], window: Window
) -> bool:
    """Whether one of these raw tables has a document without a decision."""
    return any(
        document.source != OTHER
        and _is_undecided(decisions.get(document.document_id))
        and window.holds(document)
        and SOURCES[document.source].raw_table(document.dataset) in tables
        for document in claimed(archive.documents())
    )


def _due(
    dataset: _Dataset, decisions: Mapping[str, Decision], rules: str, window: Window, *, is_news: bool
) -> list[Document]:
    """The documents to parse, in the order of knowledge.

    If a document is older than one that is already in raw, the whole dataset is due, so that raw does not depend on the
    order in which documents arrive.
    """
    newest = dataset.documents[-1]
    due = [
        document
        for document in dataset.documents
        if window.holds(document)
        and _is_open(decisions.get(document.document_id), rules, may_differ_now=is_news and document == newest)
    ]
    loaded = [document for document in dataset.documents if _is_loaded(document, decisions) and document not in due]
    if due and loaded and due[0].order < loaded[-1].order:
        return sorted([*loaded, *due], key=lambda document: document.order)
    return due


def _is_open(decision: Decision | None, rules: str, *, may_differ_now: bool) -> bool:
    """The document has no decision yet; or not all of it was loaded, and there is a new reason to check it.

    The newest document is checked again when something new has arrived, because the finding may have been caused by
    another document. Until then, it costs nothing.
    """
    if decision is None or _is_undecided(decision):
        return True
    is_held = decision.status == REFUSED or (decision.status == LOADED and decision.is_partly_held)
    return is_held and (may_differ_now or decision.rules != rules)


def _is_undecided(decision: Decision | None) -> bool:
    """The document has no decision: it is new, or a source reads it now and none did before."""
    return decision is None or decision.status == NOT_USED


def _is_loaded(document: Document, decisions: Mapping[str, Decision]) -> bool:
    decision = decisions.get(document.document_id)
    return decision is not None and decision.status == LOADED


def _parse_all(
    documents: list[Document],
    dataset: _Dataset,
    archive: Archive,
    candles: Path,
    outcomes: Mapping[str, pd.DataFrame | FormatError],
) -> Iterator[tuple[Entry, Rows | None]]:
    """Documents of one dataset in order; several at a time if their rows go to files and few stay in memory."""
    if dataset.aside is None:
        yield from (_parse(document, dataset, archive) for document in documents)
        return

    def parse(document: Document) -> tuple[Entry, Rows | None]:
        outcome = outcomes.get(document.document_id)
        if outcome is None:
            return _parse(document, dataset, archive, dataset.aside, candles)
        return _decided(document, dataset, archive, outcome)

    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(parse, documents)


def _parse(
    document: Document, dataset: _Dataset, archive: Archive, aside: Aside | None = None, folder: Path | None = None
) -> tuple[Entry, Rows | None]:
    body = archive.read(document)
    outcome: Rows | FormatError
    try:
        outcome = SOURCES[document.source].parse(document.dataset, body, document.retrieved_at)
        if aside is not None and folder is not None:
            assert isinstance(outcome, pd.DataFrame)
            outcome = aside.keep(outcome, document.document_id, document.retrieved_at, folder)
    except FormatError as error:
        outcome = error
    return _decided(document, dataset, archive, outcome)


def _decided(
    document: Document, dataset: _Dataset, archive: Archive, frame: Rows | FormatError
) -> tuple[Entry, Rows | None]:
    """The entry of a document that was read, and its rows; or of one that cannot be read."""
    is_indispensable = dataset.table.is_indispensable and document == dataset.documents[-1]
    if isinstance(frame, DeadFileError):
        return _entry(document, DEAD, str(frame)), None
    if isinstance(frame, FormatError):
        return _entry(document, REFUSED, str(frame), is_indispensable=is_indispensable), None
    newest_period = _newest_period(frame, dataset.table)
    entry = _entry(
        document,
        LOADED,
        released_on=_released_on(document, dataset, newest_period, archive),
        newest_period=newest_period,
        rows_parsed=len(frame),
        is_indispensable=is_indispensable,
    )
    return entry, frame


def _newest_period(frame: Rows, table: RawTable) -> dt.date | None:
    if isinstance(frame, pa.Table):
        newest = pc.max(frame.column(table.period.name)).as_py()
    else:
        newest = frame[table.period.name].max()
    return None if pd.isna(newest) else pd.Timestamp(newest).date()


def _released_on(
    document: Document, dataset: _Dataset, newest_period: dt.date | None, archive: Archive
) -> dt.date | None:
    """The publisher's release day of a document; None if the publisher has no rule for it."""
    rule = dataset.publisher.release_day
    if rule is None:
        return None

    def frames_of(other: str) -> Iterator[pd.DataFrame]:
        for one in archive.documents_of(document.source, other):
            with suppress(FormatError):
                frame = SOURCES[one.source].parse(one.dataset, archive.read(one), one.retrieved_at)
                yield frame if isinstance(frame, pd.DataFrame) else frame.to_pandas()

    retrieved = (document.retrieved_at.date(), dataset.retrieved_before(document))
    return rule(Retrieval(document.dataset, document.address, newest_period, *retrieved, frames_of))


def _entry(
    document: Document,
    status: str,
    reason: str | None = None,
    released_on: dt.date | None = None,
    newest_period: dt.date | None = None,
    rows_parsed: int = 0,
    is_indispensable: bool = False,
) -> Entry:
    return Entry(
        document_id=document.document_id,
        source=document.source,
        dataset=document.dataset,
        address=document.address,
        retrieved_at=document.retrieved_at.replace(tzinfo=None).isoformat(),
        released_on=released_on.isoformat() if released_on else None,
        newest_period=newest_period.isoformat() if newest_period else None,
        sha256=document.sha256,
        size=document.size,
        form=document.form,
        status=status,
        reason=reason,
        note=document.note,
        rows_parsed=rows_parsed,
        is_indispensable=is_indispensable,
    )


def _with_lineage(frame: Rows, table: RawTable, entry: Entry, rank: int, schema: pa.Schema) -> pa.Table:
    """Rows in the raw table's columns, each with its document and, if it has one, its own release day."""
    own = table.release_day
    if isinstance(frame, pa.Table):
        return _arrow_with_lineage(frame, entry, rank, schema)
    released = pd.Series(pd.Timestamp(entry.released_on) if entry.released_on else pd.NaT, index=frame.index)
    days = frame[own.column].fillna(released) if own else released
    completed = frame.assign(
        document_id=entry.document_id,
        retrieved_at=pd.Timestamp(entry.retrieved_at),
        released_on=days,
        document_rank=rank,
        is_dated=days.notna() if own and own.is_vintage else False,
    )
    return pa.Table.from_pandas(completed[schema.names], schema=schema, preserve_index=False)


def _arrow_with_lineage(frame: pa.Table, entry: Entry, rank: int, schema: pa.Schema) -> pa.Table:
    constants = {
        "document_id": entry.document_id,
        "retrieved_at": dt.datetime.fromisoformat(entry.retrieved_at),
        "released_on": dt.date.fromisoformat(entry.released_on) if entry.released_on else None,
        "document_rank": rank,
        "is_dated": False,
    }
    columns = [
        pa.repeat(pa.scalar(constants[field.name], field.type), len(frame))
        if field.name in constants
        else frame.column(field.name).cast(field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


_ARROW = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int32(),
    "double": pa.float64(),
}


def _schema(table: RawTable) -> pa.Schema:
    """Arrow types of the parsed rows; the merge converts doubles to DECIMAL."""
    fields = [(name, _ARROW.get(kind, pa.float64())) for name, kind in table.parsed_columns.items()]
    return pa.schema([*fields, ("document_rank", pa.int32()), ("is_dated", pa.bool_())])


def read_decisions(connection: duckdb.DuckDBPyConnection) -> dict[str, Decision]:
    """The decisions in the ledger, by document_id."""
    rows = connection.execute("select document_id, status, rows_quarantined > 0, rules from raw.documents").fetchall()
    return {document: Decision(status, is_partly_held, rules) for document, status, is_partly_held, rules in rows}
