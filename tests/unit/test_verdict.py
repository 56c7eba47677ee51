"""The consequences of findings: rows quarantined, documents refused, the load stopped; with a few invented rules."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.loading.parse import LOADED, REFUSED
from orchestration.loading.rules import corrections, rule_files
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import QUARANTINE, UNREADABLE, Fact, read_suite
from orchestration.loading.rules.verdict import Consequence, Verdict, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw_tables import KNOWLEDGE_CUTOFF_DEFINITION, LEDGER_DEFINITION
from orchestration.tables.seeds import read_seed

Days = dict[str, float | None]
TABLE = FRED_OBSERVATIONS


RULES = {
    "value_is_possible": (
        "critical",
        "row",
        "news",
        "select row_number, document_id, value from news where value > 100",
    ),
    "value_is_usual": ("warning", "row", "news", "select row_number, document_id, value from news where value > 50"),
    "value_is_positive": ("critical", "row", "news", "select row_number, document_id, value from news where value < 0"),
    "little_was_revised": (
        "critical",
        "document",
        "profile",
        "select document_id, rows_changed from profile where rows_changed > 2",
    ),
    "little_was_taken_back": (
        "warning",
        "document",
        "profile",
        "select document_id, rows_retracted from profile where rows_retracted > 1",
    ),
}
"""Severity, scope, what it uses, and its query."""


def _write(folder: Path, name: str, severity: str, scope: str, uses: str, query: str) -> None:
    path = folder / TABLE.name / "rules" / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"severity": severity, "scope": scope, "expected": f"{name} holds", "why": "made up", "uses": uses}
    lines = [f"-- {field}: {text}" for field, text in header.items()]
    path.write_text("\n".join([*lines, query]), encoding="utf-8")
    read_suite.cache_clear()


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Expectations of a few rules, with the real ones about unreadable documents and quarantine."""
    folder = tmp_path / "expectations"
    for suite in (UNREADABLE, QUARANTINE):
        shutil.copytree(rule_files.EXPECTATIONS / suite, folder / suite)
    monkeypatch.setattr(rule_files, "EXPECTATIONS", folder)
    for name, rule in RULES.items():
        _write(folder, name, *rule)
    yield folder
    read_suite.cache_clear()


@pytest.fixture
def connection(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working file in memory."""
    assert folder.exists()
    connection = duckdb.connect()
    connection.execute("create schema raw")
    connection.execute("create schema quarantine")
    connection.execute(TABLE.definition())
    connection.execute(TABLE.quarantine_definition())
    connection.execute(LEDGER_DEFINITION)
    connection.execute(KNOWLEDGE_CUTOFF_DEFINITION)
    yield connection
    connection.close()


def _entry(number: int, rows: int, series: str = "DGS10", **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "document_id": f"document-{number}",
        "source": "fred",
        "dataset": series,
        "address": f"https://publisher.test/{series}.csv",
        "retrieved_at": f"2026-02-{number:02}T00:00:00",
        "released_on": None,
        "newest_period": "2026-01-31",
        "sha256": "0" * 64,
        "size": 1,
        "form": "publisher-bytes",
        "status": LOADED,
        "reason": None,
        "note": None,
        "rows_parsed": rows,
        "is_indispensable": False,
    }
    return Entry(**(fields | changes))


def _frame(number: int, days: Days, rank: int, series: str = "DGS10") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series_id": series,
            "date": [dt.date.fromisoformat(f"2026-{day}") for day in days],
            "value": pd.Series(list(days.values()), dtype="float64"),
            "line_number": range(2, len(days) + 2),
            "document_id": f"document-{number}",
            "retrieved_at": pd.Timestamp(f"2026-02-{number:02}"),
            "document_rank": rank,
            "is_dated": False,
        }
    )


def _offer(
    connection: duckdb.DuckDBPyConnection,
    work: Workspace,
    documents: dict[int, Days],
    entries: list[Entry] | None = None,
) -> None:
    frame = pd.concat(  # noqa: F841 (DuckDB reads it by name)
        [_frame(number, days, rank) for rank, (number, days) in enumerate(sorted(documents.items()))]
    )
    path = work.rows_path(TABLE.name)
    connection.execute(f"copy (select *, null::date as released_on from frame) to '{path}' (format parquet)")
    listed = entries or [_entry(number, len(days)) for number, days in documents.items()]
    work.save_parsed(Parsed(TABLE.name, tuple(listed), (), sum(map(len, documents.values()))))


def _know(connection: duckdb.DuckDBPyConnection, number: int, days: Days) -> None:
    """Put a document into raw, as an earlier load did."""
    frame = _frame(number, days, 0)  # noqa: F841 (DuckDB reads it by name)
    connection.execute(f"insert into raw.{TABLE.name} by name select * exclude (document_rank, is_dated) from frame")


def _judge(connection: duckdb.DuckDBPyConnection, work: Workspace) -> Verdict:
    return judge(connection, work, TABLE)


def _held(connection: duckdb.DuckDBPyConnection, work: Workspace) -> list[tuple[int, list[str]]]:
    path = work.held_path(TABLE.name)
    return connection.execute(f"select row_number, broken_rules from '{path}' order by 1").fetchall()


def _said(verdict: Verdict) -> list[tuple[str, Consequence, str, int]]:
    return [(f.rule.name, f.consequence, f.document_id, f.rows) for f in verdict.findings]


MONTH: Days = {f"01-{day:02}": 4.0 for day in range(1, 32)}


def test_good_rows_pass(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _offer(connection, work, {1: MONTH})
    verdict = _judge(connection, work)
    assert (verdict.findings, verdict.refused, verdict.rows_checked) == ((), {}, 31)
    assert _held(connection, work) == []


def test_a_row_that_breaks_a_critical_rule_is_quarantined(
    connection: duckdb.DuckDBPyConnection, work: Workspace
) -> None:
    _offer(connection, work, {1: MONTH | {"01-05": 400.0, "01-06": 60.0}})
    verdict = _judge(connection, work)
    assert _said(verdict) == [
        ("value_is_possible", Consequence.HOLDS_BACK, "document-1", 1),
        ("value_is_usual", Consequence.REPORTS, "document-1", 2),
    ]
    assert verdict.findings[0].examples == ("DGS10, 2026-01-05: value 400 (fred DGS10 of 2026-02-01, line 6)",)
    assert _held(connection, work) == [(4, ["value_is_possible"])]
    assert verdict.refused == {}


def test_only_news_is_checked_against_the_rules(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _know(connection, 1, {"01-05": 400.0})
    _offer(connection, work, {2: {"01-05": 400.0, "01-06": 4.0}})
    verdict = _judge(connection, work)
    assert (verdict.findings, verdict.rows_checked) == ((), 1)


def test_all_rows_of_a_refused_document_are_quarantined(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _know(connection, 1, {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0})
    _offer(connection, work, {2: {"01-01": 1.5, "01-02": 2.5, "01-03": 3.5, "01-04": 4.0}})
    verdict = _judge(connection, work)
    assert _said(verdict) == [("little_was_revised", Consequence.REFUSES, "document-2", 1)]
    assert verdict.refused == {"document-2": "It breaks the rule little_was_revised."}
    assert work.refused(TABLE.name) == verdict.refused
    assert _held(connection, work) == [(row, ["little_was_revised"]) for row in range(4)]


def test_an_indispensable_document_that_is_refused_stops_the_load(
    connection: duckdb.DuckDBPyConnection, work: Workspace
) -> None:
    days: Days = {"01-01": 1.5, "01-02": 2.5, "01-03": 3.5}
    _know(connection, 1, {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0})
    _offer(connection, work, {2: days}, [_entry(2, 3, is_indispensable=True)])
    assert _said(_judge(connection, work)) == [("little_was_revised", Consequence.STOPS, "document-2", 1)]


def test_later_documents_are_not_compared_with_a_refused_one(
    connection: duckdb.DuckDBPyConnection, work: Workspace
) -> None:
    good: Days = {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0}
    _know(connection, 1, good)
    bad: Days = {"01-01": 10.0, "01-02": 20.0, "01-03": 30.0}
    _offer(connection, work, {2: bad, 3: good | {"01-04": 4.0}})
    verdict = _judge(connection, work)
    assert set(verdict.refused) == {"document-2"}
    assert verdict.rows_checked == 1, "of the third document, one row is news"


def test_later_rows_are_not_compared_with_a_held_one(
    connection: duckdb.DuckDBPyConnection, work: Workspace, folder: Path
) -> None:
    """A wrong cell, and the editions that correct it, in one load: as when the warehouse is filled from the archive."""
    query = "select row_number, document_id, value_before from news where abs(value - value_before) > 1"
    _write(folder, "value_is_restated_a_little", "critical", "row", "news", query)
    _know(connection, 1, {"01-05": 4.0, "01-06": 4.1})
    wrong: Days = {"01-05": 4.0, "01-06": 410.0}
    _offer(connection, work, {2: wrong, 3: {"01-05": 4.0, "01-06": 5.0}, 4: wrong, 5: {"01-05": 4.0, "01-06": 5.9}})
    verdict = _judge(connection, work)
    rules = ["value_is_possible", "value_is_restated_a_little"]
    assert _held(connection, work) == [(1, rules), (5, rules)], "the wrong cells, and not those that correct them"
    assert {finding.document_id for finding in verdict.findings} == {"document-2", "document-4"}


def test_a_document_with_too_many_bad_rows_is_refused(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _offer(connection, work, {1: dict.fromkeys(MONTH, -1.0)})
    verdict = _judge(connection, work)
    rules = {finding.rule.name for finding in verdict.findings}
    assert {"few_rows_are_held_back", "news_is_not_mostly_held_back", "value_is_positive"} <= rules
    assert set(verdict.refused) == {"document-1"}
    assert len(_held(connection, work)) == 31


def test_a_document_that_could_not_be_read_is_a_finding(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    unread = _entry(2, 0, status=REFUSED, reason="DGS10: expected a header, found HTML", is_indispensable=True)
    _offer(connection, work, {1: MONTH}, [_entry(1, 31), unread])
    (finding,) = _judge(connection, work).findings
    assert (finding.consequence, finding.document_id) == (Consequence.STOPS, "document-2")
    assert "found HTML" in finding.examples[0]


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        ({}, True),
        ({"period": "2026-01-05"}, True),
        ({"period": "2026-01-06"}, False),
        ({"series": "DGS2"}, False),
        ({"rule": "value_is_usual"}, False),
        ({"status": "ended"}, False),
        ({"action": "replace"}, False),
    ],
)
def test_a_correction_accepts_only_the_rows_that_it_names(
    connection: duckdb.DuckDBPyConnection,
    work: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    line: dict[str, str],
    accepted: bool,
) -> None:
    entry = {
        "correction_id": "c1",
        "status": "active",
        "action": "accept",
        "source_table": TABLE.name,
        "series": "DGS10",
        "rule": "value_is_possible",
    }
    lines = pd.DataFrame([entry | line], columns=read_seed("corrections").columns, dtype="str")
    monkeypatch.setattr(corrections, "read_seed", lambda _: lines)
    _offer(connection, work, {1: MONTH | {"01-05": 400.0}})
    verdict = _judge(connection, work)
    (finding,) = [finding for finding in verdict.findings if finding.rule.name == "value_is_possible"]
    assert finding.consequence is (Consequence.ACCEPTED if accepted else Consequence.HOLDS_BACK)
    assert finding.corrections == (("c1",) if accepted else ())
    assert len(_held(connection, work)) == (0 if accepted else 1)


def test_relations_have_the_previous_values(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _know(connection, 1, {"01-01": 1.0, "01-02": 2.0, "01-03": 3.0, "01-09": 9.0})
    _offer(connection, work, {2: {"01-01": 1.0, "01-03": None, "01-04": 4.0}, 3: {"01-03": 3.0, "01-04": 4.0}})
    relations = Relations(connection, work, TABLE)
    relations.need(["incoming", "profile", "latest", "ledger"])
    rows = connection.execute(
        "select document_id, strftime(date, '%m-%d'), cast(value_before as double), was_known, is_news "
        "from incoming order by row_number"
    ).fetchall()
    assert rows == [
        ("document-2", "01-01", 1.0, True, False),
        ("document-2", "01-03", 3.0, True, True),
        ("document-2", "01-04", None, False, True),
        ("document-3", "01-03", None, True, True),
        ("document-3", "01-04", 4.0, True, False),
    ]
    profile = connection.execute(
        "select rows_parsed, rows_known, rows_changed, rows_retracted, cast(first_period_before as varchar), "
        "cast(newest_period_before as varchar) from profile order by document_id"
    ).fetchall()
    # The second document lacks 2 January, which lies inside its window; 9 January lies outside.
    assert profile == [(3, 2, 1, 1, "2026-01-01", "2026-01-09"), (2, 2, 1, 1, "2026-01-01", "2026-01-09")]
    latest = connection.execute(
        "select strftime(date, '%m-%d'), cast(value as double) from latest order by 1"
    ).fetchall()
    assert latest == [("01-01", 1.0), ("01-02", 2.0), ("01-03", 3.0), ("01-04", 4.0), ("01-09", 9.0)]


def test_unchanged_relations_are_not_created_again(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _know(connection, 1, {"01-01": 1.0})
    _offer(connection, work, {2: {"01-01": 2.0}, 3: {"01-01": 3.0}})
    facts = {
        name: Fact(name, "made up", (uses,), f"select count(*) as rows, random() as made from {uses}", Path(name))
        for name, uses in (("of_incoming", "incoming"), ("of_fact", "of_incoming"), ("of_known", "known"))
    }
    relations = Relations(connection, work, TABLE, facts)

    def made() -> dict[str, tuple[int, float]]:
        relations.need(facts)
        return {name: connection.execute(f"select rows, made from {name}").fetchall()[0] for name in facts}

    before = made()
    assert made() == before
    relations.look_away_from({"document-3"}, [])
    after = made()
    assert (before["of_incoming"][0], after["of_incoming"][0]) == (2, 1)
    assert after["of_fact"] != before["of_fact"]
    assert after["of_known"] == before["of_known"]
    relations.drop()
    assert connection.execute("select count(*) from duckdb_tables() where temporary").fetchall() == [(0,)]


def test_a_rule_about_held_rows_runs_after_the_others(
    connection: duckdb.DuckDBPyConnection, work: Workspace, folder: Path
) -> None:
    query = (
        "select incoming.row_number, incoming.document_id, incoming.value from news as incoming "
        "inner join held on incoming.row_number = held.row_number + 1"
    )
    _write(folder, "day_after_is_held", "critical", "row", "news, held", query)
    _offer(connection, work, {1: MONTH | {"01-05": 400.0}})
    judge(connection, work, TABLE)
    assert _held(connection, work) == [(4, ["value_is_possible"]), (5, ["day_after_is_held"])]
    verdict = judge(connection, work, TABLE, "value_is_possible")
    assert {finding.rule.name for finding in verdict.findings} == {"value_is_possible"}


def test_one_rule_can_be_evaluated_alone(connection: duckdb.DuckDBPyConnection, work: Workspace) -> None:
    _offer(connection, work, {1: dict.fromkeys(MONTH, 400.0)})
    verdict = judge(connection, work, TABLE, "value_is_usual")
    assert _said(verdict) == [("value_is_usual", Consequence.REPORTS, "document-1", 31)]
