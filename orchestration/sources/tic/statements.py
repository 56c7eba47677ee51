"""From the long form that TIC's parsers build (a row per measure) to rows of `tic_holdings` (a column per measure).

Holdings and flows of a country and month are one statement: they change together, and are checked together.
Belongs here: the change of form. Does not belong here: the layout of a file.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.tables.raw import tic_holdings

MEASURES = tuple(tic_holdings.TABLE.value_columns)

_KEY = ["series", "country_code", "month_end", "security_type", "instrument"]
_TEXTS = ["unit", "basis", "published_name"]


def statements(long: pd.DataFrame) -> pd.DataFrame:
    """Turn one document's figures into statements.

    Args:
        long: `holdings.COLUMNS`; each key and measure once.

    Returns:
        The columns of `tic_holdings` that a document has, with `revised_on` (its own release day, or NaT) and the
        first line of each statement; in the order of these lines.
    """
    groups = long.groupby(_KEY, sort=False, dropna=False)
    numbers = groups.ngroup().to_numpy()
    first = groups[[*_TEXTS]].first()
    first["revised_on"] = groups["revised_on"].max()
    first["line_number"] = groups["line_number"].min()
    for measure in MEASURES:
        chosen = (long["measure"] == measure).to_numpy()
        values = np.full(len(first), np.nan)
        values[numbers[chosen]] = long["value"].to_numpy()[chosen]
        first[measure] = values
    ordered = first.reset_index().sort_values(
        ["line_number", "series", "security_type", "instrument", "month_end"], kind="stable", ignore_index=True
    )
    return ordered[[*_KEY, *MEASURES, *_TEXTS, "revised_on", "line_number"]]
