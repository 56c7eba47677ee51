"""What the rules of a suite find, in plain pandas: Great Expectations takes a second a load, and unit tests have many.

Belongs here: one function with the meaning of `run_suite`, for the kinds of expectations that our suites use; tests
hold the two against each other. Does not belong here: any claim about a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from orchestration.loading.rules.suites import Breach, Suite


def look(suite: Suite, frames: Iterable[pd.DataFrame], identity: list[str]) -> list[Breach]:
    """What `run_suite` finds.

    Raises:
        ValueError: the suite has a kind of expectation that is not spelt out here.
    """
    parts = [frame for frame in frames if not frame.empty]
    if not parts:
        return []
    frame = pd.concat(parts, ignore_index=True)
    breaches: list[Breach] = []
    for rule, expectation in zip(suite.rules, suite.expectations, strict=True):
        kwargs = expectation["kwargs"]
        columns = [value for name, value in kwargs.items() if name.startswith("column")]
        rows = frame[_is_unexpected(frame, expectation["type"], kwargs)]
        if len(rows):
            breaches.append(Breach(rule, rows[list(dict.fromkeys([*identity, *columns]))]))
    return breaches


def _is_unexpected(frame: pd.DataFrame, kind: str, kwargs: dict[str, Any]) -> Any:
    if kind.startswith("expect_column_pair"):
        first, second = frame[kwargs["column_A"]], frame[kwargs["column_B"]]
        is_broken = first < second if kind.endswith("greater_than_b") else first != second
        return is_broken & first.notna() & second.notna()
    values = frame[kwargs["column"]]
    match kind:
        case "expect_column_values_to_be_null":
            return values.notna()
        case "expect_column_values_to_not_be_null":
            return values.isna()
        case "expect_column_values_to_be_in_set":
            return values.notna() & ~values.isin(kwargs["value_set"])
        case "expect_column_values_to_be_between":
            low, high = kwargs.get("min_value"), kwargs.get("max_value")
            if isinstance(low, str):
                days = pd.to_datetime(values)
                return (days < pd.Timestamp(str(low))) | (days > pd.Timestamp(str(high)))
            numbers = pd.to_numeric(values).astype("float64")
            below = numbers < (-np.inf if low is None else low)
            return below | (numbers > (np.inf if high is None else high))
    raise ValueError(f"{kind} is not spelt out in plain pandas: add it to tests/unit/plain_rules.py.")
