"""Creates the relations that rules read: incoming rows, values known before, values known after.

Belongs here: SQL that follows from the description of a raw table, and the facts of a suite. Does not belong here:
conditions on figures; those are in `expectations/`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import duckdb
import pandas as pd

from orchestration.loading.parse import LOADED
from orchestration.loading.rules.rule_files import LEDGER, SEED, Fact, SuiteError
from orchestration.loading.workspace import Parsed, Workspace
from orchestration.tables.raw_table import Absence, RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.seeds import read_seed
from orchestration.tables.sql import equal, literal, literals

_MADE_FROM: dict[str, tuple[str, ...]] = {
    "known": (),
    "documents": (),
    "read": (),
    "incoming": ("known", "read"),
    "news": ("incoming",),
    "latest": ("read", "known"),
    "profile": ("incoming", "known"),
}


class Relations:
    """The relations of one raw table's rules, as temporary tables of one connection; each is created once.

    `expectations/README.md` lists them. After a change, dependent relations are created again when they are needed.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        table: RawTable | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Start without relations.

        Args:
            connection: of the working file, for writing.
            workspace: of this load.
            table: the table of the rules; None for rules about all tables.
            facts: the facts of the rules, by name.
        """
        self.connection = connection
        self._workspace = workspace
        self._table = table
        self._facts = dict(facts or {})
        self._made_from: dict[str, set[str]] = {}
        self._views: set[str] = set()
        self._refused: list[str] = []
        self._passed_over: list[int] = []

    def look_away_from(self, documents: Collection[str], rows: Collection[int]) -> None:
        """Exclude documents and rows.

        Args:
            documents: refused documents; their rows are no longer in `incoming`.
            rows: row numbers of held rows; later rows are no longer compared with them.
        """
        if sorted(documents) != self._refused:
            self._forget("read", "documents")
        if sorted(rows) != self._passed_over:
            self._forget("incoming")
        self._refused, self._passed_over = sorted(documents), sorted(rows)

    def put(self, name: str, query: str) -> None:
        """Create or replace a relation from a query."""
        self._forget(name)
        self._create(name, query)

    def register(self, name: str, frame: pd.DataFrame) -> None:
        """Create or replace a relation from a frame."""
        self.connection.register("frame", frame)
        self.put(name, "select * from frame")
        self.connection.unregister("frame")

    def need(self, names: Iterable[str]) -> None:
        """Create relations and those they depend on.

        Raises:
            SuiteError: a fact's SQL fails.
        """
        for name in names:
            if name not in self._made_from and not name.startswith("raw."):
                self._make(name)

    def drop(self) -> None:
        """Drop all relations."""
        self._forget(*self._made_from)

    def _make(self, name: str) -> None:
        if name in self._facts:
            fact = self._facts[name]
            self.need(fact.uses)
            try:
                self._create(name, fact.query, fact.uses)
            except duckdb.Error as error:
                raise SuiteError(f"{fact.path}: {error}") from None
        elif name.startswith(SEED):
            self.register(name, read_seed(name.removeprefix(SEED)))
        elif name == LEDGER:
            self._create(LEDGER, "select * from raw.documents", is_view=True)
        elif name in _MADE_FROM and self._table is not None:
            self._make_kind(name, self._table)
        else:
            kind, _, other = name.partition("_")
            self._make_kind(kind, RAW_TABLES[other])

    def _make_kind(self, kind: str, table: RawTable) -> None:
        inputs = [self._name(needed, table) for needed in _MADE_FROM[kind]]
        self.need(inputs)
        name = self._name(kind, table)
        if kind == "documents":
            self.register(name, self._documents(table))
            return
        passed_over = self._passed_over if table is self._table else ()
        queries: dict[str, Callable[[], str]] = {
            "known": lambda: self._known(table),
            "read": lambda: self._read(table),
            "incoming": lambda: (
                _incoming_once(table, *inputs)
                if self._is_single(table)
                else _incoming(table, inputs[0], inputs[1], passed_over)
            ),
            "news": lambda: f"select * from {inputs[0]} where is_news",
            "latest": lambda: _latest(table, inputs[0], inputs[1]),
            "profile": lambda: _profile(table, inputs[0], inputs[1], is_one=self._is_one_document(table)),
        }
        # A rule reads only parts of another table; with a view, DuckDB computes only those. And what is read only once
        # needs no copy.
        is_view = kind == "news" or (kind == "read" and self._is_single(table)) or table is not self._table
        self._create(name, queries[kind](), inputs, is_view=is_view)

    def _name(self, kind: str, table: RawTable) -> str:
        return kind if table is self._table else f"{kind}_{table.name}"

    def _create(self, name: str, query: str, inputs: Collection[str] = (), *, is_view: bool = False) -> None:
        self.connection.execute(f"create temp {'view' if is_view else 'table'} {name} as {query}")
        self._made_from[name] = set(inputs)
        if is_view:
            self._views.add(name)

    def _forget(self, *names: str) -> None:
        """Drop relations and those that depend on them."""
        stale = set(names) & set(self._made_from)
        while more := {name for name, inputs in self._made_from.items() if inputs & stale} - stale:
            stale |= more
        # Views first: a table cannot be dropped while a view uses it.
        for name in sorted(stale, key=lambda name: name not in self._views):
            self.connection.execute(f"drop {'view' if name in self._views else 'table'} temp.{name}")
            del self._made_from[name]
        self._views -= stale

    def _parsed(self, table: RawTable) -> Parsed | None:
        """The parsed documents of the table; None if the run does not parse it (a run of some assets)."""
        return self._workspace.parsed(table.name) if self._workspace.has_parsed(table.name) else None

    def _is_single(self, table: RawTable) -> bool:
        """Whether no figure comes twice: from one document a dataset, that says each figure once."""
        parsed = self._parsed(table)
        datasets = [entry.dataset for entry in parsed.entries if entry.rows_parsed] if parsed else []
        return table.is_said_once and len(set(datasets)) == len(datasets)

    def _is_one_document(self, table: RawTable) -> bool:
        """Whether at most one document is incoming."""
        parsed = self._parsed(table)
        return parsed is None or sum(entry.rows_parsed > 0 for entry in parsed.entries) <= 1

    def _known(self, table: RawTable) -> str:
        parsed = self._parsed(table)
        return table.latest(table.parsed_columns, _is_not_of(parsed.replaced if parsed else ()))

    def _read(self, table: RawTable) -> str:
        """The rows of the Parquet file in the types of raw."""
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in table.parsed_columns.items())
        if not self._workspace.has_parsed(table.name):
            return f"""
                select {columns}, cast(null as bigint) as row_number, 0 as document_rank, false as is_dated
                from raw.{table.name}
                where false
            """
        return f"""
            select {columns}, file_row_number as row_number, document_rank, is_dated
            from read_parquet({literal(str(self._workspace.rows_path(table.name)))}, file_row_number = true)
            where {_is_not_of(self._refused)}
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
            "rows_parsed",
            "status",
        ]
        frame = pd.DataFrame(entries, columns=columns)
        loaded = frame[(frame["status"] == LOADED) & ~frame["document_id"].isin(self._refused)]
        days = ("retrieved_at", "released_on", "newest_period")
        # An empty frame has no types of its own.
        kinds = {name: "datetime64[us]" if name in days else "str" for name in columns} | {"rows_parsed": "int64"}
        return loaded.astype(kinds).drop(columns="status")


def _is_not_of(documents: Collection[str]) -> str:
    """The condition that leaves documents out; `true` where there are none, since it costs a second a million rows."""
    return f"not list_contains({literals(documents)}, document_id)" if documents else "true"


def _incoming_once(table: RawTable, known: str, read: str) -> str:
    """As `_incoming`, where no figure comes twice: its statement before is the known one."""
    before = ", ".join(f"known.{name} as {name}_before" for name in table.value_columns)
    some_value = " or ".join(f"incoming.{name} is not null" for name in table.value_columns)
    some_change = " or ".join(f"incoming.{name} is distinct from known.{name}" for name in table.value_columns)
    return f"""
        select
            incoming.*,
            {before},
            known.{table.key[0]} is not null as was_known,
            case when known.{table.key[0]} is null then ({some_value}) else ({some_change}) end as is_news
        from {read} as incoming
        left join {known} as known on {equal("incoming", "known", table.key)}
    """


def _incoming(table: RawTable, known: str, read: str, passed_over: Collection[int]) -> str:
    values = list(table.value_columns)
    before = ", ".join(f"statement_before.{name} as {name}_before" for name in values)
    statement = ", ".join(f"{name} := {name}" for name in values)
    held = f"coalesce(list_contains([{', '.join(map(str, passed_over))}]::bigint[], row_number), false)"
    some_value = " or ".join(f"incoming.{name} is not null" for name in values)
    some_change = " or ".join(f"incoming.{name} is distinct from earlier.{name}_before" for name in values)
    columns = ", ".join((*table.key, *values, "retrieved_at", "released_on"))
    return f"""
        with everything as (
            select {columns}, row_number, document_rank from {read}
            union all
            select {columns}, null as row_number, -1 as document_rank
            from {known}
            semi join {read} using ({", ".join(table.series_columns)})
        ),

        with_statement_before as (
            select
                row_number,
                last_value(if({held}, null, struct_pack({statement})) ignore nulls) over statements as statement_before
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
            incoming.*,
            earlier.* exclude (row_number),
            case
                when incoming.is_dated then not exists (
                    select 1 from raw.{table.name} as known
                    where {equal("known", "incoming", (*table.key, "released_on"))}
                )
                when earlier.was_known then ({some_change})
                else ({some_value})
            end as is_news
        from {read} as incoming
        inner join earlier on incoming.row_number = earlier.row_number
    """


def _latest(table: RawTable, read: str, known: str) -> str:
    columns = ", ".join(table.parsed_columns)
    return f"""
        with everything as (
            select {columns}, row_number, document_rank from {read}
            union all
            select {columns}, null as row_number, -1 as document_rank from {known}
        )

        select * exclude (document_rank)
        from everything
        qualify row_number() over (
            partition by {", ".join(table.key)}
            order by retrieved_at desc, document_rank desc, released_on desc, row_number desc
        ) = 1
    """


def _profile(table: RawTable, incoming: str, known: str, *, is_one: bool) -> str:
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
    said = f"select {key}, retrieved_at from {known} where {some_value}"
    if not is_one:
        # What an earlier document of this load said was known to a later one.
        said = f"""
            select {key}, min(retrieved_at) as retrieved_at
            from ({said} union all select {key}, retrieved_at from {incoming} where {some_value})
            group by {key}
        """
    return f"""
        with contents as (
            select
                document_id,
                count(*) as rows_parsed,
                count(*) filter (where was_known) as rows_known,
                count(*) filter (where was_known and is_news) as rows_changed,
                count(*) filter (where was_known and ({some_value_before})) as rows_known_with_value,
                cast(min({period}) as date) as first_period,
                cast(max({period}) as date) as newest_period,
                count(distinct ({series})) as series_parsed,
                count(distinct ({series})) filter (where was_known) as series_known_before
            from {incoming}
            group by document_id
        ),

        figures as (
            {said}
        ),

        windows as (
            select
                document_id, {series},
                min(retrieved_at) as retrieved_at, min({period}) as first_period, max({period}) as newest_period
            from {incoming}
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
                and figures.retrieved_at < windows.retrieved_at
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
