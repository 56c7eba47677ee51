"""The assets and checks of dbt's nodes, from its manifest: a model or seed is an asset, a test is a check.

Belongs here: keys, texts, groups, owners and metadata in the UI. Does not belong here: running dbt (`dbt_assets`).

`dagster-dbt` makes such specs too, but it imports dbt, which costs every load 1.5 seconds of CPU time and 80 MB.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.defs.labels import (
    HOLDINGS,
    KEPT_IF_PUBLISHED,
    MARKETS,
    MARTS,
    SOURCES,
    WAREHOUSE,
    column_schema,
    family_of,
    group_of_mart,
)

ASSETS = ("model", "seed")
"""The types of nodes that are assets."""

Node = Mapping[str, Any]


def asset_key(node: Node) -> dg.AssetKey:
    """The schema and name of a model, seed or source."""
    return dg.AssetKey([node["source_name"] if node["resource_type"] == "source" else node["schema"], node["name"]])


def check_name(test: Node) -> str:
    """The name of a test. dbt ends the name of a test without arguments with an underscore."""
    return str(test["name"]).rstrip("_")


def asset_specs(manifest: Node) -> Iterator[dg.AssetSpec]:
    """A spec for each model and seed."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    for node in manifest["nodes"].values():
        if node["resource_type"] in ASSETS:
            parents = [nodes[unique_id] for unique_id in node.get("depends_on", {}).get("nodes", ())]
            yield _asset_spec(node, parents)


def check_specs(manifest: Node) -> Iterator[dg.AssetCheckSpec]:
    """A spec for each test of a model, which is the one it is attached to, or that its `meta.dagster.ref` names."""
    nodes = manifest["nodes"]
    models = {node["name"]: unique_id for unique_id, node in nodes.items() if node["resource_type"] in ASSETS}
    for test in nodes.values():
        if test["resource_type"] != "test":
            continue
        parents = test["depends_on"]["nodes"]
        tested = test.get("attached_node") or (parents[0] if len(parents) == 1 else None)
        named = (test["config"].get("meta") or {}).get("dagster", {}).get("ref", {}).get("name")
        tested = models.get(named, tested)
        if tested not in parents or tested not in nodes:
            continue  # the load runs it all the same, and fails if it fails
        others = {asset_key(nodes.get(parent) or manifest["sources"][parent]) for parent in parents if parent != tested}
        yield dg.AssetCheckSpec(
            name=check_name(test),
            asset=asset_key(nodes[tested]),
            description=test.get("meta", {}).get("description"),
            additional_deps=sorted(others),
            blocking=str(test["config"].get("severity") or "error").lower() == "error",
        )


def _asset_spec(node: Node, parents: Sequence[Node]) -> dg.AssetSpec:
    columns = {
        name: (column.get("data_type") or "?", column.get("description") or "")
        for name, column in node.get("columns", {}).items()
    }
    return dg.AssetSpec(
        key=asset_key(node),
        deps=sorted({asset_key(parent) for parent in parents}),
        description=_description(node),
        metadata={
            **(column_schema(columns) if columns else {}),
            "dagster/table_name": ".".join(filter(None, (node["database"], node["schema"], node["alias"]))),
            "dagster/storage_kind": "duckdb",
            "dagster-dbt/materialization_type": node["config"]["materialized"],
        },
        skippable=True,
        group_name=group_of_mart(family_of(node)) if node["schema"] == MARTS else node["schema"],
        code_version=hashlib.sha256((node.get("raw_code") or node["checksum"]["checksum"]).encode()).hexdigest(),
        owners=_owners(node),
        tags=_tags(node),
        kinds={"dbt", "duckdb"},
    )


def _description(node: Node) -> str:
    """The description in its yml, followed by its SQL."""
    code = textwrap.indent(node.get("raw_code") or "", "    ")
    text = (node.get("description") or f"dbt {node['resource_type']} {node['name']}").strip()
    return f"{text}\n\n{KEPT_IF_PUBLISHED}\n\n#### Raw SQL:\n```sql\n{code}\n```"


def _owners(node: Node) -> list[str]:
    """The team that owns a model. Marts belong to the team of their family."""
    if node["resource_type"] == "seed":
        return SOURCES
    owners = {"holdings": HOLDINGS, "thesis": HOLDINGS, "markets": MARKETS, "stress": MARKETS, "cascade": MARKETS}
    return owners.get(family_of(node), WAREHOUSE) if node["schema"] == MARTS else WAREHOUSE


def _tags(node: Node) -> dict[str, str]:
    """Tags of dbt, and whether a mart may be redistributed."""
    terms = (node["config"].get("meta") or {}).get("redistribution")
    return dict.fromkeys(node["tags"], "") | ({"redistribution": str(terms)} if terms else {})
