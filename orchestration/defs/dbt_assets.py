"""Assets and checks of dbt: staging, intermediate and marts, each test a check."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from orchestration.defs.dbt_project import dbt_project, manifest
from orchestration.defs.partitions import replay
from orchestration.defs.resources import Load
from orchestration.warehouse.transform import NodeResult, TransformError, build_models


class _Translator(DagsterDbtTranslator):
    """Groups models by the step of the flow; everything else is dagster-dbt's way."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The schema is the step."""
        return str(dbt_resource_props.get("schema") or "dbt")


_translator = _Translator()


@dbt_assets(
    manifest=manifest(),
    project=dbt_project,
    dagster_dbt_translator=_translator,
    name="dbt_models",
    backfill_policy=replay,
)
def dbt_models(context: dg.AssetExecutionContext, load: Load) -> Iterator[Any]:
    """Build and test all selected models in one invocation, on the working file of this load."""
    nodes = json.loads(manifest().read_text(encoding="utf-8"))["nodes"]
    keys = {
        unique_id: _translator.get_asset_key(node)
        for unique_id, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    }
    chosen = [nodes[unique_id]["name"] for unique_id, key in keys.items() if key in context.selected_asset_keys]
    try:
        results = build_models(load.home, chosen if len(chosen) < len(keys) else ())
    except TransformError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    checks = {key.name: key for key in context.selected_asset_check_keys}
    for result in results:
        node = nodes.get(result.unique_id)
        if node is None:
            continue  # a hook of the project
        if keys.get(result.unique_id) in context.selected_asset_keys and result.status == "success":
            yield dg.MaterializeResult(asset_key=keys[result.unique_id], metadata={"seconds": result.seconds})
        elif node["name"] in checks and result.status != "skipped":
            yield dg.AssetCheckResult(
                asset_key=checks[node["name"]].asset_key,
                check_name=node["name"],
                passed=result.status == "pass",
                severity=dg.AssetCheckSeverity.ERROR if result.is_bad else dg.AssetCheckSeverity.WARN,
                metadata={"failing_rows": result.failures, "message": result.message, "seconds": result.seconds},
            )
    bad = [result for result in results if result.is_bad]
    if bad:
        raise dg.Failure(_story(bad, nodes), allow_retries=False)


def _story(bad: list[NodeResult], nodes: Mapping[str, Any]) -> str:
    """Which models and tests failed, and where to look, for a person."""
    lines = [f"dbt: {len(bad)} model(s) or test(s) failed; what they hold up was not built."]
    for result in bad:
        node = nodes.get(result.unique_id, {})
        lines.append(
            f"  {node.get('name', result.unique_id)} ({node.get('original_file_path', '')}): {result.message.strip()}"
        )
    return "\n".join(lines)
