"""Assets and checks of dbt: staging, intermediate and marts, each test a check."""

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from orchestration.defs.dbt_specs import ASSETS, asset_key, asset_specs, check_name, check_specs
from orchestration.defs.failure import StepError
from orchestration.defs.labels import table_metadata
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.loading.rules import report
from orchestration.loading.rules.verdict import Consequence
from orchestration.marts.manifest import description_of
from orchestration.warehouse import last_build, up_to_date
from orchestration.warehouse.dbt import NodeResult, TransformError, build_models
from orchestration.warehouse.parsed_project import manifest
from orchestration.warehouse.working import connect

PUBLISHED = dg.AssetKey(["warehouse"])
"""The asset that publishes."""

TAKEN = "Taken from the published snapshot: its inputs have not changed since."

_MANIFEST = json.loads(manifest().read_text(encoding="utf-8"))


@dg.multi_asset(
    name="dbt_models",
    specs=list(asset_specs(_MANIFEST)),
    check_specs=list(check_specs(_MANIFEST)),
    can_subset=True,
    allow_arbitrary_check_specs=True,
    backfill_policy=replay,
)
def dbt_models(context: dg.AssetExecutionContext, load: Load) -> Iterator[Any]:
    """Build and test all selected models in one invocation, on the working file of this load."""
    nodes = _MANIFEST["nodes"]
    keys = {unique_id: asset_key(node) for unique_id, node in nodes.items() if node["resource_type"] in ASSETS}
    checks = {key.name: key for key in context.selected_asset_check_keys}
    is_whole = set(keys.values()) <= context.selected_asset_keys
    passed = _passed_tests(load) if is_whole else None
    if passed is not None:
        report.add(load.home.reports, passed)
        yield from _taken(passed, checks)
        return
    # A run of some models leaves the published file as it is; the catalog must not look as if it had changed.
    selected = context.run.asset_selection
    # A whole load from a shell has an empty selection, not None.
    stays = {} if not selected or PUBLISHED in selected else {"published": False}
    if stays:
        context.log.warning("This run does not publish: readers keep the snapshot that they have.")
    chosen = [nodes[unique_id]["name"] for unique_id, key in keys.items() if key in context.selected_asset_keys]
    changes = _changes(load) if is_whole else _EVERYTHING
    try:
        results = build_models(
            load.home,
            load.ready_dbt(),
            () if is_whole else chosen,
            [".".join(nodes[unique_id]["fqn"]) for unique_id in sorted(changes.nodes)],
        )
    except TransformError as error:
        raise StepError(str(error)) from None
    report.add(load.home.reports, [*_lines(results, nodes, checks), *changes.passed])
    shown = _shown(load, [nodes[unique_id] for unique_id in keys])
    built: dict[str, dict[str, Any]] = {
        result.unique_id: {"seconds": result.seconds}
        for result in results
        if result.status == "success" and keys.get(result.unique_id) in context.selected_asset_keys
    }
    # Without a result, Dagster would skip the steps that follow.
    reported = built | {unique_id: {"built": TAKEN} for unique_id in changes.unchanged}
    parents = {unique_id: keys.keys() & nodes[unique_id].get("depends_on", {}).get("nodes", ()) for unique_id in keys}
    for unique_id in TopologicalSorter(parents).static_order():
        if unique_id in reported:
            metadata = {**shown.get(unique_id, {}), **reported[unique_id], **stays}
            yield dg.MaterializeResult(asset_key=keys[unique_id], metadata=metadata)
    for result in results:
        if result.unique_id in nodes and (check := check_name(nodes[result.unique_id])) in checks:
            yield from _check_result(checks[check], result)
    bad = [result for result in results if result.is_bad]
    if bad:
        raise StepError(_story(bad, nodes))
    yield from _taken(changes.passed, checks)
    if is_whole:
        _keep_build(load, changes.inputs)


def _check_result(check: dg.AssetCheckKey, result: NodeResult) -> Iterator[dg.AssetCheckResult]:
    if result.status != "skipped":
        yield dg.AssetCheckResult(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=result.status == "pass",
            severity=dg.AssetCheckSeverity.ERROR if result.is_bad else dg.AssetCheckSeverity.WARN,
            metadata={
                "failing_rows": result.failures,
                "rows": dg.MetadataValue.text("\n".join(result.rows)),
                "message": result.message,
                "seconds": result.seconds,
            },
        )


@dataclass(frozen=True)
class _Changes:
    """What new rows change.

    Attributes:
        inputs: of all models, as they are now; empty if the working file did not begin as the last build.
        nodes: the ids of the models and tests to build; all if empty.
        unchanged: the ids of the other models.
        passed: the lines of the other tests.
    """

    inputs: Mapping[str, str]
    nodes: Set[str]
    unchanged: Set[str]
    passed: Sequence[report.CheckLine]


_EVERYTHING = _Changes({}, frozenset(), frozenset(), ())


def _changes(load: Load) -> _Changes:
    """What to build."""
    with connect(load.home) as connection:
        inputs = last_build.inputs_of(connection)
    if not inputs:
        return _EVERYTHING
    before, tests = up_to_date.inputs_and_tests(load.home)
    changed = {view for view, content in inputs.items() if content != before.get(view)}
    to_build = last_build.to_build(_MANIFEST, changed, {test["check"] for test in tests})
    run = {check_name(_MANIFEST["nodes"][unique_id]) for unique_id in to_build}
    unchanged = {
        unique_id for unique_id, node in _MANIFEST["nodes"].items() if node["resource_type"] in ASSETS
    } - to_build
    passed = [report.CheckLine(**test) for test in tests if test["check"] not in run]
    return _Changes(inputs, to_build, unchanged, passed)


def _keep_build(load: Load, inputs: Mapping[str, str]) -> None:
    """Keep the file for the next load. In a full build, the staging views are there only now."""
    with connect(load.home) as connection:
        inputs = inputs or last_build.inputs_of(connection)
    last_build.set_aside(load.home, inputs)


def _taken(tests: Sequence[report.CheckLine], checks: Mapping[str, dg.AssetCheckKey]) -> Iterator[dg.AssetCheckResult]:
    """Results of tests that did not run."""
    for test in tests:
        yield dg.AssetCheckResult(
            asset_key=checks[test.check].asset_key,
            check_name=test.check,
            passed=test.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=TAKEN,
        )


def _shown(load: Load, nodes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Unique id -> metadata of each existing table for the UI; views are left out, because reading computes them."""
    with connect(load.home) as connection:
        found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        there = {name for (name,) in found}
        tables = {node["unique_id"]: f"{node['schema']}.{node['name']}" for node in nodes}
        return {
            unique_id: dict(table_metadata(connection, table)) for unique_id, table in tables.items() if table in there
        }


def _passed_tests(load: Load) -> list[report.CheckLine] | None:
    """The tests of the published snapshot, if this load has no documents to check and nothing else changed."""
    if load.workspace.documents_looked_at() != 0:
        return None
    tests = up_to_date.passed_tests(load.home, up_to_date.made_of(load.settings))
    return None if tests is None else [report.CheckLine(**test) for test in tests]


def _lines(
    results: list[NodeResult], nodes: Mapping[str, Any], checks: Mapping[str, dg.AssetCheckKey]
) -> Iterator[report.CheckLine]:
    """The tests as lines of the report of checks."""
    for result in results:
        node = nodes.get(result.unique_id, {})
        key = checks.get(check_name(node)) if node else None
        if key is not None and result.status != "skipped":
            yield report.CheckLine(
                asset=key.asset_key.to_user_string(),
                check=key.name,
                expected=description_of(node),
                severity=report.WARN if result.status == "warn" else report.ERROR,
                passed=result.status == "pass",
                consequence=Consequence.STOPS.value if result.is_bad else None,
                documents=(),
                rows=result.failures,
                text="\n".join([result.message, *result.rows]),
            )


_STORIES = 6
_WIDTH = 240


def _story(bad: list[NodeResult], nodes: Mapping[str, Any]) -> str:
    """One screen about a failed build: the failed models and tests, the rows, and the log to read."""
    lines = [f"dbt: {len(bad)} model(s) or test(s) failed. dbt skipped the models behind them. Nothing was published."]
    for result in bad[:_STORIES]:
        node = nodes.get(result.unique_id, {})
        name = check_name(node) if node else result.unique_id
        file = node.get("original_file_path", "")
        if not result.rows:
            lines.append(f"  {name} ({file}): {result.message.strip()}")
            continue
        tested = node.get("attached_node") or ", ".join(node.get("depends_on", {}).get("nodes", ()))
        models = ", ".join(unique_id.rsplit(".", 1)[-1] for unique_id in tested.split(", "))
        lines.append(f"  {name} ({file}), a test of {models}: {result.failures:,} row(s) should not be there:")
        lines.extend(f"    {row if len(row) <= _WIDTH else row[:_WIDTH] + ' ...'}" for row in result.rows)
        if result.failures > len(result.rows):
            lines.append(f"    ... and {result.failures - len(result.rows):,} more")
    if len(bad) > _STORIES:
        names = [nodes.get(result.unique_id, {}).get("name", result.unique_id) for result in bad[_STORIES:]]
        lines.append(f"  ... and {len(names)} more: {', '.join(names)}")
    lines.append("  The comment at the top of a test explains its rows. dbt's output is in reports/dbt.log.")
    return "\n".join(lines)
