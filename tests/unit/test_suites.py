"""The bridge to Great Expectations: suites are data, understood whole, and a breach names its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.loading.rules import suites
from orchestration.loading.rules.suites import SuiteError, read_suite, rules_version, run_suite
from orchestration.loading.rules.verdict import suites_of, tables_needed
from orchestration.tables.raw_tables import RAW_TABLES

POSITIVE = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "value", "min_value": 0},
    "severity": "critical",
    "meta": {"rule": "value_is_positive", "expected": "no value is negative"},
}
ABOVE = {
    "type": "expect_column_pair_values_a_to_be_greater_than_b",
    "kwargs": {"column_A": "high", "column_B": "low", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
    "severity": "warning",
    "meta": {"rule": "high_is_highest", "expected": "high is not below low", "advice": "Look at the chart."},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(suites, "SUITES", tmp_path)
    read_suite.cache_clear()
    yield tmp_path
    read_suite.cache_clear()


def _write(folder: Path, expectations: list[dict[str, Any]]) -> suites.Suite:
    content = {"name": "made_up", "meta": {}, "expectations": expectations}
    (folder / "made_up.json").write_text(json.dumps(content), encoding="utf-8")
    return read_suite("made_up")


def _frame(values: list[float | None]) -> pd.DataFrame:
    numbers = range(len(values))
    return pd.DataFrame({"row_number": numbers, "value": values, "high": 2.0, "low": [1.0, *[3.0] * (len(values) - 1)]})


def test_a_breach_names_its_rows_and_what_the_rule_looked_at(folder: Path) -> None:
    suite = _write(folder, [POSITIVE, ABOVE])
    first, second = run_suite(suite, [_frame([1.0, -1.0, None, -2.0])], ["row_number"])
    assert (first.rule.name, first.rule.is_critical, first.rule.advice) == ("value_is_positive", True, None)
    assert first.rows.to_dict("list") == {"row_number": [1, 3], "value": [-1.0, -2.0]}
    assert (second.rule.name, second.rule.is_critical) == ("high_is_highest", False)
    assert second.rows.to_dict("list") == {"row_number": [1, 2, 3], "high": [2.0] * 3, "low": [3.0] * 3}


def test_a_frame_in_parts_gives_the_same_breaches_as_the_whole(folder: Path) -> None:
    suite = _write(folder, [POSITIVE, ABOVE])
    frame = _frame([float(n % 3 - 1) for n in range(50)])
    parts = [frame.iloc[start : start + 7] for start in range(0, 50, 7)]
    for whole, pieced in zip(
        run_suite(suite, [frame], ["row_number"]), run_suite(suite, parts, ["row_number"]), strict=True
    ):
        pd.testing.assert_frame_equal(whole.rows.reset_index(drop=True), pieced.rows)


def test_a_good_frame_an_empty_one_and_none_at_all_break_nothing(folder: Path) -> None:
    suite = _write(folder, [POSITIVE])
    assert run_suite(suite, [_frame([1.0, None])], ["row_number"]) == []
    assert run_suite(suite, [_frame([1.0]).iloc[:0]], ["row_number"]) == []
    assert run_suite(suite, [], ["row_number"]) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "expect_nonsense"}, "understood 0 of them"),
        ({"kwargs": {"column": "volume", "min_value": 0}}, "gives no column volume"),
        ({"kwargs": {"column": "value", "min_value": "soon"}}, "made_up"),
    ],
)
def test_a_rule_that_cannot_be_run_is_an_error_and_not_dropped(folder: Path, change: dict[str, Any], said: str) -> None:
    suite = _write(folder, [POSITIVE | change])
    with pytest.raises(SuiteError, match=said):
        run_suite(suite, [_frame([1.0])], ["row_number"])


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}', '{"expectations": [{"type": "t"}]}'])
def test_a_file_that_is_no_suite_is_named(folder: Path, text: str) -> None:
    (folder / "made_up.json").write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"made_up\.json"):
        read_suite("made_up")


@pytest.mark.parametrize("table", RAW_TABLES)
def test_the_suites_of_a_table_are_whole(table: str) -> None:
    found = suites_of(table)
    names = [rule.name for suite in found for rule in suite.rules]
    assert len(names) == len(set(names)), "a rule's name is its check's name in Dagster"
    for suite in found[1:3]:
        assert suite.rules
        assert suite.query.startswith("-- Grain: ")
        for expectation in suite.expectations:
            assert expectation["severity"] in ("critical", "warning")
            assert expectation["meta"]["expected"]
            if {"min_value", "max_value"} & set(expectation["kwargs"]):
                assert expectation["meta"]["why"], "a bound without a reason cannot be kept up"
    assert table in tables_needed(table)


def test_another_rule_is_another_version(folder: Path) -> None:
    _write(folder, [POSITIVE])
    rules_version.cache_clear()
    before = rules_version()
    _write(folder, [POSITIVE, ABOVE])
    rules_version.cache_clear()
    assert rules_version() != before
    rules_version.cache_clear()
