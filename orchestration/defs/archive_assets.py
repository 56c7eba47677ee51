"""Assets of the first step: what each publisher gave, kept as bytes."""

import datetime as dt

import dagster as dg

from orchestration.archive import ArchiveError
from orchestration.archive.gather import GatherSummary, gather_folder, gather_live, save_answers, source_names
from orchestration.defs.labels import DAILY_FRESHNESS, MONTHLY, SOURCES, release_freshness, tags_of
from orchestration.defs.partitions import load_months, replay, window_of
from orchestration.defs.resources import Load
from orchestration.loading.parse import Window
from orchestration.sample import SAMPLE_FOLDER
from orchestration.sources.base import SourceError
from orchestration.sources.registry import OTHER

_DESCRIPTIONS = {
    "tic": "TIC's files: who holds US Treasuries, as the Treasury Department publishes it.",
    "fred": "FRED's series: yields, funding, credit, equities, the dollar, stress indexes.",
    "treasury": "Treasury's own par yield curve: a cross-check of FRED's, and its fallback.",
    "ofr": "The OFR's daily Financial Stress Index: a benchmark of our own.",
    "coinbase": "Candles of Coinbase Exchange, in dollars: the preferred venue.",
    "binance": "Candles of Binance, in the dollar token.",
    "kraken": "Candles of Kraken, in dollars: a cross-check.",
    OTHER: "Documents of a folder that no source reads: kept, and listed as not used.",
}


_STAYS = (
    "Bytes as they came, never changed, stored once by content. Stays, whatever becomes of the run. "
    "Partitions are load months: all that was learned in a month."
)


def _freshness(source: str) -> dg.FreshnessPolicy | None:
    """When a publisher is to have been asked again."""
    if source == OTHER:
        return None
    return release_freshness() if source in MONTHLY else DAILY_FRESHNESS


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
        description=f"{_DESCRIPTIONS.get(source, source)} {_STAYS}",
        group_name="archive",
        kinds={"file"},
        owners=SOURCES,
        tags={} if source == OTHER else tags_of([source]),
        freshness_policy=_freshness(source),
        partitions_def=load_months,
        backfill_policy=replay,
    )
    def archive(context: dg.AssetExecutionContext, load: Load) -> dg.MaterializeResult[None]:
        try:
            summary = _gather(load, source, window_of(context.run))
        except (SourceError, ArchiveError) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        save_answers(load.home.work, summary)
        for failure in summary.failed:
            context.log.warning("%s %s: %s", source, failure.dataset, failure.reason)
        for warning in summary.warnings:
            context.log.warning("%s %s", source, warning)
        if summary.missing:
            lines = "\n".join(f"  {failure.dataset}: {failure.reason}" for failure in summary.missing)
            raise dg.Failure(
                f"{source}: the load cannot do without these, and stopped. Nothing was published.\n{lines}",
                allow_retries=False,
            )
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


archive_assets = [_archive_asset(source) for source in source_names()]
