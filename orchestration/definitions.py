"""Assembles the code location from `defs/`, and nothing else."""

import warnings

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """All definitions of Tidemark. `load_from_defs_folder` would import every installed integration of Dagster."""
    with warnings.catch_warnings():
        # Of Dagster about itself: backfill policies are in beta, and its resources use an old name of pydantic.
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        from orchestration.defs import (
            archive_assets,
            checked_assets,
            dbt_assets,
            publish_assets,
            raw_assets,
            statistics_assets,
        )
        from orchestration.defs.jobs import monthly_load
        from orchestration.defs.loggers import progress
        from orchestration.defs.resources import Load
        from orchestration.defs.schedules import daily_load
        from orchestration.defs.sensors import tic_release

        modules = [archive_assets, raw_assets, checked_assets, dbt_assets, statistics_assets, publish_assets]
        return dg.Definitions(
            assets=dg.load_assets_from_modules(modules),
            jobs=[monthly_load],
            schedules=[daily_load],
            sensors=[tic_release],
            resources={"load": Load()},
            loggers={"progress": progress, "console": dg.colored_console_logger},
            # Start-up is most of a run, and DuckDB has one writer.
            executor=dg.in_process_executor,
        )
