"""Jobs: `monthly_load` is everything, from the publishers to the published file."""

from __future__ import annotations

import dagster as dg

monthly_load = dg.define_asset_job(
    "monthly_load",
    selection=dg.AssetSelection.all(),
    description="Fetch, check, merge, build, test, publish. With load months: only what was learned in them.",
)
