"""The relations that the suites of candles look at, built from documents without a warehouse.

Belongs here: offering frames of candles the way a load does, in memory. Does not belong here: any claim about a rule.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd

from orchestration.settings import PROJECT_ROOT
from orchestration.tables.raw.crypto_candles import TABLE as CRYPTO_CANDLES

SUITES = PROJECT_ROOT / "expectations"
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
_KEY = ", ".join(CRYPTO_CANDLES.key)
_VALUES = tuple(CRYPTO_CANDLES.value_columns)


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


@dataclass
class Load:
    """What a load offers, and what was there before it.

    Attributes:
        offered: documents in the order of knowledge.
        known: documents that raw holds already.
        fred: series_id, date and value of the observations that stand beside the candles.
    """

    offered: list[Document]
    known: list[Document] = field(default_factory=list)
    fred: pd.DataFrame | None = None

    def frame(self, suite: str) -> pd.DataFrame:
        """The frame of `rows/crypto_candles` or `documents/crypto_candles`."""
        with duckdb.connect() as connection:
            self.build(connection)
            return connection.execute((SUITES / f"{suite}.sql").read_text(encoding="utf-8")).df()

    def build(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the relations in a connection."""
        load_seeds(connection, "crypto_*.csv")
        columns = ", ".join(f"{name} {kind}" for name, kind in CRYPTO_CANDLES.offered_columns.items())
        connection.execute(f"create table statements ({columns}, document_rank integer, is_offered boolean)")
        ranks: dict[tuple[str, str], int] = {}
        for document in [*self.known, *self.offered]:
            rank = ranks[document.source, document.dataset] = ranks.get((document.source, document.dataset), -1) + 1
            self._insert(connection, document, rank, is_offered=any(document is other for other in self.offered))
        before = ", ".join(f"lag({name}) over earlier as {name}_before" for name in _VALUES)
        differs = " or ".join(f"{name} is distinct from {name}_before" for name in _VALUES)
        says = " or ".join(f"{name} is not null" for name in _VALUES)
        latest = f"qualify row_number() over (partition by {_KEY} order by document_rank desc) = 1"
        listed = [
            {
                "document_id": document.document_id,
                "source": document.source,
                "dataset": document.dataset,
                "address": document.address,
                "retrieved_at": document.retrieved_at.replace(tzinfo=None),
                "released_on": None,
                "newest_period": document.rows["opened_at"].max(),
                "form": "publisher-bytes",
                "rows_offered": len(document.rows),
            }
            for document in self.offered
        ]
        connection.register("listed", pd.DataFrame(listed))
        earlier = [
            (each.document_id, each.address, pd.Timestamp(each.retrieved_at.replace(tzinfo=None)))
            for each in self.known
        ]
        connection.register("listed_before", pd.DataFrame(earlier, columns=["document_id", "address", "retrieved_at"]))
        observations = self.fred if self.fred is not None else pd.DataFrame(columns=["series_id", "date", "value"])
        connection.register("observations", observations)
        connection.execute(
            f"""
            create table judged as
            with numbered as (
                select *, row_number() over (order by is_offered desc, document_rank, line_number) as row_number
                from statements
            ),
            compared as (
                select
                    *,
                    {before},
                    min(document_rank) over (partition by {_KEY}) < document_rank as was_known
                from numbered
                window earlier as (partition by {_KEY} order by document_rank)
            )
            select *, case when was_known then ({differs}) else ({says}) end as is_news from compared;

            create view offered_crypto_candles as select * exclude (is_offered), false as is_dated
            from judged where is_offered;
            create view known_crypto_candles as select {", ".join(CRYPTO_CANDLES.offered_columns)}
            from statements where not is_offered {latest};
            create view latest_crypto_candles as select {", ".join(CRYPTO_CANDLES.offered_columns)},
                case when is_offered and is_news then row_number end as row_number, is_offered and is_news as is_news
            from judged {latest};
            create table latest_fred_observations as
            select
                cast(series_id as varchar) as series_id,
                cast(date as date) as date,
                cast(value as decimal(24, 10)) as value
            from observations;
            create table documents_crypto_candles as
            select * replace (
                cast(retrieved_at as timestamp) as retrieved_at, cast(newest_period as date) as newest_period
            )
            from listed;
            create view profile_crypto_candles as
            select
                document_id,
                count(*) as rows_offered,
                count(*) filter (where was_known) as rows_known,
                count(*) filter (where was_known and is_news) as rows_changed
            from offered_crypto_candles
            group by document_id;
            create view ledger as
            select document_id, address, retrieved_at, 'loaded' as status, count(*) as rows_offered
            from statements inner join (select * from listed_before) using (document_id, retrieved_at)
            group by all
            """
        )

    @staticmethod
    def _insert(connection: duckdb.DuckDBPyConnection, document: Document, rank: int, is_offered: bool) -> None:
        own = document.rows if "parts" in document.rows else document.rows.assign(parts=None)
        rows = own.assign(
            document_id=document.document_id,
            retrieved_at=document.retrieved_at.replace(tzinfo=None),
            released_on=None,
            document_rank=rank,
            is_offered=is_offered,
        )
        names = ", ".join([*CRYPTO_CANDLES.offered_columns, "document_rank", "is_offered"])
        connection.register("rows_of_document", rows)
        connection.execute(f"insert into statements ({names}) select {names} from rows_of_document")
        connection.unregister("rows_of_document")


def load_seeds(connection: duckdb.DuckDBPyConnection, names: str = "*.csv") -> None:
    """The lists as `seed_<name>`, all columns text, an empty cell null."""
    for path in sorted(SEEDS.glob(names)):
        connection.execute(
            f"create table seed_{path.stem} as select * from read_csv($path, header = true, all_varchar = true)",
            {"path": str(path)},
        )


def broken(suite: dict[str, Any], frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows that break each rule of a suite, by rule; rules that nothing breaks are left out."""
    found = {}
    for expectation in suite["expectations"]:
        rows = frame[_breaks(expectation["type"], expectation["kwargs"], frame)]
        if len(rows):
            found[expectation["meta"]["rule"]] = rows
    return found


def _breaks(kind: str, rule: dict[str, Any], frame: pd.DataFrame) -> pd.Series:
    wrong: pd.Series
    if kind == "expect_column_pair_values_a_to_be_greater_than_b":
        first, second = frame[rule["column_A"]], frame[rule["column_B"]]
        wrong = first.notna() & second.notna() & ((first < second) if rule.get("or_equal") else (first <= second))
        return wrong
    values = frame[rule["column"]]
    match kind:
        case "expect_column_values_to_not_be_null":
            wrong = values.isna()
        case "expect_column_values_to_be_null":
            wrong = values.notna()
        case "expect_column_values_to_be_in_set":
            wrong = values.notna() & ~values.isin(rule["value_set"])
        case "expect_column_values_to_be_between":
            low = values < rule["min_value"] if "min_value" in rule else pd.Series(False, index=frame.index)
            high = values > rule["max_value"] if "max_value" in rule else pd.Series(False, index=frame.index)
            wrong = values.notna() & (low | high)
        case _:
            raise AssertionError(f"a rule of a kind that the tests do not know: {kind}")
    return wrong
