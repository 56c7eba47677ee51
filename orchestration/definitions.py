"""Assembles the code location from `defs/`, and nothing else."""

import warnings

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """All definitions of Tidemark, listed: `load_from_defs_folder` imports every installed integration of Dagster."""
    with warnings.catch_warnings():
        # Of Dagster about itself: backfill policies are in beta, and its resources use an old name of pydantic.
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        from orchestration.defs.archive_assets import archive_assets
        from orchestration.defs.checked_assets import checked_assets
        from orchestration.defs.dbt_assets import dbt_models
        from orchestration.defs.jobs import monthly_load
        from orchestration.defs.loggers import progress
        from orchestration.defs.publish_assets import brief, exports, record, warehouse
        from orchestration.defs.raw_assets import documents, parsed_assets, raw_assets
        from orchestration.defs.resources import Load
        from orchestration.defs.schedules import daily_load
        from orchestration.defs.sensors import tic_release
        from orchestration.defs.statistics_assets import statistics_assets

        steps = [*archive_assets, *parsed_assets, *checked_assets, *raw_assets, documents]
        return dg.Definitions(
            assets=[*steps, dbt_models, *statistics_assets, warehouse, brief, record, exports],
            jobs=[monthly_load],
            schedules=[daily_load],
            sensors=[tic_release],
            resources={"load": Load()},
            loggers={"progress": progress, "console": dg.colored_console_logger},
            # Start-up is most of a run, and DuckDB has one writer.
            executor=dg.in_process_executor,
        )
