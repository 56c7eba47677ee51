"""Assets and checks of dbt: staging, intermediate and marts, each test a check."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from orchestration.defs.dbt_project import dbt_project, manifest
from orchestration.defs.resources import Load


class _Translator(DagsterDbtTranslator):
    """Groups models by the step of the flow; everything else is dagster-dbt's way."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The schema is the step."""
        return str(dbt_resource_props.get("schema") or "dbt")


@dbt_assets(manifest=manifest(), project=dbt_project, dagster_dbt_translator=_Translator(), name="dbt_models")
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, load: Load) -> Iterator[Any]:
    """Build and test all selected models in one invocation, on the working file of this load."""
    del load  # holds the home, and with it the working file, while dbt runs
    yield from dbt.cli(["build"], context=context).stream()
