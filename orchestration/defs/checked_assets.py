"""Assets between parsed and raw: what the rules of `expectations/` decide on the parsed rows.

Each rule is an asset check. A check that stops the load fails with severity ERROR, and is blocking; one that holds rows
back, refuses a document that can be missed, or only reports, fails with severity WARN.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.labels import KEPT_IF_PUBLISHED, QUALITY
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.loading.rules import report
from orchestration.loading.rules.suites import Rule, Suite
from orchestration.loading.rules.verdict import Consequence, judge, suites_of, tables_needed
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.warehouse.working import connect


def check_specs(asset: list[str], suites: tuple[Suite, ...]) -> list[dg.AssetCheckSpec]:
    """A check a rule; whether a breach stops the load is decided when it is found."""
    return [
        dg.AssetCheckSpec(name=rule.name, asset=asset, description=_description(rule), blocking=rule.is_critical)
        for suite in suites
        for rule in suite.rules
    ]


def _description(rule: Rule) -> str:
    parts = {"Expected": rule.expected, "Why": rule.why, "After a breach": rule.advice}
    return "\n\n".join(f"**{name}:** {text.rstrip('.')}." for name, text in parts.items() if text)


def check_result(asset: list[str], line: report.CheckLine) -> dg.AssetCheckResult:
    """What Dagster is told of a check."""
    stops = line.consequence == Consequence.STOPS.value
    return dg.AssetCheckResult(
        check_name=line.check,
        asset_key=asset,
        passed=line.passed,
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        description=line.text or None,
        metadata={"unexpected_rows": line.rows} | ({"consequence": line.consequence} if line.consequence else {}),
    )


def _checked_asset(table: RawTable) -> dg.AssetsDefinition:
    key = ["checked", table.name]

    @dg.asset(
        key=key,
        description=(
            f"What the rules decide on the rows parsed for raw.{table.name}: loaded, held back, or refused. Each rule "
            f"is a check. {KEPT_IF_PUBLISHED}"
        ),
        deps=[["parsed", name] for name in sorted(tables_needed(table.name))],
        check_specs=check_specs(key, suites_of(table.name)),
        group_name="checked",
        kinds={"greatexpectations"},
        owners=QUALITY,
        backfill_policy=replay,
    )
    def checked(load: Load) -> Iterator[dg.MaterializeResult[None]]:
        with connect(load.home) as connection:
            verdict = judge(connection, load.workspace, table)
        lines = [
            report.line_of("/".join(key), table.name, rule, [f for f in verdict.findings if f.rule == rule])
            for suite in suites_of(table.name)
            for rule in suite.rules
        ]
        report.add(load.home.reports, lines)
        yield dg.MaterializeResult(
            metadata={
                "rows_checked": verdict.rows_checked,
                "rows_found": sum(line.rows for line in lines),
                "documents_refused": len(verdict.refused),
                "checks_passed": f"{sum(line.passed for line in lines)} of {len(lines)}",
            },
            check_results=[check_result(key, line) for line in lines],
        )

    return checked


checked_assets = [_checked_asset(table) for table in RAW_TABLES.values()]
