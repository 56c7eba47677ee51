"""The report of checks, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.loading.rules import report
from orchestration.loading.rules.report import CheckLine, line_of
from orchestration.loading.rules.rule_files import ROW, Rule
from orchestration.loading.rules.verdict import Consequence, Finding


def _rule(name: str, expected: str, advice: str | None, *, is_critical: bool) -> Rule:
    return Rule(name, is_critical, ROW, expected, "made up", advice, ("news",), "from news", Path("rule.sql"))


RULE = _rule("total_is_the_sum", "total = long-term + bills", None, is_critical=True)
ADVISED = _rule("release_is_on_time", "the file has the promised month", "Wait a day.", is_critical=False)


def _finding(consequence: Consequence, rule: Rule = RULE, rows: int = 2, document: str = "d1") -> Finding:
    examples = tuple(f"https://publisher.test/{document}.txt of 2026-06-18, line {n}: total = {n}" for n in range(rows))
    corrections = ("slip-2024-12",) if consequence is Consequence.ACCEPTED else ()
    return Finding(rule, consequence, document, rows, examples, corrections)


def _line(*findings: Finding, rule: Rule = RULE) -> CheckLine:
    return line_of("checked/tic_holdings", "tic_holdings", rule, findings)


def test_a_passed_rule_has_no_text() -> None:
    line = _line()
    assert (line.passed, line.consequence, line.rows, line.documents, line.text) == (True, None, 0, (), "")


def test_a_finding_states_expectation_result_place_and_advice() -> None:
    line = _line(_finding(Consequence.HOLDS_BACK))
    assert not line.passed
    assert (line.severity, line.consequence, line.rows) == ("error", "quarantines the rows", 2)
    assert line.text.splitlines()[:3] == [
        "Expected: total = long-term + bills.",
        "2 rows break it. This quarantines the rows:",
        "  https://publisher.test/d1.txt of 2026-06-18, line 0: total = 0",
    ]
    assert "quarantine.tic_holdings" in line.text
    assert "corrections.csv" in line.text


def test_a_rules_own_advice_is_used() -> None:
    line = _line(_finding(Consequence.REPORTS, ADVISED), rule=ADVISED)
    assert (line.severity, line.passed) == ("warn", False)
    assert line.text.endswith("Wait a day.")


def test_the_most_severe_consequence_comes_first_and_accepted_findings_pass() -> None:
    accepted = _finding(Consequence.ACCEPTED)
    assert _line(accepted).passed
    assert "slip-2024-12" in _line(accepted).text
    mixed = _line(accepted, _finding(Consequence.STOPS, document="d2"))
    assert (mixed.passed, mixed.consequence, mixed.documents) == (False, "stops the load", ("d2", "d1"))


def test_many_documents_stay_one_screen() -> None:
    line = _line(*(_finding(Consequence.HOLDS_BACK, rows=5, document=f"d{n}") for n in range(60)))
    assert line.rows == 300
    assert len(line.text.splitlines()) < 25
    assert "57 more documents" in line.text


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    report.begin(tmp_path)
    return tmp_path


def test_the_report_grows_with_the_load_and_replaces_the_published_one(reports: Path) -> None:
    report.add(reports, [_line()])
    report.add(reports, [_line(_finding(Consequence.STOPS))])
    assert not (reports / "checks.html").exists()
    report.publish(reports)
    assert report.of_last_load(reports) == report.PUBLISHED
    checks = json.loads((reports / "checks.json").read_text())
    assert [(check["check"], check["passed"]) for check in checks] == [
        ("total_is_the_sum", True),
        ("total_is_the_sum", False),
    ]
    page = (reports / "checks.html").read_text()
    assert "2 checks ran: 1 passed, 1 failed" in page
    assert "d1.txt of 2026-06-18, line 1: total = 1" in page
    assert report.counts(reports) == {"ran": 2, "failed": 1, "reported": 0}


def test_a_load_that_publishes_nothing_leaves_the_published_report(reports: Path) -> None:
    report.add(reports, [_line()])
    report.publish(reports)
    before = (reports / "checks.html").read_text()
    report.begin(reports)
    assert "ended before the first check" in (reports / "checks_unpublished.html").read_text()
    report.add(reports, [_line(_finding(Consequence.STOPS))])
    assert (reports / "checks.html").read_text() == before
    assert report.of_last_load(reports) == report.UNPUBLISHED
    assert "d1.txt of 2026-06-18" in (reports / "checks_unpublished.html").read_text()
    assert report.counts(reports) == {"ran": 1, "failed": 0, "reported": 0}


def test_document_text_is_escaped_on_the_page(reports: Path) -> None:
    hostile = Finding(RULE, Consequence.REFUSES, "d1", 1, ("found '<script>alert(1)</script>'",))
    report.add(reports, [_line(hostile)])
    page = (reports / "checks_unpublished.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
