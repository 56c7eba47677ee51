"""Assets of the first step: the documents of each publisher, stored as bytes."""

import datetime as dt
from collections import Counter

import dagster as dg

from orchestration.archive import ArchiveError
from orchestration.archive.gather import GatherSummary, gather_folder, gather_live, source_names
from orchestration.defs.failure import StepError
from orchestration.defs.labels import SOURCES as SOURCE_OWNERS
from orchestration.defs.labels import freshness_of, tags_of
from orchestration.defs.partitions import load_months, replay, window_of
from orchestration.defs.resources import Load
from orchestration.loading.parse import Window
from orchestration.sample import SAMPLE_FOLDER
from orchestration.sources.base import SourceError
from orchestration.sources.registry import OTHER, SOURCES

_STAYS = (
    "The original bytes, never changed, stored once by content. They stay even if the run fails. "
    "Partitions are load months: everything learned in one month."
)


def _about(source: str) -> str:
    if source == OTHER:
        return "Documents of a folder that no source reads. They are stored and listed as not used."
    return SOURCES[source].PUBLISHER.about


def _gather(load: Load, source: str, window: Window) -> GatherSummary:
    folder = SAMPLE_FOLDER if load.settings.source == "sample" else load.settings.source_folder
    if folder is not None:
        return gather_folder(load.archive, source, folder, window.first_day, window.last_day)
    today = dt.datetime.now(dt.UTC).date()
    if source == OTHER or (window.last_day is not None and window.last_day < today):
        return GatherSummary(source)
    return gather_live(load.archive, source, load.settings)


def _archive_asset(source: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["archive", source],
        description=f"{_about(source)} {_STAYS}",
        group_name="archive",
        kinds={"file"},
        owners=SOURCE_OWNERS,
        tags={} if source == OTHER else tags_of([source]),
        freshness_policy=None if source == OTHER else freshness_of(SOURCES[source].PUBLISHER),
        partitions_def=load_months,
        backfill_policy=replay,
    )
    def archive(context: dg.AssetExecutionContext, load: Load) -> dg.MaterializeResult[None]:
        try:
            summary = _gather(load, source, window_of(context.run))
        except (SourceError, ArchiveError) as error:
            raise StepError(str(error)) from None
        load.workspace.save_answers(source, summary.answers.values())
        for failure in summary.failed:
            context.log.warning("%s %s: %s", source, failure.dataset, failure.reason)
        for warning in summary.warnings:
            context.log.warning("%s %s", source, warning)
        if summary.missing:
            lines = "\n".join(f"  {failure.dataset}: {failure.reason}" for failure in summary.missing)
            raise StepError(f"{source}: the load cannot do without these, and stopped. Nothing was published.\n{lines}")
        _record_load_months(context, load, source)
        failed = "\n".join(f"{failure.dataset}: {failure.reason}" for failure in summary.failed)
        return dg.MaterializeResult(
            metadata={
                **{f"documents_{outcome}": count for outcome, count in sorted(summary.counts.items())},
                "documents_failed": len(summary.failed),
                **({"failed": failed} if failed else {}),
                "bytes_added": summary.size,
            }
        )

    return archive


def _record_load_months(context: dg.AssetExecutionContext, load: Load, source: str) -> None:
    """Let the catalog show which load months a load without `--months` covers: those that have documents."""
    if context.has_partition_key_range or context.has_partition_key:
        return
    documents = Counter(
        f"{document.retrieved_at:%Y-%m}-01" for document in load.archive.documents() if document.source == source
    )
    known = context.instance.get_materialized_partitions(context.asset_key)
    for month in sorted(documents.keys() & set(load_months.get_partition_keys()) - known):
        context.log_event(
            dg.AssetMaterialization(context.asset_key, partition=month, metadata={"documents": documents[month]})
        )


archive_assets = [_archive_asset(source) for source in source_names()]
