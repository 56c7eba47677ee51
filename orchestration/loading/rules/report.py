"""Writes the report of a load's checks: a page for people and JSON for programs, in the home's `reports`.

`checks.html` and `checks.json` belong to the published load. While a load runs, its checks are in
`checks_unpublished.html` and `.json`. They replace the published ones when the load publishes, and stay if it stops or
has nothing new.

Belongs here: describing the findings of a check, and collecting them. Does not belong here: the checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from orchestration.loading.rules.rule_files import Rule
from orchestration.loading.rules.verdict import Consequence, Finding

PUBLISHED = "checks"
UNPUBLISHED = "checks_unpublished"
ERROR = "error"
WARN = "warn"
SHOWN_DOCUMENTS = 3

_ADVICE = {
    Consequence.STOPS: (
        "Nothing was published. If the file is wrong, run the load again when its publisher has corrected it. If it is "
        "right, add an `accept` line to dbt_project/seeds/corrections.csv (docs/operate/runbook.md explains how), and "
        "run the load again."
    ),
    Consequence.REFUSES: (
        "Its rows are in quarantine.{table}; the previous figures stay. A later load checks it again when something is "
        "new. If it is right, add an `accept` line to dbt_project/seeds/corrections.csv."
    ),
    Consequence.HOLDS_BACK: (
        "These rows are in quarantine.{table}; the previous figures stay, and all other rows are loaded. A later load "
        "checks them again when something is new. If they are right, add an `accept` line to "
        "dbt_project/seeds/corrections.csv."
    ),
    Consequence.REPORTS: "All rows are loaded.",
    Consequence.ACCEPTED: "Loaded: a line of dbt_project/seeds/corrections.csv accepts it.",
}
_GRAVEST_FIRST = list(Consequence)


@dataclass(frozen=True)
class CheckLine:
    """One check of a load.

    Attributes:
        asset: the name of the asset in Dagster.
        check: the rule or the dbt test.
        expected: the rule in words.
        severity: `error` has a consequence, `warn` is only reported.
        passed: there is no finding, except accepted ones.
        consequence: of the most severe finding; None without a finding.
        documents: ids of the documents concerned.
        rows: how many rows break the rule.
        text: for people: what was expected, what was found, and what to do.
        subjects: publisher and dataset of each dataset concerned, for rules about datasets.
    """

    asset: str
    check: str
    expected: str
    severity: str
    passed: bool
    consequence: str | None
    documents: tuple[str, ...]
    rows: int
    text: str
    subjects: tuple[str, ...] = ()


def line_of(asset: str, table: str, rule: Rule, findings: Iterable[Finding]) -> CheckLine:
    """Describe the findings of a rule in a load.

    Args:
        asset: what was checked.
        table: the raw table, for the name of its quarantine.
        rule: the rule.
        findings: all its findings.
    """
    found = sorted(findings, key=lambda finding: _GRAVEST_FIRST.index(finding.consequence))
    return CheckLine(
        asset=asset,
        check=rule.name,
        expected=rule.expected,
        severity=ERROR if rule.is_critical else WARN,
        passed=all(finding.consequence is Consequence.ACCEPTED for finding in found),
        consequence=found[0].consequence.value if found else None,
        documents=tuple(dict.fromkeys(finding.document_id for finding in found)),
        rows=sum(finding.rows for finding in found),
        text=_text(table, rule, found),
        subjects=tuple(subject for finding in found for subject in finding.subjects),
    )


def _text(table: str, rule: Rule, found: Sequence[Finding]) -> str:
    if not found:
        return ""
    lines = [f"Expected: {rule.expected}."]
    for consequence in _GRAVEST_FIRST:
        alike = [finding for finding in found if finding.consequence is consequence]
        if not alike:
            continue
        rows = sum(finding.rows for finding in alike)
        what = rule.scope if rows == 1 else f"{rule.scope}s"
        lines.append(f"{rows} {what} {'breaks' if rows == 1 else 'break'} it. This {consequence.value}:")
        lines += [f"  {example}" for finding in alike[:SHOWN_DOCUMENTS] for example in finding.examples]
        if len(alike) > SHOWN_DOCUMENTS:
            lines.append(f"  and {len(alike) - SHOWN_DOCUMENTS} more documents")
        corrections = sorted({correction for finding in alike for correction in finding.corrections})
        if corrections:
            lines.append(f"  Corrections: {', '.join(corrections)}.")
        lines.append((rule.advice if rule.advice else _ADVICE[consequence]).format(table=table))
    return "\n".join(lines)


def begin(reports: Path) -> None:
    """Start the report of a load."""
    _write(reports, UNPUBLISHED, [])


def add(reports: Path, lines: Iterable[CheckLine]) -> None:
    """Add checks to the report of the running load."""
    _write(reports, UNPUBLISHED, [*read(reports, UNPUBLISHED), *(asdict(line) for line in lines)])


def publish(reports: Path) -> None:
    """Turn the report of the running load into that of the published load."""
    _write(reports, PUBLISHED, read(reports, UNPUBLISHED))
    for kind in ("json", "html"):
        (reports / f"{UNPUBLISHED}.{kind}").unlink(missing_ok=True)


def of_last_load(reports: Path) -> str:
    """The report of the last load: `UNPUBLISHED`, or `PUBLISHED` if it published."""
    return UNPUBLISHED if (reports / f"{UNPUBLISHED}.json").exists() else PUBLISHED


def read(reports: Path, name: str) -> list[dict[str, Any]]:
    """The checks of a report, `PUBLISHED` or `UNPUBLISHED`; none if there is no such report."""
    path = reports / f"{name}.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def counts(reports: Path) -> dict[str, int]:
    """How many checks the published load ran (`ran`), how many found errors (`failed`) and warnings (`reported`)."""
    lines = read(reports, PUBLISHED)
    failed = [line for line in lines if not line["passed"]]
    errors = sum(line["severity"] == ERROR for line in failed)
    return {"ran": len(lines), "failed": errors, "reported": len(failed) - errors}


def _write(reports: Path, name: str, checks: list[dict[str, Any]]) -> None:
    page = _template().render(checks=checks, is_published=name == PUBLISHED)
    lines = ",\n".join(json.dumps(check) for check in checks)
    (reports / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    (reports / f"{name}.html").write_text(page, encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    """The page. A load writes it after each table, and compiling it takes longer than that."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_name("checks.html.jinja").read_text(encoding="utf-8"))
