"""Rule files: read whole or not at all, and Great Expectations and their own SQL find the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.loading.rules import breaches, rule_files
from orchestration.loading.rules.breaches import find_breaches
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import (
    DATASETS,
    DOCUMENT,
    QUARANTINE,
    ROW,
    Suite,
    SuiteError,
    read_suite,
    rules_version,
    tables_used,
    verify_uses,
)
from orchestration.loading.rules.verdict import suites_of
from orchestration.loading.workspace import Workspace
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw_tables import RAW_TABLES

TABLE = FRED_OBSERVATIONS.name
RULE = """
-- severity: critical
-- scope: row
-- expected: no value is negative
-- why: A rate is not, and this line is so long
--   that it continues.
-- advice: Look at the chart.
-- uses: news
select row_number, document_id, value from news where value < 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of expectations of its own, with one rule."""
    monkeypatch.setattr(rule_files, "EXPECTATIONS", tmp_path)
    for cached in (read_suite, rules_version):
        cached.cache_clear()
    for kind in ("rules", "facts"):
        (tmp_path / TABLE / kind).mkdir(parents=True)
    _write(tmp_path, "rules/value_is_positive.sql", RULE)
    yield tmp_path
    for cached in (read_suite, rules_version):
        cached.cache_clear()


def _write(folder: Path, name: str, text: str) -> None:
    (folder / TABLE / name).write_text(text.lstrip(), encoding="utf-8")
    read_suite.cache_clear()


def _columns(folder: Path, *entries: dict[str, Any]) -> None:
    _write(folder, "columns.json", json.dumps(entries))


def _expect(kind: str, rule: str = "made_up", severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    meta = {"rule": rule, "expected": f"{rule} holds", "why": "made up"}
    return {"type": f"expect_column_{kind}", "kwargs": kwargs, "severity": severity, "meta": meta}


def _suite() -> Suite:
    suite = read_suite(TABLE)
    verify_uses(suite)
    return suite


@pytest.mark.usefixtures("folder")
def test_a_rule_file_describes_its_rule_completely() -> None:
    (rule,) = _suite().rules
    assert (rule.name, rule.is_critical, rule.scope, rule.uses) == ("value_is_positive", True, ROW, ("news",))
    assert (rule.expected, rule.advice) == ("no value is negative", "Look at the chart.")
    assert rule.why == "A rate is not, and this line is so long that it continues."
    assert rule.query.startswith("select row_number")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("severity: critical", "severity: grave", "severity"),
        ("scope: row", "scope: dataset", "scope"),
        ("-- why: A rate is not, and this line is so long\n--   that it continues.\n", "", "why"),
        ("expected:", "expects:", "expects"),
        ("uses: news", "uses: news, incoming", "does not read incoming"),
        ("uses: news", "uses: known", "reads news"),
        ("uses: news", "uses: nws", "Did you mean news"),
        ("from news", "from news; select 1", "more than one statement"),
        ("from news", "frm news", "not one select"),
        ("from news", "from news, seed_countries", "reads seed_countries"),
        (
            "from news",
            "from (select * from news as n join incoming_tic_holdings using (value))",
            "incoming_tic_holdings",
        ),
    ],
)
def test_an_invalid_file_is_named_with_its_fault(folder: Path, old: str, new: str, named: str) -> None:
    _write(folder, "rules/value_is_positive.sql", RULE.replace(old, new))
    with pytest.raises(SuiteError, match=r"value_is_positive\.sql") as error:
        _suite()
    assert named in str(error.value)


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (
            {"facts/sums.sql": "-- Sums.\n-- uses: incoming\nselect 1 as one from incoming"},
            "sums.sql is not used by any rule",
        ),
        ({"facts/incoming.sql": "-- Sums.\n-- uses: known\nselect 1 as one from known"}, "of an existing relation"),
        ({"facts/sums.sql": "select 1"}, "the purpose of the fact"),
        ({"facts/a.sql": "-- A.\n-- uses: b\nfrom b", "facts/b.sql": "-- B.\n-- uses: a\nfrom a"}, "uses itself"),
    ],
)
def test_an_invalid_fact_is_named(folder: Path, files: dict[str, str], named: str) -> None:
    for name, text in files.items():
        _write(folder, name, text)
    with pytest.raises(SuiteError, match=r"facts/\w+\.sql") as error:
        _suite()
    assert named in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["", "{}", '[{"type": "t"}]', json.dumps([_expect("mean_to_be_between", column="value", min_value=0)])],
)
def test_invalid_column_rules_are_named(folder: Path, text: str) -> None:
    _write(folder, "columns.json", text)
    with pytest.raises(SuiteError, match=r"columns\.json"):
        _suite()


def test_two_rules_of_one_name_are_an_error(folder: Path) -> None:
    _columns(folder, _expect("values_to_not_be_null", "value_is_positive", column="value"))
    with pytest.raises(SuiteError, match="value_is_positive"):
        _suite()


@pytest.mark.usefixtures("folder")
def test_a_folder_without_rules_is_an_error() -> None:
    with pytest.raises(SuiteError, match="tic_holdings"):
        read_suite("tic_holdings")


def test_another_rule_is_another_version(folder: Path) -> None:
    before = rules_version()
    _write(folder, "rules/value_is_positive.sql", RULE.replace("< 0", "< 1"))
    rules_version.cache_clear()
    assert rules_version() != before


# ---------------------------------------------------------------- Great Expectations


@pytest.fixture
def relations(tmp_path: Path) -> Relations:
    """Relations of a load, of which `news` is made up."""
    made = Relations(duckdb.connect(), Workspace(tmp_path), FRED_OBSERVATIONS)
    made.put(
        "news",
        """
        select
            row_number,
            'd' || row_number % 3 as document_id,
            case row_number % 4 when 0 then null else (row_number * 7919) % 41 - 20 end as value,
            ['low', 'high', null][row_number % 3 + 1] as kind,
            (row_number * 31) % 17 / 2.0 as low,
            nullif((row_number * 57) % 23 / 2.0, 3.0) as high,
            date '2026-01-01' + cast(row_number % 60 as integer) as date
        from range(200) as rows (row_number)
        """,
    )
    return made


@pytest.mark.parametrize(
    "entry",
    [
        _expect("values_to_not_be_null", column="value"),
        _expect("values_to_be_null", column="kind"),
        _expect("values_to_be_in_set", column="kind", value_set=["low", "it's"]),
        _expect("values_to_be_between", column="value", min_value=-5),
        _expect("values_to_be_between", column="value", max_value=7.5),
        _expect("values_to_be_between", column="value", min_value=-5, max_value=5, severity="warning"),
        _expect("pair_values_a_to_be_greater_than_b", column_A="high", column_B="low", or_equal=True),
        _expect("pair_values_a_to_be_greater_than_b", column_A="high", column_B="low"),
    ],
    ids=lambda entry: "-".join([entry["type"][14:], *entry["kwargs"]]),
)
def test_great_expectations_and_the_sql_of_a_column_rule_find_the_same(
    folder: Path, relations: Relations, entry: dict[str, Any]
) -> None:
    _columns(folder, entry)
    rule = next(rule for rule in _suite().rules if rule.name == "made_up")
    # `find_breaches` raises where the two counts differ.
    (breach,) = find_breaches(relations, [rule])
    assert 0 < breach.count < 200
    assert breach.shown == tuple(value for name, value in entry["kwargs"].items() if name.startswith("column"))


def test_passed_rules_give_no_finding(folder: Path, relations: Relations) -> None:
    _write(folder, "rules/value_is_positive.sql", RULE.replace("< 0", "< -20"))
    _columns(folder, _expect("values_to_be_between", column="value", min_value=-20, max_value=20))
    assert find_breaches(relations, _suite().rules) == []
    assert find_breaches(relations, []) == []


def test_a_rule_in_sql_may_use_braces(folder: Path, relations: Relations) -> None:
    _write(folder, "rules/value_is_positive.sql", RULE.replace("value < 0", "{'a': value}.a < 0 and kind ~ '^l.{2}$'"))
    (breach,) = find_breaches(relations, _suite().rules)
    assert 0 < breach.count < 200


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("value < 0", "volume < 0", "volume"),
        ("document_id, ", "", "the column document_id is missing"),
        ("from news", "from (from news union all from news) as news", "more than once"),
        ("row_number, document_id", "row_number + 1000 as row_number, document_id", "not in news"),
        ("value < 0", "cast(kind as integer) = 1", "Conversion Error"),
    ],
)
def test_a_rule_that_cannot_be_used_stops_the_load(
    folder: Path, relations: Relations, old: str, new: str, named: str
) -> None:
    _write(folder, "rules/value_is_positive.sql", RULE.replace(old, new))
    with pytest.raises(SuiteError, match="value_is_positive") as error:
        find_breaches(relations, _suite().rules)
    assert named in str(error.value)


def test_a_column_rule_about_a_column_that_does_not_exist_is_named(folder: Path, relations: Relations) -> None:
    _columns(folder, _expect("values_to_not_be_null", column="volume"))
    with pytest.raises(SuiteError, match="made_up"):
        find_breaches(relations, _suite().rules)


@pytest.mark.usefixtures("folder")
def test_counts_that_differ_stop_the_load(relations: Relations, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = breaches._ask_great_expectations

    def one_more(*arguments: Any) -> dict[str, int]:
        return {name: count + 1 for name, count in counted(*arguments).items()}

    monkeypatch.setattr(breaches, "_ask_great_expectations", one_more)
    with pytest.raises(SuiteError, match=r"value_is_positive.*Great Expectations counts"):
        find_breaches(relations, _suite().rules)


# ---------------------------------------------------------------- the real rules


@pytest.mark.parametrize("name", [*RAW_TABLES, QUARANTINE, DATASETS])
def test_every_suite_is_valid(name: str) -> None:
    suite = read_suite(name)
    verify_uses(suite)
    for rule in suite.rules:
        assert rule.expected, rule.path
        has_bound = rule.expectation is None or {"min_value", "max_value"} & set(rule.expectation["kwargs"])
        assert rule.why or not has_bound, f"{rule.name}: a bound without a reason cannot be maintained"


@pytest.mark.parametrize("table", RAW_TABLES)
def test_the_name_of_a_rule_is_the_name_of_its_check(table: str) -> None:
    names = [rule.name for suite in suites_of(table) for rule in suite.rules]
    assert len(names) == len(set(names))
    assert table in tables_used(table)


def test_rules_have_the_scope_of_their_folder() -> None:
    for table in RAW_TABLES:
        scopes = {rule.scope for suite in suites_of(table) for rule in suite.rules}
        assert scopes <= {ROW, DOCUMENT}
