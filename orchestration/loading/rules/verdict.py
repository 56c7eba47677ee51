"""Decides the consequences of findings for the incoming rows of one raw table: loaded, quarantined or refused.

Belongs here: the order of evaluation, and the consequence of each finding. A critical rule about rows quarantines them;
a critical rule about a document refuses it. If that document is the newest of an indispensable dataset, the load stops.
Does not belong here: the rules (`expectations/`), their evaluation (`breaches`), and quarantine (`merge`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import duckdb
import pandas as pd

from orchestration.loading.parse import REFUSED
from orchestration.loading.rules.breaches import Breach, find_breaches
from orchestration.loading.rules.corrections import accepted_rows, accepts_document
from orchestration.loading.rules.naming import name_document, name_row
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import (
    DOCUMENT,
    HELD,
    QUARANTINE,
    ROW,
    UNREAD,
    UNREADABLE,
    Rule,
    Suite,
    read_suite,
    verify_uses,
)
from orchestration.loading.workspace import Entry, Workspace
from orchestration.tables.raw_table import RawTable
from orchestration.tables.sql import literal

SHOWN_ROWS = 5
_NO_ROWS = "select cast(null as bigint) as row_number, '' as rule where false"


class Consequence(StrEnum):
    """The consequence of a finding."""

    STOPS = "stops the load"
    REFUSES = "refuses the document"
    HOLDS_BACK = "quarantines the rows"
    REPORTS = "is reported"
    ACCEPTED = "is accepted by a correction"


@dataclass(frozen=True)
class Finding:
    """The rows of one document that break one rule.

    Attributes:
        rule: the rule.
        consequence: of the finding.
        document_id: the document.
        rows: how many of its rows break the rule; 1 for a rule about documents.
        examples: a line for each of the first rows, in words; at most `SHOWN_ROWS`.
        corrections: ids of the corrections that accept the rows.
        subjects: publisher and dataset of each, for rules about datasets.
    """

    rule: Rule
    consequence: Consequence
    document_id: str
    rows: int
    examples: tuple[str, ...]
    corrections: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The decisions on the incoming rows of one raw table.

    Attributes:
        table: the raw table.
        rows_checked: number of rows that would change raw and were checked.
        findings: of all rules.
        refused: reason by document_id.
    """

    table: str
    rows_checked: int
    findings: tuple[Finding, ...]
    refused: dict[str, str]


def suites_of(table: str) -> tuple[Suite, ...]:
    """The suites that decide on the incoming rows of a raw table."""
    return tuple(read_suite(name) for name in (UNREADABLE, table, QUARANTINE))


def judge(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, table: RawTable, only: str | None = None
) -> Verdict:
    """Check the incoming rows of a raw table against its rules.

    A document is compared with what was known before it. So if one is refused, the others are checked again without it.
    The same goes for held rows: later values of that figure are compared again, with the last accepted one.

    Args:
        connection: of the working file, for writing.
        workspace: of this load.
        table: the raw table.
        only: evaluate only this rule and those it needs.

    Raises:
        SuiteError: a rule is not valid, or could not be evaluated.
    """
    entries = workspace.parsed(table.name).entries
    suites = suites_of(table.name)
    facts = {name: fact for suite in suites for name, fact in suite.facts.items()}
    rules = [rule for suite in suites for rule in suite.rules]
    relations = Relations(connection, workspace, table, facts)
    try:
        if not entries:
            # A load with nothing new does not wait for the start of Great Expectations.
            relations.put(HELD, _NO_ROWS)
            _save(connection, workspace, table, {}, {})
            return Verdict(table.name, 0, (), {})
        for suite in suites:
            verify_uses(suite)
        findings, refused = _Judge(relations, table, entries, _chosen(rules, only)).judge()
        reasons = {document: f"It breaks the rule {', '.join(rules)}." for document, rules in refused.items()}
        _save(connection, workspace, table, refused, reasons)
        return Verdict(table.name, _count_news(connection), tuple(findings), reasons)
    finally:
        relations.drop()


def _chosen(rules: Sequence[Rule], only: str | None) -> list[Rule]:
    """The rules to evaluate: all, or one and those it needs. A rule about held rows needs all that quarantine rows."""
    if only is None:
        return list(rules)
    needs_held = any(rule.name == only and HELD in rule.reads for rule in rules)
    return [rule for rule in rules if rule.name == only or (needs_held and rule.scope == ROW)]


class _Judge:
    """Evaluates the rules of one raw table on the documents of one load."""

    def __init__(self, relations: Relations, table: RawTable, entries: Sequence[Entry], rules: Sequence[Rule]) -> None:
        self._relations = relations
        self._connection = relations.connection
        self._table = table
        self._entries = {entry.document_id: entry for entry in entries}
        self._unreadable = [rule for rule in rules if UNREAD in rule.reads]
        documents = [rule for rule in rules if rule.scope == DOCUMENT and rule not in self._unreadable]
        rows = [rule for rule in rules if rule.scope == ROW]
        # A rule about held rows runs after all rules that quarantine rows.
        self._documents, self._documents_with_held = _parted(documents)
        self._rows, self._rows_with_held = _parted(rows)

    def judge(self) -> tuple[list[Finding], dict[str, list[str]]]:
        """Evaluate until no more documents are refused; returns the findings and the rules that refused documents."""
        findings = list(self._about_unreadable())
        refused: dict[str, list[str]] = {}
        passed_over: set[int] = set()
        while True:
            self._relations.look_away_from(refused, passed_over)
            found = list(self._about_documents(self._documents))
            guilty = self._to_refuse(found)
            if not guilty:
                found += self._about_rows()
                guilty = self._to_refuse(found)
            for document in guilty:
                broken = [f for f in found if f.document_id == document and f.consequence is not Consequence.REPORTS]
                refused[document] = list(dict.fromkeys(finding.rule.name for finding in broken))
                findings += broken
            if guilty:
                continue
            restated = self._held_rows_restated_later(passed_over)
            if not restated:
                return findings + found, refused
            passed_over |= restated

    def _about_unreadable(self) -> Iterator[Finding]:
        """A finding per document that the parser refused, with the parser's reason."""
        unread = [
            (entry.document_id, entry.reason or "") for entry in self._entries.values() if entry.status == REFUSED
        ]
        if unread:
            self._relations.register(UNREAD, pd.DataFrame(unread, columns=["document_id", "reason"], dtype="str"))
            yield from self._about_documents(self._unreadable, may_accept=False)

    def _about_documents(self, rules: Sequence[Rule], *, may_accept: bool = True) -> Iterator[Finding]:
        """A finding per rule and document."""
        for breach in find_breaches(self._relations, rules):
            rows = self._connection.execute(f"select * from {breach.relation} order by document_id").df()
            for document_id, lines in rows.groupby("document_id"):
                entry = self._entries[str(document_id)]
                examples = [name_document(line, entry) for line in lines.head(SHOWN_ROWS).to_dict("records")]
                consequence = self._consequence(breach.rule, entry, may_accept=may_accept)
                yield Finding(breach.rule, consequence, entry.document_id, 1, tuple(examples))

    def _consequence(self, rule: Rule, entry: Entry, *, may_accept: bool) -> Consequence:
        day = entry.retrieved_at[:10]
        if may_accept and accepts_document(rule.name, self._table.name, entry.dataset, day):
            return Consequence.ACCEPTED
        if not rule.is_critical:
            return Consequence.REPORTS
        return Consequence.STOPS if entry.is_indispensable else Consequence.REFUSES

    def _about_rows(self) -> Iterator[Finding]:
        """A finding per rule and document, one more if some of its rows are accepted; sets the relation `held`."""
        breaches = find_breaches(self._relations, self._rows)
        self._hold(breaches)
        if self._rows_with_held:
            breaches += find_breaches(self._relations, self._rows_with_held)
            self._hold(breaches)
        for breach in breaches:
            yield from self._findings_of_rows(breach)
        yield from self._about_documents(self._documents_with_held)

    def _hold(self, breaches: Iterable[Breach]) -> None:
        """Quarantine the rows that break critical rules, except accepted ones."""
        queries = [
            f"select row_number, '{breach.rule.name}' as rule from {breach.relation}"
            for breach in breaches
            if breach.rule.is_critical
        ]
        self._relations.need(["incoming"])
        self._relations.put("broken", " union all ".join([_NO_ROWS, *queries]))
        accepted = pd.DataFrame(
            accepted_rows(self._connection, self._table), columns=["row_number", "rule", "correction_id"]
        )
        kinds = {"row_number": "int64", "rule": "str", "correction_id": "str"}
        self._relations.register("accepted", accepted.astype(kinds))
        self._relations.put("held", "select row_number, rule from broken anti join accepted using (row_number, rule)")

    def _findings_of_rows(self, breach: Breach) -> Iterator[Finding]:
        """A finding per document and one for its accepted rows, each with its first rows as examples."""
        key = [*self._table.key, "line_number"]
        shown = [f"incoming.{name}" for name in key]
        shown += [f"broken.{name}" for name in breach.shown if name not in key]
        groups = self._connection.execute(
            f"""
            select
                broken.document_id,
                accepted.rule is not null as is_accepted,
                count(*),
                list(distinct accepted.correction_id order by accepted.correction_id),
                arg_min(struct_pack({", ".join(shown)}), broken.row_number, {SHOWN_ROWS})
            from {breach.relation} as broken
            inner join incoming on broken.row_number = incoming.row_number
            left join accepted on broken.row_number = accepted.row_number and accepted.rule = '{breach.rule.name}'
            group by all
            order by all
            """
        ).fetchall()
        consequence = Consequence.HOLDS_BACK if breach.rule.is_critical else Consequence.REPORTS
        for document_id, is_accepted, count, corrections, rows in groups:
            yield Finding(
                breach.rule,
                Consequence.ACCEPTED if is_accepted else consequence,
                document_id,
                count,
                tuple(name_row(self._table, row, self._entries.get(document_id)) for row in rows),
                tuple(corrections) if is_accepted else (),
            )

    def _to_refuse(self, found: Iterable[Finding]) -> set[str]:
        """The documents to refuse: the earliest of each dataset, because later ones were compared with it."""
        earliest: dict[tuple[str, str], Entry] = {}
        for finding in found:
            if finding.consequence in (Consequence.STOPS, Consequence.REFUSES):
                entry = self._entries[finding.document_id]
                known = earliest.get((entry.source, entry.dataset))
                if known is None or entry.retrieved_at < known.retrieved_at:
                    earliest[entry.source, entry.dataset] = entry
        return {entry.document_id for entry in earliest.values()}

    def _held_rows_restated_later(self, passed_over: Collection[int]) -> set[int]:
        """The held rows whose figure has a later incoming row; for each figure the earliest one that is new."""
        if self._connection.execute("select count(*) from held").fetchone() == (0,):
            return set()
        order = (
            f"partition by {', '.join(self._table.key)} order by retrieved_at, document_rank, released_on, row_number"
        )
        rows = self._connection.execute(
            f"""
            with statements as (
                select
                    incoming.*,
                    row_number in (select row_number from held) as is_held,
                    coalesce(lead(true) over figures, false) as is_restated
                from incoming
                window figures as ({order})
            )

            select row_number
            from statements
            where is_held and is_restated and not list_contains($passed_over, row_number)
            qualify row_number() over ({order}) = 1
            """,
            {"passed_over": sorted(passed_over)},
        ).fetchall()
        return {row for (row,) in rows}


def _parted(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules that do not read held rows, and those that do."""
    return [rule for rule in rules if HELD not in rule.reads], [rule for rule in rules if HELD in rule.reads]


def _save(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    table: RawTable,
    refused: Mapping[str, Collection[str]],
    reasons: Mapping[str, str],
) -> None:
    """Write the held rows, including those of refused documents, and the list of refused documents."""
    lines = [{"document_id": document, "rule": rule} for document, rules in refused.items() for rule in rules]
    connection.register("refused", pd.DataFrame(lines, columns=["document_id", "rule"], dtype="str"))
    connection.execute(
        f"""
        copy (
            with breaches as (
                select row_number, rule from held
                union
                select incoming.file_row_number, refused.rule
                from read_parquet({literal(str(workspace.rows_path(table.name)))}, file_row_number = true) as incoming
                inner join refused on incoming.document_id = refused.document_id
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


def _count_news(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from incoming where is_news").fetchone()
    assert row is not None
    return int(row[0])
