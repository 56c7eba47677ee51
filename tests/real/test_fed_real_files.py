"""The real files of Bertaut and Judson: they are read whole, their identity holds, and known figures are theirs."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from orchestration.sources import fed
from tests.installation import REAL_FILES

FOLDER = REAL_FILES.parent / "field" / "fed" / "2021-07-01"
AT = dt.datetime(2021, 7, 1, tzinfo=dt.UTC)


def rows_of(dataset: str) -> pd.DataFrame:
    path = FOLDER / fed.FILES[dataset]
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return fed.parse(dataset, path.read_bytes(), AT)


def test_japan_in_november_2020() -> None:
    rows = rows_of("liabilities")
    (japan,) = rows[
        (rows["country_code"] == "42609") & (rows["month_end"] == "2020-11-30") & (rows["security_type"] == "treasury")
    ].itertuples()
    assert (japan.net_flow, japan.valuation_change, japan.monthly_gap, japan.estimated_position) == (
        567,
        1235,
        -13842,
        1192165,
    )


@pytest.mark.parametrize(
    ("dataset", "security_type", "compared", "within_two"),
    [("liabilities", "treasury", 8615, 8556), ("official", "treasury", 318, 318)],
)
def test_position_is_the_previous_one_with_flow_valuation_and_gap(
    dataset: str, security_type: str, compared: int, within_two: int
) -> None:
    rows = rows_of(dataset)
    rows = rows[rows["security_type"] == security_type].sort_values(["country_code", "month_end"])
    before = rows.groupby("country_code")["estimated_position"].shift()
    off = (
        (rows["estimated_position"] - before - rows["net_flow"] - rows["valuation_change"] - rows["monthly_gap"])
        .abs()
        .dropna()
    )
    assert (len(off), int((off <= 2).sum())) == (compared, within_two)


def test_all_files_are_read_completely() -> None:
    assert [len(rows_of(dataset)) for dataset in fed.FILES] == [34764, 16128, 1276]
    months = rows_of("official")["month_end"]
    assert (str(months.min().date()), str(months.max().date())) == ("1984-12-31", "2011-06-30")
