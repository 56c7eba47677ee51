"""What the answers of FRED's API about windows of time say together, to compare with what was published."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["series_id", "date", "value", "realtime_start", "realtime_end", "line_number"]


def joined(frame: pd.DataFrame) -> pd.DataFrame:
    """Join rows that the edges of realtime windows have split.

    The API clips `realtime_start` and `realtime_end` to the requested window, so a value that is valid across an edge
    arrives as two rows. Apply this to all documents of one series together: the result does not depend on the edges.

    Args:
        frame: observations, as `parse` returns them, of one or more documents.

    Returns:
        The same columns; equal values of a date whose windows touch or overlap are one row, with the `line_number` of
        the first. Sorted by series, date and realtime_start. Rows without realtime days come first, as they are.
    """
    is_dated = frame["realtime_start"].notna() & frame["realtime_end"].notna()
    plain, dated = frame[~is_dated], frame[is_dated]
    if dated.empty:
        return plain.reset_index(drop=True)
    dated = dated.sort_values(["series_id", "date", "realtime_start", "realtime_end"], kind="stable")
    dated = dated.reset_index(drop=True)
    before = dated.shift()
    latest_end = dated.groupby(["series_id", "date"], sort=False)["realtime_end"].cummax().shift()
    same_figure = (dated["series_id"] == before["series_id"]) & (dated["date"] == before["date"])
    same_value = (dated["value"] == before["value"]) | (dated["value"].isna() & before["value"].isna())
    touches = dated["realtime_start"] - pd.Timedelta(days=1) <= latest_end
    run = (~(same_figure & same_value & touches)).cumsum()
    merged = dated.groupby(run, sort=False).agg(
        {name: "first" for name in COLUMNS if name not in ("value", "realtime_end")} | {"realtime_end": "max"}
    )
    # The aggregation "first" would skip NaN, which is a value here.
    merged["value"] = dated.loc[~run.duplicated(), "value"].to_numpy()
    # A value without an end in an older document ends where a newer document has another value.
    next_start = merged.groupby(["series_id", "date"], sort=False)["realtime_start"].shift(-1)
    last_day = (next_start - pd.Timedelta(days=1)).fillna(merged["realtime_end"])
    merged["realtime_end"] = merged["realtime_end"].where(merged["realtime_end"] <= last_day, last_day)
    merged = merged[COLUMNS].reset_index(drop=True)
    return merged if plain.empty else pd.concat([plain, merged], ignore_index=True)
