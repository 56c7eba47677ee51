"""The lists that are data, not code: countries, series, symbols, the release calendar.

They are the seeds of the dbt project, so that the loader and the marts read one and the same list.
Belongs here: reading a seed. Does not belong here: what a list means; the publisher's module that uses it knows.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from orchestration.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


@cache
def read_seed(name: str) -> pd.DataFrame:
    """Read one list.

    Args:
        name: file name without `.csv`.

    Returns:
        All columns as strings, an empty cell as a missing value. The frame is shared: do not change it.
    """
    # Only an empty cell is missing: NA is Namibia.
    return pd.read_csv(SEEDS / f"{name}.csv", dtype="str", encoding="utf-8", keep_default_na=False, na_values=[""])
