"""What follows from the suites for the rows that a load offers to one raw table: loaded, held back, or refused.

Belongs here: the order of the suites, and the consequence of a breach. A critical rule about rows holds them back, one
about a document refuses it whole; where the document is the newest of a dataset that the warehouse cannot do without,
that stops the load. Does not belong here: the rules (`expectations/`), and where held rows are kept (`merge`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import duckdb
import pandas as pd
import pyarrow as pa

from orchestration.loading.parse import REFUSED
from orchestration.loading.rules.corrections import accepted_rows, accepts_document
from orchestration.loading.rules.relations import Relations, tables_read
from orchestration.loading.rules.suites import Breach, Rule, Suite, read_suite, run_suite
from orchestration.loading.workspace import Entry, Workspace
from orchestration.tables.raw_table import RawTable
from orchestration.tables.sql import literal

ROWS_AT_ONCE = 100_000
"""Great Expectations copies what it looks at: a large table is checked in parts."""

SHOWN_ROWS = 5
READING = "reading"
QUARANTINE = "quarantine"
ROW_IDENTITY = ["row_number", "document_id", "line_number"]


class Consequence(StrEnum):
    """What a breach of a rule leads to."""

    STOPS = "stops the load"
    REFUSES = "refuses the document"
    HOLDS_BACK = "holds the rows back"
    REPORTS = "is reported"
    ACCEPTED = "is accepted by a correction"


@dataclass(frozen=True)
class Finding:
    """What one rule found in one document.

    Attributes:
        rule: the rule.
        suite: path below `expectations/`.
        consequence: what it leads to.
        document_id: the document.
        rows: how many of its rows break the rule; 1 for a rule about documents.
        examples: a line for each of the first rows, for a person; as many as `SHOWN_ROWS`.
        corrections: ids of the corrections that accept the rows.
        subjects: publisher and dataset of each, where the rule is about datasets.
    """

    rule: Rule
    suite: str
    consequence: Consequence
    document_id: str
    rows: int
    examples: tuple[str, ...]
    corrections: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def is_about_document(self) -> bool:
        """The rule looks at documents, not at their rows."""
        return not self.suite.startswith("rows/")


@dataclass(frozen=True)
class Verdict:
    """What becomes of the rows offered to one raw table.

    Attributes:
        table: the raw table.
        rows_checked: rows that would be news to raw, and were held against the rules.
        findings: what broken rules found.
        refused: reason by document_id.
    """

    table: str
    rows_checked: int
    findings: tuple[Finding, ...]
    refused: dict[str, str]


def suites_of(table: str) -> tuple[Suite, ...]:
    """The suites that decide on the offered rows of a raw table, in their order."""
    return tuple(read_suite(name) for name in (READING, f"documents/{table}", f"rows/{table}", QUARANTINE))


def tables_needed(table: str) -> set[str]:
    """The raw tables whose offers the suites of a table look at."""
    return {table}.union(*(tables_read(suite.query) for suite in suites_of(table)[1:3]))


def judge(connection: duckdb.DuckDBPyConnection, workspace: Workspace, table: RawTable) -> Verdict:
    """Hold what is offered to a raw table against its suites.

    A document is compared with what was said before it; so one that is refused is taken out, and the others are
    judged anew without it. Of a row that is held back the same is true: later statements of its figure are judged
    anew beside the one before it.

    Args:
        connection: of the working file, for writing.
        workspace: of this load.
        table: the raw table.

    Raises:
        SuiteError: a suite is not valid, or a rule could not be run.
    """
    entries = {entry.document_id: entry for entry in workspace.parsed(table.name).entries}
    if not entries:
        # Nothing to judge: a load of nothing new does without the seconds that Great Expectations takes to start.
        _hold(connection, {})
        _save(connection, workspace, table, {}, {})
        return Verdict(table.name, 0, (), {})
    findings = list(_judge_reading(entries))
    refused: dict[str, list[str]] = {}
    unsaid: set[int] = set()
    while True:
        relations = Relations(connection, workspace, refused, {table.name: unsaid})
        found = list(_judge_documents(connection, relations, table, entries))
        suspects = _suspects(found, entries)
        if not suspects:
            found += _judge_rows(connection, relations, table, entries)
            suspects = _suspects(found, entries)
        wrong = set() if suspects else _held_before_others(connection, table, unsaid)
        if wrong:
            unsaid |= wrong
            continue
        if not suspects:
            findings += found
            break
        for document in suspects:
            broken = [f for f in found if f.document_id == document and f.consequence is not Consequence.REPORTS]
            refused[document] = list(dict.fromkeys(finding.rule.name for finding in broken))
            findings += broken
    reasons = {document: f"It breaks the rule {', '.join(rules)}." for document, rules in refused.items()}
    _save(connection, workspace, table, refused, reasons)
    return Verdict(table.name, _count_news(connection, table), tuple(findings), reasons)


def _judge_reading(entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """Documents that their publisher's module could not read have no rows; what it said is the finding."""
    suite = read_suite(READING)
    unread = [(entry.document_id, entry.reason or "") for entry in entries.values() if entry.status == REFUSED]
    yield from _about_documents(suite, pd.DataFrame(unread, columns=["document_id", "reason"]), None, entries)


def _judge_documents(
    connection: duckdb.DuckDBPyConnection, relations: Relations, table: RawTable, entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    suite = read_suite(f"documents/{table.name}")
    relations.make_for(suite.query)
    yield from _about_documents(suite, connection.execute(suite.query).df(), table, entries)


def _judge_rows(
    connection: duckdb.DuckDBPyConnection, relations: Relations, table: RawTable, entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    """Findings about rows; the relation `held` (row_number, rule) tells which are to be held back."""
    suite = read_suite(f"rows/{table.name}")
    relations.make("offered", table)
    relations.make_for(suite.query)
    breaches = run_suite(suite, _in_parts(connection, suite), ROW_IDENTITY)
    _hold(connection, {b.rule.name: b.rows["row_number"] for b in breaches if b.rule.is_critical})
    accepted = accepted_rows(connection, table)
    connection.register("accepted", pd.DataFrame(accepted, columns=["row_number", "rule", "correction_id"]))
    connection.execute(
        "delete from held using accepted where held.row_number = accepted.row_number and held.rule = accepted.rule"
    )
    corrections = {(row, rule): correction for row, rule, correction in accepted}
    for breach in breaches:
        yield from _about_rows(suite, breach, corrections, entries)
    connection.execute(f"create or replace temp view offered as select * from offered_{table.name}")
    quarantine = read_suite(QUARANTINE)
    shares = connection.execute(quarantine.query).df()
    connection.execute("drop view offered")
    yield from _about_documents(quarantine, shares, table, entries)


def _about_rows(
    suite: Suite, breach: Breach, corrections: Mapping[tuple[int, str], str], entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    """A finding a document, one more where some of its rows are accepted."""
    rows = breach.rows.assign(
        correction=pd.Series(
            [corrections.get((int(row), breach.rule.name)) for row in breach.rows["row_number"]],
            breach.rows.index,
            "str",
        )
    )
    grave = Consequence.HOLDS_BACK if breach.rule.is_critical else Consequence.REPORTS
    for (document_id, is_accepted), broken in rows.groupby(["document_id", rows["correction"].notna()]):
        yield Finding(
            rule=breach.rule,
            suite=suite.name,
            consequence=Consequence.ACCEPTED if is_accepted else grave,
            document_id=str(document_id),
            rows=len(broken),
            examples=_examples(broken.drop(columns="correction"), entries),
            corrections=tuple(sorted(set(broken["correction"].dropna()))),
        )


def _about_documents(
    suite: Suite, frame: pd.DataFrame, table: RawTable | None, entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    """A finding a rule and document."""
    for breach in run_suite(suite, [frame], ["document_id"]):
        for document_id, rows in breach.rows.groupby("document_id"):
            entry = entries[str(document_id)]
            accepted = table is not None and accepts_document(
                breach.rule.name, table.name, entry.dataset, entry.retrieved_at[:10]
            )
            if accepted:
                consequence = Consequence.ACCEPTED
            elif not breach.rule.is_critical:
                consequence = Consequence.REPORTS
            else:
                consequence = Consequence.STOPS if entry.is_indispensable else Consequence.REFUSES
            yield Finding(breach.rule, suite.name, consequence, entry.document_id, 1, _examples(rows, entries))


def _suspects(found: Iterable[Finding], entries: Mapping[str, Entry]) -> set[str]:
    """The documents to refuse: of each dataset the earliest, since later ones were compared with it."""
    earliest: dict[tuple[str, str], Entry] = {}
    for finding in found:
        if finding.consequence in (Consequence.STOPS, Consequence.REFUSES):
            entry = entries[finding.document_id]
            known = earliest.get((entry.source, entry.dataset))
            if known is None or entry.retrieved_at < known.retrieved_at:
                earliest[entry.source, entry.dataset] = entry
    return {entry.document_id for entry in earliest.values()}


def _in_parts(connection: duckdb.DuckDBPyConnection, suite: Suite) -> Iterator[pd.DataFrame]:
    """The frame of a suite about rows, without the columns that no rule looks at."""
    columns = ", ".join(dict.fromkeys([*ROW_IDENTITY, *sorted(suite.columns())]))
    query = f"select {columns} from query({literal(suite.query)}) as frame"
    for batch in connection.execute(query).to_arrow_reader(ROWS_AT_ONCE):
        yield pa.Table.from_batches([batch]).to_pandas()


def _hold(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, pd.Series]) -> None:
    connection.execute("create or replace temp table held (row_number bigint, rule varchar)")
    for rule, row_numbers in rows.items():
        connection.register("breaking", pd.DataFrame({"row_number": row_numbers.astype("int64"), "rule": rule}))
        connection.execute("insert into held select row_number, rule from breaking")
        connection.unregister("breaking")


def _held_before_others(connection: duckdb.DuckDBPyConnection, table: RawTable, unsaid: Collection[int]) -> set[int]:
    """The held rows after which the same figure is offered again; of each figure the earliest that is not known yet."""
    key = ", ".join(table.key)
    connection.register("looked_away_from", pd.DataFrame({"row_number": sorted(unsaid)}, dtype="int64"))
    rows = connection.execute(
        f"""
        with statements as (
            select
                offered.*,
                row_number in (select row_number from held) as is_held,
                coalesce(lead(true) over figures, false) as is_said_again
            from offered_{table.name} as offered
            window figures as (partition by {key} order by retrieved_at, document_rank, released_on, row_number)
        )

        select row_number
        from statements
        where is_held and is_said_again and row_number not in (select row_number from looked_away_from)
        qualify row_number() over (
            partition by {key} order by retrieved_at, document_rank, released_on, row_number
        ) = 1
        """
    ).fetchall()
    connection.unregister("looked_away_from")
    return {row for (row,) in rows}


def _save(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    table: RawTable,
    refused: Mapping[str, Collection[str]],
    reasons: Mapping[str, str],
) -> None:
    """Write the held rows, those of refused documents too, and the list of refused documents."""
    lines = [{"document_id": document, "rule": rule} for document, rules in refused.items() for rule in rules]
    connection.register("refused", pd.DataFrame(lines, columns=["document_id", "rule"], dtype="str"))
    connection.execute(
        f"""
        copy (
            with breaches as (
                select row_number, rule from held
                union
                select offered.file_row_number, refused.rule
                from read_parquet({literal(str(workspace.rows_path(table.name)))}, file_row_number = true) as offered
                inner join refused on offered.document_id = refused.document_id
            )

            select row_number, list(rule order by rule) as broken_rules
            from breaches
            group by row_number
            order by row_number
        ) to {literal(str(workspace.held_path(table.name)))} (format parquet)
        """
    )
    connection.unregister("refused")
    workspace.save_refused(table.name, reasons)


def _count_news(connection: duckdb.DuckDBPyConnection, table: RawTable) -> int:
    row = connection.execute(f"select count(*) from offered_{table.name} where is_news").fetchone()
    assert row is not None
    return int(row[0])


def _examples(rows: pd.DataFrame, entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The first rows, a line each: where it stands, and the values that the rule looked at."""
    lines = []
    for row in rows.head(SHOWN_ROWS).to_dict("records"):
        entry = entries.get(str(row["document_id"]))
        where = f"{entry.address} of {entry.retrieved_at[:10]}" if entry else str(row["document_id"])
        if "line_number" in row:
            where += f", line {row['line_number']}"
        values = ", ".join(f"{name} = {shown(value)}" for name, value in row.items() if name not in ROW_IDENTITY)
        lines.append(f"{where}: {values}")
    return tuple(lines)


def shown(value: object) -> str:
    """A value as a person writes it: no trailing zeros, no midnight."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.10g}"
    if isinstance(value, dt.datetime):
        return "-" if pd.isna(value) else str(value).removesuffix(" 00:00:00")
    return "-" if value is None else str(value)
