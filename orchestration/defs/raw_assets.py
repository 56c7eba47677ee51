"""Assets of the second and fourth step: the parsed rows, and the raw tables that they are merged into.

The third step is the checks of `expectations/` (`checked_assets.py`).
"""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from orchestration.archive import ArchiveError
from orchestration.archive.listing import loss
from orchestration.defs.checked_assets import check_result, check_specs, checked_keys, not_passed
from orchestration.defs.failure import StepError, stop_if_broken
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
from orchestration.loading.merge import merge
from orchestration.loading.parse import DEAD, parse_due, read_decisions, unclaimed
from orchestration.loading.rules import report
from orchestration.loading.rules.datasets import judge_datasets
from orchestration.loading.rules.rule_files import DATASETS, read_suite, rules_version, tables_judged_with
from orchestration.marts.preview import is_simulated
from orchestration.spark.start import SparkError, has_enough, merge_on_spark, read_documents
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.warehouse.working import connect

LEDGER = ["raw", "documents"]


def _parsed_asset(table: RawTable) -> dg.AssetsDefinition:
    @dg.asset(
        key=["parsed", table.name],
        description=f"Rows of new documents for raw.{table.name}: {table.about}. {KEPT_IF_PUBLISHED}",
        deps=[["archive", source] for source in table.sources],
        group_name="parsed",
        kinds={"parquet"},
        owners=SOURCES,
        tags=tags_of(table.sources),
        backfill_policy=replay,
    )
    def parsed(context: dg.AssetExecutionContext, load: Load) -> dg.MaterializeResult[None]:
        with connect(load.home) as connection:
            decisions = read_decisions(connection)
        try:
            result = parse_due(
                load.archive,
                decisions,
                rules_version(),
                table,
                window_of(context.run),
                load.workspace,
                tables_judged_with(table.name),
                partial(read_documents, load.home) if load.settings.engine == "spark" else None,
            )
        except (ArchiveError, SparkError) as error:
            raise StepError(str(error)) from None
        if result.entries:
            load.ready_dbt()
        for entry in result.entries:
            if entry.status == DEAD:
                context.log.warning("%s (%s): %s", entry.address, entry.retrieved_at[:10], entry.reason)
        return dg.MaterializeResult(metadata={"documents": len(result.entries), "rows": result.rows})

    return parsed


def _raw_asset(table: RawTable) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", table.name],
        description=(
            f"Every vintage of {table.about}: a row each time the publisher's value changed. {KEPT_IF_PUBLISHED}"
        ),
        deps=checked_keys(table.name),
        group_name="raw",
        kinds={"duckdb"},
        owners=WAREHOUSE,
        tags=tags_of(table.sources),
        metadata=column_schema({column.name: (column.kind, column.description) for column in table.columns}),
        backfill_policy=replay,
    )
    def raw(load: Load) -> dg.MaterializeResult[None]:
        workspace = load.workspace
        parsed = workspace.parsed(table.name)
        without_rows = [entry.document_id for entry in parsed.entries if not entry.rows_parsed]
        rows, held = workspace.rows_path(table.name), workspace.held_path(table.name)
        with connect(load.home) as connection:
            try:
                on_spark = load.settings.engine == "spark" and has_enough(parsed.rows)
                merged = partial(merge_on_spark, load.home) if on_spark else merge
                counts = merged(connection, table, rows, parsed.replaced, held, without_rows)
            except SparkError as error:
                raise StepError(str(error)) from None
            # This load's documents are not in the ledger yet.
            simulated = any(entry.form == SIMULATED for entry in parsed.entries) or is_simulated(connection)
            shown = table_metadata(connection, f"raw.{table.name}", simulated=simulated)
        workspace.save_counts(table.name, counts)
        return dg.MaterializeResult(
            metadata={
                "rows_parsed": parsed.rows,
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
        "The ledger: what happened to every document. Every row of raw names its document. The checks compare each "
        f"dataset with its calendar and report late data. {KEPT_IF_PUBLISHED}"
    ),
    deps=[*(["raw", table] for table in RAW_TABLES), ["archive", "other"]],
    check_specs=check_specs(LEDGER, read_suite(DATASETS).rules),
    group_name="raw",
    kinds={"duckdb"},
    owners=WAREHOUSE,
    backfill_policy=replay,
)
def documents(context: dg.AssetExecutionContext, load: Load) -> Iterator[dg.MaterializeResult[None]]:
    """Write the ledger, and check each dataset for late data."""
    missing = load.archive.missing()
    if missing:
        said = loss(load.home.archive, load.home.published, missing, len(load.archive.expected))
        raise StepError(said)
    workspace = load.workspace
    entries = [entry for table in RAW_TABLES for entry in workspace.parsed(table).entries]
    counts = {document: count for table in RAW_TABLES for document, count in workspace.counts(table).items()}
    refused = {document: why for table in RAW_TABLES for document, why in workspace.refused(table).items()}
    with connect(load.home) as connection:
        entries += unclaimed(load.archive, read_decisions(connection), window_of(context.run))
        ledger.record(connection, entries, counts, refused, rules_version())
        workspace.save_documents_looked_at(len(entries))
        shown = table_metadata(connection, ".".join(LEDGER))
        lines = judge_datasets(connection, workspace, workspace.answers(), "/".join(LEDGER), is_quiet=not entries)
    report.add(load.home.reports, lines)
    yield dg.MaterializeResult(
        metadata={"documents": len(entries), **not_passed(lines), **shown},
        check_results=[check_result(LEDGER, line) for line in lines],
    )
    stop_if_broken(lines)


parsed_assets = [_parsed_asset(table) for table in RAW_TABLES.values()]
raw_assets = [_raw_asset(table) for table in RAW_TABLES.values()]
