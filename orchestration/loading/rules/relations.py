"""The relations that the queries of `expectations/` look at: what is offered, what was said before, what would stand.

Belongs here: SQL that follows from the metadata of a raw table alone. Does not belong here: what any one source's
figures must be; that stands in `expectations/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import duckdb
import pandas as pd

from orchestration.loading.parse import LOADED
from orchestration.loading.workspace import Parsed, Workspace
from orchestration.tables.raw_table import Absence, RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.seeds import SEEDS, read_seed
from orchestration.tables.sql import equal, literal, literals

_NEEDS: dict[str, tuple[str, ...]] = {
    "known": (),
    "documents": (),
    "offered": ("known",),
    "latest": ("offered",),
    "profile": ("offered", "documents"),
}
_RELATION = re.compile(rf"\b({'|'.join(_NEEDS)})_({'|'.join(RAW_TABLES)})\b")
_SEED = re.compile(r"\bseed_([a-z0-9_]+)\b")


def tables_read(query: str) -> set[str]:
    """The raw tables that a query looks at."""
    return {table for _, table in _RELATION.findall(query)}


class Relations:
    """Makes the relations that queries name, as temporary tables of one connection; each once.

    `offered_<t>`: the offered rows, each with what was said of its figure before (`<value>_before`, `was_known`), and
    whether it would add a row to raw (`is_news`). `known_<t>`: the last statement of each figure in raw before this
    load. `latest_<t>`: the last statement of each figure if all that is offered were accepted. `documents_<t>` and
    `profile_<t>`: a row a document. `ledger`: raw.documents before this load. `seed_<name>`: a list of the project.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        refused: Collection[str] = (),
        unsaid: Mapping[str, Collection[int]] | None = None,
    ) -> None:
        """Begin.

        Args:
            connection: of the working file, for writing.
            workspace: of this load.
            refused: the documents to look away from.
            unsaid: by raw table, the offered rows that are held back: what comes after them is not compared with them.
        """
        self._connection = connection
        self._workspace = workspace
        self._refused = sorted(refused)
        self._unsaid = {table: sorted(rows) for table, rows in (unsaid or {}).items()}
        self._made: set[str] = set()

    def make_for(self, query: str) -> None:
        """Make what a query names."""
        for kind, table in _RELATION.findall(query):
            self.make(kind, RAW_TABLES[table])
        for seed in _SEED.findall(query):
            if (SEEDS / f"{seed}.csv").exists():
                self._register(f"seed_{seed}", read_seed(seed))
        if re.search(r"\bledger\b", query) and "ledger" not in self._made:
            self._create("ledger", "select * from raw.documents")

    def make(self, kind: str, table: RawTable) -> None:
        """Make one relation of a raw table, and those that it is made from."""
        name = f"{kind}_{table.name}"
        if name in self._made:
            return
        for needed in _NEEDS[kind]:
            self.make(needed, table)
        match kind:
            case "known":
                self._create(name, self._known(table))
            case "offered":
                self._create(f"read_{table.name}", self._read(table))
                self._create(name, _offered(table, self._unsaid.get(table.name, ())))
            case "latest":
                self._create(name, _latest(table))
            case "documents":
                self._register(name, self._documents(table))
            case "profile":
                self._create(name, _profile(table))

    def _create(self, name: str, query: str) -> None:
        self._connection.execute(f"create or replace temp table {name} as {query}")
        self._made.add(name)

    def _register(self, name: str, frame: pd.DataFrame) -> None:
        if name not in self._made:
            self._connection.register(name, frame)
            self._made.add(name)

    def _parsed(self, table: RawTable) -> Parsed | None:
        """What was parsed for the table; None where the run does not parse for it (a few assets, chosen by hand)."""
        return self._workspace.parsed(table.name) if self._workspace.has_parsed(table.name) else None

    def _known(self, table: RawTable) -> str:
        parsed = self._parsed(table)
        replaced = literals(parsed.replaced if parsed else ())
        return f"""
            select {", ".join(table.offered_columns)}
            from raw.{table.name}
            where not list_contains({replaced}, document_id)
            qualify row_number() over (
                partition by {", ".join(table.key)} order by retrieved_at desc, released_on desc, document_id desc
            ) = 1
        """

    def _read(self, table: RawTable) -> str:
        """The rows of the Parquet file in the types of raw."""
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in table.offered_columns.items())
        if not self._workspace.has_parsed(table.name):
            return f"""
                select {columns}, cast(null as bigint) as row_number, 0 as document_rank, false as is_dated
                from raw.{table.name}
                where false
            """
        return f"""
            select {columns}, file_row_number as row_number, document_rank, is_dated
            from read_parquet({literal(str(self._workspace.rows_path(table.name)))}, file_row_number = true)
            where not list_contains({literals(self._refused)}, document_id)
        """

    def _documents(self, table: RawTable) -> pd.DataFrame:
        parsed = self._parsed(table)
        entries = [vars(entry) for entry in parsed.entries] if parsed else []
        columns = [
            "document_id",
            "source",
            "dataset",
            "address",
            "retrieved_at",
            "released_on",
            "newest_period",
            "form",
            "rows_offered",
            "status",
        ]
        frame = pd.DataFrame(entries, columns=columns)
        standing = frame[(frame["status"] == LOADED) & ~frame["document_id"].isin(self._refused)]
        days = ("retrieved_at", "released_on", "newest_period")
        # Said outright, since an empty frame has no types of its own.
        kinds = {name: "datetime64[us]" if name in days else "str" for name in columns} | {"rows_offered": "int64"}
        return standing.astype(kinds).drop(columns="status")


def _offered(table: RawTable, unsaid: Collection[int]) -> str:
    values = list(table.value_columns)
    before = ", ".join(f"statement_before.{name} as {name}_before" for name in values)
    said = ", ".join(f"{name} := {name}" for name in values)
    held = f"coalesce(list_contains([{', '.join(map(str, unsaid))}]::bigint[], row_number), false)"
    some_value = " or ".join(f"offered.{name} is not null" for name in values)
    some_change = " or ".join(f"offered.{name} is distinct from earlier.{name}_before" for name in values)
    columns = ", ".join((*table.key, *values, "retrieved_at", "released_on"))
    return f"""
        with everything as (
            select {columns}, row_number, document_rank from read_{table.name}
            union all
            select {columns}, null as row_number, -1 as document_rank
            from known_{table.name}
            semi join read_{table.name} using ({", ".join(table.series_columns)})
        ),

        with_statement_before as (
            select
                row_number,
                last_value(if({held}, null, struct_pack({said})) ignore nulls) over statements as statement_before
            from everything
            window statements as (
                partition by {", ".join(table.key)}
                order by retrieved_at, document_rank, released_on, row_number
                rows between unbounded preceding and 1 preceding
            )
            qualify row_number is not null
        ),

        earlier as (
            select
                row_number,
                {before},
                statement_before is not null as was_known
            from with_statement_before
        )

        select
            offered.*,
            earlier.* exclude (row_number),
            case
                when offered.is_dated then not exists (
                    select 1 from raw.{table.name} as known
                    where {equal("known", "offered", (*table.key, "released_on"))}
                )
                when earlier.was_known then ({some_change})
                else ({some_value})
            end as is_news
        from read_{table.name} as offered
        inner join earlier on offered.row_number = earlier.row_number
    """


def _latest(table: RawTable) -> str:
    columns = ", ".join(table.offered_columns)
    return f"""
        with everything as (
            select {columns}, row_number, document_rank, is_news from offered_{table.name}
            union all
            select {columns}, null as row_number, -1 as document_rank, false as is_news from known_{table.name}
        )

        select * exclude (document_rank)
        from everything
        qualify row_number() over (
            partition by {", ".join(table.key)}
            order by retrieved_at desc, document_rank desc, released_on desc, row_number desc
        ) = 1
    """


def _profile(table: RawTable) -> str:
    period = table.period_column[0]
    series = ", ".join(table.series_columns)
    key = ", ".join(table.key)
    some_value = " or ".join(f"{name} is not null" for name in table.value_columns)
    some_value_before = " or ".join(f"{name}_before is not null" for name in table.value_columns)
    retracted = (
        "coalesce(earlier.figures_in_window, 0) - contents.rows_known_with_value"
        if table.absence is Absence.RETRACTION
        else "0"
    )
    return f"""
        with contents as (
            select
                document_id,
                count(*) as rows_offered,
                count(*) filter (where was_known) as rows_known,
                count(*) filter (where was_known and is_news) as rows_changed,
                count(*) filter (where was_known and ({some_value_before})) as rows_known_with_value,
                cast(min({period}) as date) as first_period,
                cast(max({period}) as date) as newest_period,
                count(distinct ({series})) as series_offered,
                count(distinct ({series})) filter (where was_known) as series_known_before
            from offered_{table.name}
            group by document_id
        ),

        figures as (
            select {key}, min(retrieved_at) as first_said_at
            from (
                select {key}, retrieved_at from known_{table.name} where {some_value}
                union all
                select {key}, retrieved_at from offered_{table.name} where {some_value}
            )
            group by {key}
        ),

        windows as (
            select
                document_id, {series},
                min(retrieved_at) as retrieved_at, min({period}) as first_period, max({period}) as newest_period
            from offered_{table.name}
            group by document_id, {series}
        ),

        earlier as (
            select
                windows.document_id,
                count(*) filter (
                    where figures.{period} between windows.first_period and windows.newest_period
                ) as figures_in_window,
                cast(min(figures.{period}) as date) as first_period_before,
                cast(max(figures.{period}) as date) as newest_period_before
            from windows
            inner join figures
                on {equal("windows", "figures", tuple(table.series_columns))}
                and figures.first_said_at < windows.retrieved_at
            group by windows.document_id
        )

        select
            contents.* exclude (rows_known_with_value),
            greatest(0, {retracted}) as rows_retracted,
            earlier.first_period_before,
            earlier.newest_period_before
        from contents
        left join earlier on contents.document_id = earlier.document_id
    """
