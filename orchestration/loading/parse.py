"""From the archive's bytes to rows offered to raw: which documents are due, and their rows as one Parquet file a table.

Belongs here: choosing documents, parsing them through their publisher's module, adding where each row comes from.
Does not belong here: checks on the rows (`rules`) and their comparison with raw (`merge`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.archive import Archive, Document
from orchestration.loading.intraday import days_of, is_intraday, keep_aside
from orchestration.sources import tic
from orchestration.sources.base import DeadFileError, FormatError
from orchestration.sources.registry import OTHER, SOURCES
from orchestration.tables.raw_tables import CRYPTO_CANDLES, RAW_TABLES, TIC_HOLDINGS, RawTable

NOT_USED = "not_used"
REFUSED = "refused"
LOADED = "loaded"
DEAD = "dead"

ROWS_OF_A_GROUP = 100_000
"""Of the Parquet file, at least: DuckDB takes more memory for thousands of small ones than it is given."""

_THREADS = 2


@dataclass(frozen=True)
class Settled:
    """What the ledger says of a document.

    Attributes:
        status: what became of it.
        is_partly_held: some of its rows are in quarantine.
        rules: the version of the rules that decided.
    """

    status: str
    is_partly_held: bool
    rules: str | None


@dataclass(frozen=True)
class Window:
    """The load months of a run, as days of retrieval; open at either end where None."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def holds(self, document: Document) -> bool:
        """Whether the document was learned in this window."""
        day = document.retrieved_at.date()
        return (self.first_day is None or day >= self.first_day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Entry:
    """What a load made of one document: a line of the ledger, less the counts of the merge.

    `is_indispensable`: the newest document of a dataset without which there is no load; the ledger does not list it.
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
    rows_offered: int
    is_indispensable: bool


@dataclass(frozen=True)
class Offer:
    """The rows offered to one raw table.

    Attributes:
        table: the raw table.
        path: Parquet of the rows.
        entries: one a document that was looked at.
        replaced: documents whose rows raw holds already, and that are offered again in the right order.
        rows: how many rows are offered.
    """

    table: str
    path: Path
    entries: tuple[Entry, ...]
    replaced: tuple[str, ...]
    rows: int

    def save(self) -> None:
        """Write the offer's list beside its rows, for the later steps of the run."""
        content = asdict(self) | {"path": str(self.path)}
        self.path.with_suffix(".json").write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Offer:
        """Read what `save` wrote."""
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        entries = tuple(Entry(**entry) for entry in content["entries"])
        return cls(content["table"], Path(content["path"]), entries, tuple(content["replaced"]), content["rows"])


def offer_path(work: Path, table: str) -> Path:
    """Where the rows offered to a raw table lie during a run."""
    return work / "offered" / f"{table}.parquet"


def offer(
    archive: Archive,
    settled: Mapping[str, Settled],
    rules: str,
    table: RawTable,
    window: Window,
    path: Path,
    judged_with: Collection[str] = (),
) -> Offer:
    """Parse what is due for one raw table.

    Args:
        archive: all documents.
        settled: the documents that the ledger knows, by document_id.
        rules: the version of the rules; what another version decided on is looked at again.
        table: the raw table.
        window: the load months.
        path: the Parquet file to write; candles shorter than an hour come to lie in folders beside it.
        judged_with: the raw tables that its rules look at besides its own. A held document is looked at again when
            there is something new in one of them.

    Raises:
        ArchiveError: bytes are missing or damaged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = _schema(table)
    entries: list[Entry] = []
    replaced: list[str] = []

    def read() -> Iterator[pa.Table]:
        for documents in _due(archive, settled, rules, {table.name, *judged_with}, table.name, window):
            replaced.extend(d.document_id for d in documents if _is_loaded(d, settled))
            rank = 0
            for entry, frame in _parsed(documents, archive, path.parent):
                entries.append(entry)
                if frame is not None:
                    yield _with_lineage(frame, table, entry, rank, schema)
                    rank += 1

    rows = _write(path, schema, read())
    return Offer(table.name, path, tuple(entries), tuple(replaced), rows)


def _write(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Write tables to a Parquet file, in their order; returns how many rows there are."""
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


def unread(archive: Archive, settled: Mapping[str, Settled], window: Window) -> list[Entry]:
    """The documents that no publisher's module reads, and that the ledger does not list yet."""
    return [
        _entry(document, NOT_USED, "No source of Tidemark reads this document.")
        for document in archive.documents()
        if document.source == OTHER and document.document_id not in settled and window.holds(document)
    ]


def _due(
    archive: Archive,
    settled: Mapping[str, Settled],
    rules: str,
    judged_with: Collection[str],
    table: str,
    window: Window,
) -> Iterable[list[Document]]:
    """The documents to parse, by dataset, each in the order of knowledge.

    A document older than one that raw holds already puts the whole dataset up again, so that raw does not depend
    on the order in which documents came in.
    """
    by_dataset: dict[tuple[str, str], list[Document]] = defaultdict(list)
    is_news = False
    for document in archive.documents():
        if document.source != OTHER:
            serves = SOURCES[document.source].raw_table(document.dataset)
            is_new = document.document_id not in settled and window.holds(document)
            is_news = is_news or (is_new and serves in judged_with)
            if serves == table:
                by_dataset[document.source, document.dataset].append(document)
    for _, documents in sorted(by_dataset.items()):
        due = [
            document
            for document in documents
            if window.holds(document)
            and _is_open(settled.get(document.document_id), rules, may_differ_now=is_news and document == documents[-1])
        ]
        if not due:
            continue
        loaded = [document for document in documents if _is_loaded(document, settled) and document not in due]
        if loaded and min(d.order for d in due) < max(d.order for d in loaded):
            yield sorted([*loaded, *due], key=lambda d: d.order)
        else:
            yield due


def _is_open(known: Settled | None, rules: str, *, may_differ_now: bool) -> bool:
    """Nothing was decided on the document yet; or not all of it was let in, and there is a new reason to look.

    The newest document is looked at again when something new has come: what spoke against it may have been another
    document. While nothing has, a load is as cheap as one with nothing new.
    """
    if known is None:
        return True
    is_held = known.status == REFUSED or (known.status == LOADED and known.is_partly_held)
    return is_held and (may_differ_now or known.rules != rules)


def _is_loaded(document: Document, settled: Mapping[str, Settled]) -> bool:
    known = settled.get(document.document_id)
    return known is not None and known.status == LOADED


def _parsed(documents: list[Document], archive: Archive, folder: Path) -> Iterator[tuple[Entry, pd.DataFrame | None]]:
    """The documents of one dataset in order; several at a time where unpacking and reading leave Python alone."""
    if not is_intraday(documents[0].dataset):
        yield from (_parse(document, archive, folder) for document in documents)
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(lambda document: _parse(document, archive, folder), documents)


def _parse(document: Document, archive: Archive, folder: Path) -> tuple[Entry, pd.DataFrame | None]:
    source = SOURCES[document.source]
    body = archive.read(document)
    is_indispensable = (
        _is_required(document) and archive.documents_of(document.source, document.dataset)[-1] == document
    )
    try:
        frame = source.parse(document.dataset, body, document.retrieved_at)
        if is_intraday(document.dataset):
            frame = _days(document, frame, folder)
    except DeadFileError as error:
        return _entry(document, DEAD, str(error)), None
    except FormatError as error:
        return _entry(document, REFUSED, str(error), is_indispensable=is_indispensable), None
    frame = _in_raw_columns(source.raw_table(document.dataset), frame)
    newest_period = _newest_period(frame, RAW_TABLES[source.raw_table(document.dataset)])
    released_on = _released_on(document, archive, newest_period)
    entry = _entry(
        document,
        LOADED,
        released_on=released_on,
        newest_period=newest_period,
        rows_offered=len(frame),
        is_indispensable=is_indispensable,
    )
    return entry, frame


def _is_required(document: Document) -> bool:
    """A load without TIC's tables is none; a series, a symbol or an announcement of days can be missed."""
    return SOURCES[document.source].raw_table(document.dataset) == TIC_HOLDINGS.name


def _days(document: Document, candles: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Keep short candles aside, and go on with the days that they make."""
    retrieved_at = pd.Timestamp(document.retrieved_at.replace(tzinfo=None))
    days = days_of(candles, retrieved_at)
    keep_aside(candles, document.document_id, retrieved_at, folder)
    return days


def _in_raw_columns(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Turn a publisher's frame into the columns of its raw table."""
    match table:
        case "tic_holdings":
            return _one_row_a_statement(frame)
        case "tic_release_calendar":
            return frame.rename(columns={"released_on": "announced_on"})
        case CRYPTO_CANDLES.name if "parts" not in frame.columns:
            return frame.assign(parts=pd.Series(dtype="Int32"))
        case _:
            return frame


def _one_row_a_statement(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a measure -> a row a statement, with a column a measure: holdings and flows of a month change together."""
    measures = ", ".join(
        f"max(value) filter (where measure = '{measure}') as {measure}" for measure in TIC_HOLDINGS.value_columns
    )
    # Both ways by Arrow: texts then stay where they are.
    statements: pd.DataFrame = (
        duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
        .query(
            "frame",
            f"""
        select series, country_code, month_end, security_type, instrument, {measures},
            any_value(unit) as unit, any_value(basis) as basis, any_value(published_name) as published_name,
            max(revised_on) as revised_on, min(line_number) as line_number
        from frame
        group by series, country_code, month_end, security_type, instrument
        order by line_number, series, security_type, instrument, month_end
        """,
        )
        .to_arrow_table()
        .to_pandas()
    )
    return statements


def _newest_period(frame: pd.DataFrame, table: RawTable) -> dt.date | None:
    newest = frame[table.period_column[0]].max()
    return None if pd.isna(newest) else pd.Timestamp(newest).date()


def _released_on(document: Document, archive: Archive, newest_period: dt.date | None) -> dt.date | None:
    """The TIC release that a document belongs to; other publishers have no release days."""
    if document.source != tic.NAME or document.dataset == "release_calendar" or newest_period is None:
        return None
    before = [
        d.retrieved_at.date()
        for d in archive.documents_of(document.source, document.dataset)
        if d.order < document.order
    ]
    return tic.release_day(
        document.dataset, newest_period, document.retrieved_at.date(), before[-1] if before else None
    )


def _entry(
    document: Document,
    status: str,
    reason: str | None = None,
    released_on: dt.date | None = None,
    newest_period: dt.date | None = None,
    rows_offered: int = 0,
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
        rows_offered=rows_offered,
        is_indispensable=is_indispensable,
    )


def _with_lineage(frame: pd.DataFrame, table: RawTable, entry: Entry, rank: int, schema: pa.Schema) -> pa.Table:
    """Rows in the raw table's columns, each with its document, and its own release day where it has one."""
    own_day = {"tic_holdings": "revised_on", "fred_observations": "realtime_start"}.get(table.name)
    is_dated = table.name == "fred_observations" and own_day is not None
    released = pd.Series(pd.Timestamp(entry.released_on) if entry.released_on else pd.NaT, index=frame.index)
    days = frame[own_day].fillna(released) if own_day else released
    completed = frame.assign(
        document_id=entry.document_id,
        retrieved_at=pd.Timestamp(entry.retrieved_at),
        released_on=days,
        document_rank=rank,
        is_dated=days.notna() if is_dated else False,
    )
    return pa.Table.from_pandas(completed[schema.names], schema=schema, preserve_index=False)


_ARROW = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int32(),
    "double": pa.float64(),
}


def _schema(table: RawTable) -> pa.Schema:
    """Arrow types of the offered rows; DuckDB makes DECIMALs of the doubles when it merges."""
    fields = [(name, _ARROW.get(kind, pa.float64())) for name, kind in table.offered_columns.items()]
    return pa.schema([*fields, ("document_rank", pa.int32()), ("is_dated", pa.bool_())])


def settled_documents(connection: duckdb.DuckDBPyConnection) -> dict[str, Settled]:
    """What the ledger says, by document_id."""
    rows = connection.execute("select document_id, status, rows_quarantined > 0, rules from raw.documents").fetchall()
    return {document: Settled(status, is_partly_held, rules) for document, status, is_partly_held, rules in rows}
