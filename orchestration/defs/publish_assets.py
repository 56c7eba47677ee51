"""Assets of the last steps: the published warehouse, the brief, and the exported files."""

import datetime as dt
import json
from collections.abc import Iterator

import dagster as dg

from orchestration.archive import ArchiveError
from orchestration.brief.site import BriefError, write_site
from orchestration.defs.dbt_assets import dbt_models
from orchestration.defs.failure import StepError
from orchestration.defs.labels import DAILY_FRESHNESS, HOLDINGS, WAREHOUSE
from orchestration.defs.partitions import replay, window_of
from orchestration.defs.resources import Load
from orchestration.defs.statistics_assets import statistics_assets
from orchestration.loading.rules import report
from orchestration.marts.catalog import catalog
from orchestration.marts.export.files import ExportError, export, withdraw
from orchestration.marts.export.raw import export_raw
from orchestration.marts.record import append
from orchestration.published import PublishedError
from orchestration.runs import conditions
from orchestration.warehouse import last_build, up_to_date
from orchestration.warehouse.parsed_project import manifest
from orchestration.warehouse.publish import PublishError, publish

_DBT_SCHEMAS = {key.path[0] for key in dbt_models.keys}
_statistics = sorted(key for asset in statistics_assets for key in asset.keys)


def _marts() -> list[str]:
    nodes = json.loads(manifest().read_text(encoding="utf-8"))["nodes"].values()
    models = [node["name"] for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    return [*models, *(key.path[-1] for key in _statistics)]


@dg.asset(
    key=["warehouse"],
    description=(
        "The file that readers open, `tidemark.duckdb`. It is swapped in whole after every check has passed. A run "
        "without this step changes only the archive."
    ),
    deps=[*(key for key in dbt_models.keys if key.path[0] == "marts"), *_statistics],
    group_name="published",
    owners=WAREHOUSE,
    kinds={"duckdb"},
    freshness_policy=DAILY_FRESHNESS,
    backfill_policy=replay,
)
def warehouse(load: Load) -> dg.MaterializeResult[None]:
    """Publish the working file."""
    try:
        release = publish(load.home, load.settings.as_of, _marts(), load.settings.keep_releases)
    except PublishError as error:
        raise StepError(str(error)) from None
    tests = [
        line
        for line in report.read(load.home.reports, report.UNPUBLISHED)
        if line["asset"].partition("/")[0] in _DBT_SCHEMAS
    ]
    up_to_date.record(load.home, up_to_date.made_of(load.settings), tests, last_build.keep(load.home))
    report.publish(load.home.reports)
    return dg.MaterializeResult(
        metadata={
            "published": dg.MetadataValue.path(str(load.home.published)),
            "release": release.parent.name,
            "bytes": release.stat().st_size,
        }
    )


@dg.asset(
    key=["brief"],
    description="The site for people: `reports/site/index.html` and five more pages, made from the published marts.",
    deps=[warehouse],
    group_name="published",
    owners=WAREHOUSE,
    kinds={"altair"},
    backfill_policy=replay,
)
def brief(load: Load) -> dg.MaterializeResult[None]:
    """Evaluate the alerts on the published snapshot, and write the site."""
    try:
        conditions.evaluate(load.home, load.settings.extra, dg.get_dagster_logger().warning)
        page = write_site(
            load.home.published, load.home.reports, load.settings.site_url, alerts=conditions.fired(load.home)
        )
    except BriefError as error:
        raise StepError(str(error)) from None
    up_to_date.add(load.home, up_to_date.BRIEF)
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(page)),
            "bytes": sum(file.stat().st_size for file in page.parent.iterdir()),
        },
    )


@dg.asset(
    key=["record"],
    description=(
        "What the published nowcast says about the next TIC releases, appended to the archive and never changed. An "
        "as-of load and a replay of past load months say nothing."
    ),
    deps=[warehouse],
    group_name="published",
    owners=HOLDINGS,
    kinds={"file"},
    backfill_policy=replay,
)
def record(context: dg.AssetExecutionContext, load: Load) -> dg.MaterializeResult[None]:
    """Append the statements of this load to the archive. If that fails, the load has still succeeded."""
    now = dt.datetime.now(dt.UTC)
    last_day = window_of(context.run).last_day
    added: list[str] = []
    if load.settings.as_of is not None:
        context.log.info("The nowcast is not recorded: this load is as of a day in the past.")
    elif last_day is not None and last_day < now.date():
        context.log.info("The nowcast is not recorded: this load replays past months.")
    else:
        try:
            added = append(load.archive, load.home.published, is_live=load.settings.source == "live", now=now)
        except (ArchiveError, PublishedError) as error:
            context.log.warning("The nowcast is not recorded: %s", error)
    up_to_date.add(load.home, up_to_date.RECORD)
    return dg.MaterializeResult(metadata={"documents_added": len(added), "addresses": "\n".join(added)})


@dg.asset(
    key=["exports"],
    description="The marts of the snapshot as files with a Frictionless Data Package, if TIDEMARK_EXPORT is set; "
    "the raw tables, if TIDEMARK_RAW_EXPORT names a folder.",
    deps=[warehouse],
    group_name="published",
    owners=WAREHOUSE,
    kinds={"parquet"},
    output_required=False,
    backfill_policy=replay,
)
def exports(load: Load) -> Iterator[dg.MaterializeResult[None]]:
    """Export the published snapshot."""
    settings = load.settings
    try:
        if settings.raw_export is not None:
            export_raw(load.home, settings.raw_export)
        if settings.export == "none":
            withdraw(load.home)
            up_to_date.add(load.home, up_to_date.EXPORTS)
            return
        exported = export(
            load.home,
            catalog(),
            only_public=settings.export == "public",
            formats=settings.export_format,
        )
    except ExportError as error:
        raise StepError(str(error)) from None
    up_to_date.add(load.home, up_to_date.EXPORTS)
    yield dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(exported.folder)),
            "files": exported.files,
            "bytes": exported.size,
            "left_out": "\n".join(f"{mart}: {reason}" for mart, reason in exported.left_out.items()),
        }
    )
