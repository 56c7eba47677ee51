"""Asset checks on the offered rows: one a rule of a suite in `expectations/`; which of them block, the suite says."""

import json
from collections.abc import Iterator

import dagster as dg

from orchestration.defs.resources import Load
from orchestration.quality import RuleResult, check
from orchestration.quality.refusals import add_refusals
from orchestration.quality.suites import SUITES
from orchestration.warehouse.offer import Offer, offer_path
from orchestration.warehouse.raw_tables import RAW_TABLES


def _specs(table: str) -> list[dg.AssetCheckSpec]:
    suite = json.loads((SUITES / f"{table}.json").read_text(encoding="utf-8"))
    return [
        dg.AssetCheckSpec(
            name=expectation["meta"]["rule"],
            asset=["offered", table],
            description=expectation["meta"]["expected"],
            blocking=expectation["severity"] == "critical",
        )
        for expectation in suite["expectations"]
    ]


def _suite_check(table: str) -> dg.AssetChecksDefinition:
    specs = _specs(table)

    @dg.multi_asset_check(name=f"expectations_{table}", specs=specs)
    def suite(load: Load) -> Iterator[dg.AssetCheckResult]:
        offered = Offer.load(offer_path(load.home.work, table))
        result = check(table, offered.path)
        add_refusals(
            load.home.refusals,
            {document: f"breaks {rule.rule}: {rule.expected}" for rule in result.broken for document in rule.documents},
        )
        found = {rule.rule: rule for rule in result.rules}
        addresses = {entry.document_id: entry.address for entry in offered.entries}
        for spec in specs:
            rule = found.get(spec.name)
            yield dg.AssetCheckResult(
                check_name=spec.name,
                asset_key=spec.asset_key,
                passed=rule is None or rule.passed,
                severity=dg.AssetCheckSeverity.ERROR if spec.blocking else dg.AssetCheckSeverity.WARN,
                description=_sentence(rule, addresses) if rule and not rule.passed else None,
                metadata={
                    "expected": spec.description or "",
                    "rows_checked": result.rows_checked,
                    "unexpected_rows": rule.unexpected if rule else 0,
                },
            )

    return suite


def _sentence(rule: RuleResult, addresses: dict[str, str]) -> str:
    """What was expected, what was found, and where, for a person."""
    lines = [f"Expected: {rule.expected}. Found {rule.unexpected} row(s) that break it:"]
    for row in rule.rows:
        values = ", ".join(
            f"{name} = {value}" for name, value in row.items() if name not in ("document_id", "line_number")
        )
        document = row.get("document_id")
        lines.append(f"  {addresses.get(str(document), document)}, line {row.get('line_number')}: {values}")
    return "\n".join(lines)


expectation_checks = [_suite_check(table) for table in RAW_TABLES]
