"""Every macro with two dialects, on both engines, compared with the same expected values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from orchestration.warehouse.dbt_process import DBT_PROJECT
from tests.campaigns.parity.conftest import Engine

# These make tables, views, functions and comments: the build of all models is their test.
STATEMENTS = {"read_sources", "comment_on_sources", "create_as_of_functions"}
ONE_TO_FOUR = "(select 1.0e0 as x union all select 4.0e0 union all select null union all select 2.0e0) as t"
NUMBERED = "(select 1 as i, 5 as x union all select 2, null union all select 3, null union all select 4, 3) as t"
LINKS = (
    "(select 'a' as kind, 1 as day_number, 23 as next_day_number union all select 'a', 5, 30 "
    "union all select 'a', 23, null union all select 'a', 30, null union all select 'b', 2, null) as links"
)
NUMBER = "cast({} as decimal(18, 6))"


@dataclass(frozen=True)
class Case:
    """A query of one value, with a macro in it, and what it must say as text."""

    macro: str
    what: str
    query: str
    expected: str


def _number(macro: str, what: str, expression: str, expected: str, source: str = "(select 1 as one) as t") -> Case:
    return Case(macro, what, f"select {NUMBER.format(expression)} as got from {source}", expected)


def _draw(text: str) -> str:
    return f"{int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 2**32:.6f}"


CASES = [
    _number("day_of_week", "a Monday", "{{ day_of_week(\"date '2026-11-23'\") }}", "1.000000"),
    _number("day_of_week", "a Sunday", "{{ day_of_week(\"date '2026-11-22'\") }}", "7.000000"),
    # 0.38835 lies a hair below the middle as a double: its digits as text do not show it.
    _number("rounded", "between two", "{{ rounded('0.38835e0', 4) }}", "0.388300"),
    _number("rounded", "below zero", "{{ rounded('-0.00176e0', 4) }}", "-0.001800"),
    _number("quantiles", "interpolated", "{{ element_of(quantiles('x', [0.25, 0.5]), 1) }}", "1.500000", ONE_TO_FOUR),
    _number("element_of", "the second", "{{ element_of(quantiles('x', [0.25, 0.5]), 2) }}", "2.000000", ONE_TO_FOUR),
    _number(
        "expanding_probability",
        "among all so far",
        "max(case when i = 4 then p end)",
        "0.125000",
        f"(select i, {{{{ expanding_probability('coalesce(x, 9)', \"'all'\", 'i') }}}} as p from {NUMBERED}) as t",
    ),
    _number(
        "expanding_probability",
        "of the last two",
        "max(case when i = 4 then p end)",
        "0.250000",
        f"(select i, {{{{ expanding_probability('coalesce(x, 9)', \"'all'\", 'i', 1) }}}} as p from {NUMBERED}) as t",
    ),
    Case(
        "month_in_words",
        "a day in November",
        "select {{ month_in_words(\"date '2026-11-05'\") }} as got",
        "November 2026",
    ),
    Case(
        "finite",
        "infinity, and no number",
        "select coalesce({{ finite('infinite') }}, {{ finite('none') }}) is null as got "
        "from (select cast('Infinity' as double) as infinite, cast('NaN' as double) as none) as t",
        "true",
    ),
    _number("finite", "a number", "{{ finite('1.5e0') }}", "1.500000"),
    Case(
        "utc_of_new_york",
        "winter",
        "select {{ utc_of_new_york(\"date '2026-01-05'\", 16) }} as got",
        "2026-01-05 21:00:00",
    ),
    Case(
        "utc_of_new_york",
        "summer",
        "select {{ utc_of_new_york(\"date '2026-07-06'\", 16) }} as got",
        "2026-07-06 20:00:00",
    ),
    Case(
        "join_latest_before",
        "the latest span that has not ended",
        "with days as (select date '2026-01-05' as date union all select date '2026-01-09'), "
        "spans as (select 'a' as id, date '2026-01-01' as date, date '2026-01-04' as valid_until "
        "union all select 'a', date '2026-01-04', date '2026-01-08') "
        "select min(spans.date) as got from {{ join_latest_before('days', 'spans', 'id') }} "
        "where days.date < spans.valid_until",
        "2026-01-04",
    ),
    _number("normal_cdf", "of 1.96", "{{ normal_cdf('1.96e0') }}", "0.975002"),
    _number("normal_cdf", "of -1.96", "{{ normal_cdf('(-1.96e0)') }}", "0.024998"),
    _number(
        "uniform_draw",
        "of a hash",
        "{{ uniform_draw([7, \"'draw'\", \"date '2026-01-05'\"]) }}",
        _draw("7:draw:2026-01-05"),
    ),
    _number("whole_numbers", "from 1", "min(number)", "1.000000", "{{ whole_numbers(4) }} as t"),
    _number("whole_numbers", "to the last", "sum(number)", "10.000000", "{{ whole_numbers(4) }} as t"),
    _number(
        "last_known",
        "over a gap",
        "max(case when i = 3 then k end)",
        "5.000000",
        f"(select i, {{{{ last_known('x') }}}} over (order by i) as k from {NUMBERED}) as t",
    ),
    _number(
        "chain_of_days",
        "each from its first on",
        "sum(case kind when 'a' then day_number else 100 * day_number end)",
        "224.000000",
        f"({{{{ chain_of_days(\"{LINKS.removesuffix(' as links')}\", ['kind']) }}}}) as t",
    ),
    # dbt's own, in our hands on Spark.
    Case(
        "dateadd",
        "a month",
        "select cast({{ dbt.dateadd('month', 1, \"date '2026-01-31'\") }} as date) as got",
        "2026-02-28",
    ),
    Case(
        "listagg",
        "in order",
        "select {{ dbt.listagg('cast(i as varchar(9))', \"';'\", 'order by i desc') }} as got from " + NUMBERED,
        "4;3;2;1",
    ),
]


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def reported(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> dict[int, str]:
    """What the engine makes of every case, by its number: one start of dbt for all."""
    query = "\nunion all\n".join(
        f"select {number} as number, cast(got as {{{{ dbt.type_string() }}}}) as got from ({case.query}) as q"
        for number, case in enumerate(CASES)
    )
    process = engine_of(request.param).dbt("--quiet", "show", "--inline", query, "--output", "json", "--limit", "-1")
    assert process.returncode == 0, process.stdout[-3000:]
    rows = json.loads(process.stdout[process.stdout.index('{\n  "show"') :])["show"]
    return {int(row["number"]): row["got"] for row in rows}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case.macro}-{case.what}" for case in CASES])
def test_a_macro_gives_the_same_result_on_both_engines(number: int, reported: dict[int, str]) -> None:
    assert reported[number] == CASES[number].expected


def test_every_macro_of_two_dialects_has_a_case() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (DBT_PROJECT / "macros").rglob("*.sql")]
    dispatched = {name for text in texts for name in re.findall(r"adapter\.dispatch\('(\w+)'\)", text)}
    assert dispatched - STATEMENTS == {case.macro for case in CASES} - {"dateadd", "listagg", "normal_cdf"}
