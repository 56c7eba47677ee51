"""Defines the job `monthly_load`, from the publishers to the published file."""

from __future__ import annotations

import dagster as dg

monthly_load = dg.define_asset_job(
    "monthly_load",
    selection=dg.AssetSelection.all(),
    description=(
        "Fetch, check, merge, build, test, publish. With load months, it loads only what was learned in them. Without "
        "load months (shell, schedules and the sensor), it loads everything that is due; in the UI, choose the current "
        "month for that. A run of some assets keeps its results only if `warehouse` is among them, because the working "
        "file is removed when the run ends. One load at a time works in a home; another one waits."
    ),
)
