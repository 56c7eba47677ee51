"""Jobs: `monthly_load` is everything, from the publishers to the published file."""

from __future__ import annotations

import dagster as dg

monthly_load = dg.define_asset_job(
    "monthly_load",
    selection=dg.AssetSelection.all(),
    description=(
        "Fetch, check, merge, build, test, publish. With load months: only what was learned in them; without (from the "
        "shell, schedules and the sensor): all that is due. In the UI choose the current month for that. A run of only "
        "some of its assets keeps what it did only if `warehouse` is among them: the working file of a load is gone "
        "when the run ends, and readers never see it. One load at a time works in a home; another one waits."
    ),
)
