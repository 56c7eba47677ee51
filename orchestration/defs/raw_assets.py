"""Assets of the second and fourth step: rows offered to raw, and the raw tables they are merged into.

Between the two stand the suites of `expectations/` (`checked_assets.py`).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.archive import ArchiveError
from orchestration.archive.gather import read_answers
from orchestration.defs.checked_assets import check_result, check_specs, checked_keys, not_passed
from orchestration.defs.labels import (
    KEPT_IF_PUBLISHED,
    SOURCES,
    WAREHOUSE,
    column_schema,
    table_metadata,
    tags_of,
)
from orchestration.defs.partitions import replay, window_of
from orchestration.defs.resources import Load
from orchestration.loading import ledger
from orchestration.loading.ledger import SIMULATED
from orchestration.loading.merge import MergeCount, merge
from orchestration.loading.parse import DEAD, Offer, offer, offer_path, settled_documents, unread
from orchestration.loading.rules import report
from orchestration.loading.rules.datasets import judge_datasets
from orchestration.loading.rules.rule_files import DATASETS, read_suite, rules_version, tables_judged_with
from orchestration.loading.rules.verdict import held_path, refused_documents
from orchestration.marts.preview import is_simulated
from orchestration.tables.raw_tables import COLUMN_DESCRIPTIONS, RAW_TABLES, RawTable
from orchestration.warehouse.working import connect

SOURCES_OF = {
    "tic_holdings": ["tic"],
    "tic_release_calendar": ["tic"],
    "fred_observations": ["fred"],
    "fred_series": ["fred"],
    "treasury_par_yields": ["treasury"],
    "ofr_stress_index": ["ofr"],
    "crypto_candles": ["coinbase", "binance", "kraken"],
}

LEDGER = ["raw", "documents"]
LOOKED_AT = "documents_looked_at"
"""A file of the load's work: how many documents it had to look at."""

_DESCRIPTIONS = {
    "tic_holdings": "holdings, net sales and valuation change by country, month and instrument",
    "tic_release_calendar": "announced release days of TIC",
    "fred_observations": "observations of FRED's series",
    "fred_series": "what FRED says of its series, units above all (with an API key)",
    "treasury_par_yields": "par yields by tenor and day",
    "ofr_stress_index": "the OFR's Financial Stress Index, its categories and regions",
    "crypto_candles": "closed candles of every venue",
}


def _counts_path(load: Load, table: str) -> Path:
    return load.home.work / "merged" / f"{table}.json"


def _offered_asset(table: RawTable) -> dg.AssetsDefinition:
    @dg.asset(
        key=["offered", table.name],
        description=(
            f"Rows that new documents offer to raw.{table.name}: {_DESCRIPTIONS[table.name]}. {KEPT_IF_PUBLISHED}"
        ),
        deps=[["archive", source] for source in SOURCES_OF[table.name]],
        group_name="offered",
        kinds={"parquet"},
        owners=SOURCES,
        tags=tags_of(SOURCES_OF[table.name]),
        backfill_policy=replay,
    )
    def offered(context: dg.AssetExecutionContext, load: Load) -> dg.MaterializeResult[None]:
        with connect(load.home) as connection:
            settled = settled_documents(connection)
        path = offer_path(load.home.work, table.name)
        try:
            judged_with = tables_judged_with(table.name)
            result = offer(load.archive, settled, rules_version(), table, window_of(context.run), path, judged_with)
        except ArchiveError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        result.save()
        if result.entries:
            load.ready_dbt()
        for entry in result.entries:
            if entry.status == DEAD:
                context.log.warning("%s (%s): %s", entry.address, entry.retrieved_at[:10], entry.reason)
        return dg.MaterializeResult(metadata={"documents": len(result.entries), "rows": result.rows})

    return offered


def _raw_asset(table: RawTable) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", table.name],
        description=(
            f"Every vintage of {_DESCRIPTIONS[table.name]}: a row where a publisher said something else than before. "
            f"{KEPT_IF_PUBLISHED}"
        ),
        deps=checked_keys(table.name),
        group_name="raw",
        kinds={"duckdb"},
        owners=WAREHOUSE,
        tags=tags_of(SOURCES_OF[table.name]),
        metadata=column_schema(
            {name: (kind, COLUMN_DESCRIPTIONS[name]) for name, kind in table.offered_columns.items()}
        ),
        backfill_policy=replay,
    )
    def raw(load: Load) -> dg.MaterializeResult[None]:
        offered = Offer.load(offer_path(load.home.work, table.name))
        unread = [entry.document_id for entry in offered.entries if not entry.rows_offered]
        held = held_path(load.home.work, table.name)
        with connect(load.home) as connection:
            counts = merge(connection, table, offered.path, offered.replaced, held, unread)
            # The ledger does not know this load's documents yet.
            simulated = any(entry.form == SIMULATED for entry in offered.entries) or is_simulated(connection)
            shown = table_metadata(connection, f"raw.{table.name}", simulated=simulated)
        path = _counts_path(load, table.name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({document: vars(count) for document, count in counts.items()}))
        return dg.MaterializeResult(
            metadata={
                "rows_offered": offered.rows,
                "vintages_added": sum(count.loaded for count in counts.values()),
                "rows_loaded": sum(count.loaded for count in counts.values()),
                "rows_unchanged": sum(count.unchanged for count in counts.values()),
                "rows_quarantined": sum(count.quarantined for count in counts.values()),
                "rows_retracted": sum(count.retracted for count in counts.values()),
                **shown,
            }
        )

    return raw


@dg.asset(
    key=LEDGER,
    description=(
        "The ledger: what became of every document. Every row of raw leads back to one. Its checks say whether each "
        f"dataset is as new as its calendar promises. {KEPT_IF_PUBLISHED}"
    ),
    deps=[*(["raw", table] for table in RAW_TABLES), ["archive", "other"]],
    check_specs=check_specs(LEDGER, read_suite(DATASETS).rules),
    group_name="raw",
    kinds={"duckdb"},
    owners=WAREHOUSE,
    backfill_policy=replay,
)
def documents(context: dg.AssetExecutionContext, load: Load) -> Iterator[dg.MaterializeResult[None]]:
    """Write the ledger, and see whether each dataset is as new as it should be."""
    work = load.home.work
    offers = [Offer.load(offer_path(work, table)) for table in RAW_TABLES]
    counts = {
        document: MergeCount(**count)
        for table in RAW_TABLES
        for document, count in json.loads(_counts_path(load, table).read_text()).items()
    }
    refused = {document: why for table in RAW_TABLES for document, why in refused_documents(work, table).items()}
    entries = [entry for result in offers for entry in result.entries]
    with connect(load.home) as connection:
        entries += unread(load.archive, settled_documents(connection), window_of(context.run))
        ledger.record(connection, entries, counts, refused, rules_version())
        (work / LOOKED_AT).write_text(str(len(entries)), encoding="utf-8")
        shown = table_metadata(connection, ".".join(LEDGER))
        lines = judge_datasets(connection, work, read_answers(work), "/".join(LEDGER), is_quiet=not entries)
    report.add(load.home.reports, lines)
    yield dg.MaterializeResult(
        metadata={"documents": len(entries), **not_passed(lines), **shown},
        check_results=[check_result(LEDGER, line) for line in lines],
    )


offered_assets = [_offered_asset(table) for table in RAW_TABLES.values()]
raw_assets = [_raw_asset(table) for table in RAW_TABLES.values()]
