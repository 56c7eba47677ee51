"""Assets between parsed and raw: the results of the rules of `expectations/` on the parsed rows.

Each rule is an asset check. A table has two groups of checks, one about documents and one about rows. Each group also
lists its failed checks. A check that stops the load is blocking and fails with severity ERROR. A check that quarantines
rows, refuses a dispensable document or only reports fails with severity WARN.
"""

from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from orchestration.defs.failure import stop_if_broken
from orchestration.defs.labels import KEPT_IF_PUBLISHED, QUALITY
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.loading.rules import report
from orchestration.loading.rules.rule_files import DOCUMENT, ROW, Rule, tables_used
from orchestration.loading.rules.verdict import Consequence, judge, suites_of
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.warehouse.working import connect

_GROUPS = {DOCUMENT: "documents", ROW: "rows"}
_ABOUT = {
    DOCUMENT: "Which documents may be loaded into raw.{table}: each rule about a whole document is a check.",
    ROW: "Which rows may be loaded into raw.{table}: each rule about rows is a check.",
}


def checked_keys(table: str) -> list[list[str]]:
    """The assets whose checks decide which parsed rows go into a raw table."""
    return [["checked", table, group] for group in _GROUPS.values()]


def check_specs(asset: list[str], rules: Iterable[Rule]) -> list[dg.AssetCheckSpec]:
    """One check per rule. Whether a finding stops the load is decided when the check runs."""
    return [
        dg.AssetCheckSpec(name=rule.name, asset=asset, description=_description(rule), blocking=rule.is_critical)
        for rule in rules
    ]


def _description(rule: Rule) -> str:
    parts = {"Expected": rule.expected, "Why": rule.why, "What to do": rule.advice}
    return "\n\n".join(f"**{name}:** {text.rstrip('.')}." for name, text in parts.items() if text)


def check_result(asset: list[str], line: report.CheckLine) -> dg.AssetCheckResult:
    """The result of a check, for Dagster."""
    stops = line.consequence == Consequence.STOPS.value
    return dg.AssetCheckResult(
        check_name=line.check,
        asset_key=asset,
        passed=line.passed,
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        description=line.text or None,
        metadata={"unexpected_rows": line.rows} | ({"consequence": line.consequence} if line.consequence else {}),
    )


def not_passed(lines: Sequence[report.CheckLine]) -> dict[str, dg.MetadataValue]:
    """The failed checks as one table, because a table can have ninety checks."""
    failed = [f"| {line.check} | {line.consequence} | {line.rows} |" for line in lines if not line.passed]
    table = "\n".join(["| check | consequence | rows |", "|---|---|---|", *failed])
    return {"not_passed": dg.MetadataValue.md(table if failed else "All checks passed.")}


def _checked_asset(table: RawTable) -> dg.AssetsDefinition:
    rules = [rule for suite in suites_of(table.name) for rule in suite.rules]
    keys = dict(zip(_GROUPS, checked_keys(table.name), strict=True))
    parsed = [["parsed", name] for name in sorted(tables_used(table.name))]
    specs = [
        dg.AssetSpec(
            key=keys[scope],
            description=f"{_ABOUT[scope].format(table=table.name)} {KEPT_IF_PUBLISHED}",
            deps=[*parsed, *([keys[DOCUMENT]] if scope == ROW else [])],
            group_name="checked",
            kinds={"greatexpectations"},
            owners=QUALITY,
        )
        for scope in _GROUPS
    ]

    @dg.multi_asset(
        name=f"checked__{table.name}",
        specs=specs,
        check_specs=[spec for scope in _GROUPS for spec in check_specs(keys[scope], _of_scope(rules, scope))],
        backfill_policy=replay,
    )
    def checked(load: Load) -> Iterator[dg.MaterializeResult[None]]:
        with connect(load.home) as connection:
            verdict = judge(connection, load.workspace, table)
        counts = {DOCUMENT: {"documents_refused": len(verdict.refused)}, ROW: {"rows_checked": verdict.rows_checked}}
        judged: list[report.CheckLine] = []
        for scope, key in keys.items():
            lines = [
                report.line_of("/".join(key), table.name, rule, [f for f in verdict.findings if f.rule == rule])
                for rule in _of_scope(rules, scope)
            ]
            report.add(load.home.reports, lines)
            judged += lines
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "checks_passed": f"{sum(line.passed for line in lines)} of {len(lines)}",
                    **not_passed(lines),
                    **counts[scope],
                },
                check_results=[check_result(key, line) for line in lines],
            )
        stop_if_broken(judged)

    return checked


def _of_scope(rules: Iterable[Rule], scope: str) -> list[Rule]:
    return [rule for rule in rules if rule.scope == scope]


checked_assets = [_checked_asset(table) for table in RAW_TABLES.values()]
