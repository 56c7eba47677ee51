"""Loads of candles into a small warehouse in memory, and what each rule finds in them.

Belongs here: offering frames of candles the way a load does. Does not belong here: any claim about a rule.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.loading.ledger import record
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import ROW, Rule, read_suite
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.tables.raw.crypto_candles import TABLE as CRYPTO_CANDLES
from orchestration.tables.raw_tables import LEDGER_DEFINITION, RAW_TABLES

SUITE = read_suite(CRYPTO_CANDLES.name)


@dataclass(frozen=True)
class Document:
    """One document that offers candles: where it comes from, when, and its rows (the columns of a parser)."""

    source: str
    dataset: str
    address: str
    retrieved_at: dt.datetime
    rows: pd.DataFrame

    @property
    def document_id(self) -> str:
        """A name of its own, that a person can read."""
        return f"{self.source} {self.dataset} {self.retrieved_at:%Y-%m-%d %H:%M} {self.address[-60:]}"

    @property
    def naive(self) -> dt.datetime:
        """When it was retrieved, as raw says it."""
        return self.retrieved_at.replace(tzinfo=None)


@dataclass
class Load:
    """What a load offers, and what was there before it.

    Attributes:
        incoming: documents in the order of knowledge.
        known: documents that raw has already.
        fred: series_id, date and value of FRED's observations.
    """

    incoming: list[Document]
    known: list[Document] = field(default_factory=list)
    fred: pd.DataFrame | None = None

    def broken(self, *scopes: str) -> dict[str, pd.DataFrame]:
        """What breaks each rule of these scopes; rules that nothing breaks are left out."""
        rules = [rule for rule in SUITE.rules if rule.scope in scopes]
        with tempfile.TemporaryDirectory() as work, duckdb.connect() as connection:
            self._build(connection, Workspace(Path(work)))
            relations = Relations(connection, Workspace(Path(work)), CRYPTO_CANDLES, SUITE.facts)
            return {rule.name: rows for rule in rules if len(rows := _breaking(relations, rule))}

    def incoming_rows(self, relation: str) -> pd.DataFrame:
        """A relation that the rules look at."""
        with tempfile.TemporaryDirectory() as work, duckdb.connect() as connection:
            self._build(connection, Workspace(Path(work)))
            relations = Relations(connection, Workspace(Path(work)), CRYPTO_CANDLES, SUITE.facts)
            relations.need([relation])
            return connection.sql(f"from {relation}").df()

    def _build(self, connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
        connection.execute("set threads = 1")
        connection.execute("create schema raw")
        for table in RAW_TABLES.values():
            connection.execute(table.definition())
        connection.execute(LEDGER_DEFINITION)
        for document in self.known:
            connection.from_df(_completed(document, 0)).create_view("known_rows")
            names = ", ".join(CRYPTO_CANDLES.parsed_columns)
            connection.execute(f"insert into raw.crypto_candles ({names}) select {names} from known_rows")
            connection.execute("drop view known_rows")
        record(connection, [_entry(document) for document in self.known], {}, {}, "")
        if self.fred is not None:
            connection.register("observations", self.fred)
            connection.execute(
                "insert into raw.fred_observations (series_id, date, value, document_id, retrieved_at) "
                "select series_id, date, value, 'fred', timestamp '2020-01-01' from observations"
            )
        self._offer(work)

    def _offer(self, work: Workspace) -> None:
        path = work.rows_path(CRYPTO_CANDLES.name)
        ranks: dict[tuple[str, str], int] = {}
        frames = []
        for document in self.incoming:
            rank = ranks[document.source, document.dataset] = ranks.get((document.source, document.dataset), -1) + 1
            frames.append(_completed(document, rank))
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in CRYPTO_CANDLES.parsed_columns.items())
        duckdb.from_df(pd.concat(frames, ignore_index=True)).query(
            "incoming", f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from incoming"
        ).write_parquet(str(path))
        entries = tuple(_entry(document) for document in self.incoming)
        work.save_parsed(Parsed(CRYPTO_CANDLES.name, entries, (), sum(len(frame) for frame in frames)))


def _breaking(relations: Relations, rule: Rule) -> pd.DataFrame:
    """The rows that a rule selects, with their line where it names rows."""
    relations.need([*rule.uses, "incoming"])
    named = "select breaking.*, line_number from ({}) as breaking inner join incoming using (row_number)"
    return relations.connection.sql(named.format(rule.query) if rule.scope == ROW else rule.query).df()


def _completed(document: Document, rank: int) -> pd.DataFrame:
    own = document.rows if "parts" in document.rows else document.rows.assign(parts=pd.Series(dtype="Int32"))
    return own.assign(
        document_id=document.document_id,
        retrieved_at=document.naive,
        released_on=pd.Series(dtype="datetime64[us]"),
        document_rank=rank,
        is_dated=False,
    )


def _entry(document: Document) -> Entry:
    return Entry(
        document_id=document.document_id,
        source=document.source,
        dataset=document.dataset,
        address=document.address,
        retrieved_at=document.naive.isoformat(),
        released_on=None,
        newest_period=None,
        sha256="",
        size=0,
        form="publisher-bytes",
        status=LOADED,
        reason=None,
        note=None,
        rows_parsed=len(document.rows),
        is_indispensable=False,
    )
