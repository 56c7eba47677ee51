"""The operators and the verdict on them, without a load: what they change, and what counts as caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.tables.raw_tables import LEDGER_DEFINITION, RAW_TABLES
from tests.campaigns.guard.campaign import chosen
from tests.campaigns.guard.editions import TABLE_5, Editions
from tests.campaigns.guard.harness import FIRST, ONTO, LoadResult
from tests.campaigns.guard.operators import (
    BLOCKED,
    HARMLESS,
    QUARANTINED,
    REFUSED,
    REPORTED,
    STRICTNESS,
    Arrival,
    Operator,
)
from tests.campaigns.guard.scoreboard import Control, Score, page
from tests.campaigns.guard.verdict import CAUGHT, FALSE_ALARM, MISSED, OTHERWISE, Observation, Reference, judge, observe


@pytest.fixture(scope="module")
def editions(real_files: Path) -> Editions:
    return Editions(real_files, with_cslt=True)


@pytest.fixture(scope="module")
def arrival(editions: Editions) -> Arrival:
    return Arrival(
        {key: edition.body for key, edition in editions.newest.items()},
        {key: edition.body for key, edition in editions.before.items()},
    )


def test_there_are_operators_over_all_sources() -> None:
    operators = chosen([])
    assert len(operators) >= 60
    sources = {document.split("/")[0] for operator in operators for document in operator.touches}
    assert sources == {"tic", "fred", "treasury", "treasurydirect", "binance", "coinbase", "kraken"}
    labels = {operator.must(situation) for operator in operators for situation in (ONTO, FIRST)} - {None}
    assert labels == set(STRICTNESS)


@pytest.mark.parametrize("operator", chosen([]), ids=lambda operator: operator.name)
def test_an_operator_changes_its_document_and_always_in_the_same_way(operator: Operator, arrival: Arrival) -> None:
    assert operator.apply(arrival) == operator.apply(arrival)


def test_an_operator_that_changes_nothing_is_an_error() -> None:
    idle = Operator("idle", "", ("tic/a",), BLOCKED, BLOCKED, lambda arrival: dict(arrival.now))
    with pytest.raises(AssertionError, match="idle changed nothing"):
        idle.apply(Arrival({"tic/a": b"x"}, {}))


def test_new_documents_are_later_than_existing_ones(editions: Editions) -> None:
    newest_of_base = {key: max(e.as_of for e in editions.base if e.key == key) for key in editions.arriving}
    assert all(edition.as_of > newest_of_base[key] for key, edition in editions.arriving.items())
    assert {edition.key for edition in editions.base} >= set(editions.arriving)


def test_table_5_of_the_month_before_has_thirteen_months_and_adds_up(editions: Editions) -> None:
    rows = [line.split("\t") for line in editions.before[TABLE_5].body.decode().splitlines()]
    header = next(cells for cells in rows if cells[0] == "Country")
    assert (header[1], header[-1], len(header)) == ("2026-03", "2025-03", 14)
    oldest = {cells[0]: float(cells[13]) for cells in rows if len(cells) == 14 and cells[13].replace(".", "").isdigit()}
    grand_total = oldest.pop("Grand Total")
    named = sum(value for name, value in oldest.items() if not name.startswith("Of Which"))
    assert named == pytest.approx(grand_total, abs=0.2)
    official = oldest["Of Which: Foreign Official"]
    parts = sum(value for name, value in oldest.items() if name.startswith("Of Which: Foreign Official T"))
    assert parts == pytest.approx(official, abs=0.15)


def _operator(must: str, adds: str | None = None) -> Operator:
    return Operator("any", "", ("fred/DGS10",), must, must, lambda arrival: dict(arrival.now), adds)


@pytest.mark.parametrize(
    ("must", "seen", "judgement"),
    [
        (BLOCKED, Observation(BLOCKED), CAUGHT),
        (REFUSED, Observation(BLOCKED), OTHERWISE),
        (QUARANTINED, Observation(REFUSED), OTHERWISE),
        (BLOCKED, Observation(QUARANTINED), OTHERWISE),
        (QUARANTINED, Observation(QUARANTINED, wrong={"fred_observations": 1}), MISSED),
        (QUARANTINED, Observation(REPORTED), MISSED),
        (QUARANTINED, Observation(HARMLESS), MISSED),
        (REPORTED, Observation(REPORTED), CAUGHT),
        (REPORTED, Observation(HARMLESS), MISSED),
        (REPORTED, Observation(REPORTED, wrong={"fred_observations": 1}), MISSED),
        (BLOCKED, Observation("broken"), MISSED),
        (HARMLESS, Observation(HARMLESS), CAUGHT),
        (HARMLESS, Observation(HARMLESS, unequal={"fct_holdings": 2}), MISSED),
        (HARMLESS, Observation(HARMLESS, lost={"tic_holdings": 2}), MISSED),
        (HARMLESS, Observation(REPORTED), FALSE_ALARM),
        (HARMLESS, Observation(QUARANTINED), FALSE_ALARM),
    ],
)
def test_classification_of_results(must: str, seen: Observation, judgement: str) -> None:
    assert judge(_operator(must), ONTO, seen) == judgement


def test_added_rows_may_be_reported() -> None:
    assert judge(_operator(HARMLESS, adds="country_code = '11304'"), ONTO, Observation(REPORTED)) == CAUGHT


@pytest.fixture
def warehouse(tmp_path: Path) -> Callable[[str, list[tuple[str, float | None]]], Path]:
    """Makes a small published warehouse with observations of DGS10."""

    def make(name: str, figures: list[tuple[str, float | None]]) -> Path:
        home = tmp_path / name
        home.mkdir()
        with duckdb.connect(str(home / "tidemark.duckdb")) as connection:
            for schema in ("raw", "marts", "quarantine"):
                connection.execute(f"create schema {schema}")
            for table in RAW_TABLES.values():
                connection.execute(table.definition())
            connection.execute(LEDGER_DEFINITION)
            for day, value in figures:
                connection.execute(
                    "insert into raw.fred_observations (series_id, date, value) values ('DGS10', ?, ?)", [day, value]
                )
            connection.execute("create table marts.fct_observations as select * from raw.fred_observations")
            for mart, columns in (
                ("fct_holdings", "country_code, month_end, instrument, holdings_usd_bn, net_sales_usd_bn"),
                ("fct_crypto_daily", "symbol, date, open_usd, high_usd, low_usd, close_usd, volume"),
            ):
                names = [*columns.split(", "), *(["valuation_change_usd_bn"] if mart == "fct_holdings" else [])]
                connection.execute(f"create table marts.{mart} ({', '.join(f'{name} varchar' for name in names)})")
        return home

    return make


@pytest.mark.parametrize(
    ("figures", "wrong", "lost", "became"),
    [
        ([("2026-01-02", 4.1), ("2026-01-05", 4.2)], {}, {}, HARMLESS),
        ([("2026-01-02", 4.1), ("2026-01-05", 42)], {"fred_observations": 1}, {}, HARMLESS),
        ([("2026-01-02", 4.1), ("2026-01-05", None)], {"fred_observations": 1}, {}, HARMLESS),
        ([("2026-01-02", 4.1)], {}, {"fred_observations": 1}, HARMLESS),
    ],
    ids=["equal", "wrong", "taken back", "lost"],
)
def test_wrong_and_lost_figures_are_counted(
    warehouse: Callable[[str, list[tuple[str, float | None]]], Path],
    figures: list[tuple[str, float | None]],
    wrong: dict[str, int],
    lost: dict[str, int],
    became: str,
) -> None:
    base = warehouse("base", [("2026-01-02", 4.1)])
    clean = warehouse("clean", [("2026-01-02", 4.1), ("2026-01-05", 4.2)])
    mutant = warehouse("mutant", figures)
    reference = Reference(clean / "tidemark.duckdb", base / "tidemark.duckdb", ())
    seen = observe(LoadResult(mutant, 0, "", 1.0), None, reference, ["fred/DGS10"], None)
    assert (seen.wrong, seen.lost, seen.became) == (wrong, lost, became)
    assert set(seen.marts) == ({"fct_observations"} if wrong else set())
    assert set(seen.unequal) == (set() if not wrong and not lost else {"fct_observations"})


def test_a_check_that_also_fails_on_the_clean_load_does_not_count(
    warehouse: Callable[[str, list[tuple[str, float | None]]], Path],
) -> None:
    home = warehouse("mutant", [("2026-01-02", 4.1)])
    (home / "reports").mkdir()
    checks = [
        {"asset": "checked/a", "check": "usual", "passed": False, "rows": 3, "consequence": "is reported"},
        {"asset": "checked/a", "check": "new", "passed": False, "rows": 1, "consequence": "is reported"},
        {"asset": "checked/a", "check": "good", "passed": True, "rows": 0, "consequence": None},
    ]
    (home / "reports" / "checks.json").write_text(json.dumps(checks), encoding="utf-8")
    reference = Reference(home / "tidemark.duckdb", None, (("checked/a", "usual", 3),))
    seen = observe(LoadResult(home, 0, "", 1.0), None, reference, ["fred/DGS10"], None)
    assert (seen.became, seen.rules) == (REPORTED, ["new"])


def test_a_load_that_failed_and_changed_the_published_file_is_broken(
    warehouse: Callable[[str, list[tuple[str, float | None]]], Path],
) -> None:
    home = warehouse("mutant", [])
    reference = Reference(home / "tidemark.duckdb", None, ())
    result = LoadResult(home, 1, "CHECK FAILED  checked/tic_holdings: total_is_long_term_plus_bills\n", 1.0)
    assert observe(result, "another", reference, [], None).became == "broken"
    same = observe(result, result.published_sha256(), reference, [], None)
    assert (same.became, same.rules) == (BLOCKED, ["total_is_long_term_plus_bills"])


def test_the_page_shows_what_was_missed() -> None:
    operator = chosen(["table3_cell_times_ten"])[0]
    seen = Observation(HARMLESS, wrong={"tic_holdings": 1}, marts={"fct_holdings": 1})
    scores = {(operator.name, ONTO): Score(operator, ONTO, MISSED, seen)}
    text = page(scores, [Control("all", 82, (), ("table_5_is_late (1)",))])
    assert "| `table3_cell_times_ten` |" in text
    assert "**MISSED: fct_holdings**" in text
    assert "| all | 82 | nothing | table_5_is_late (1) |" in text
    assert text == page(scores, [Control("all", 82, (), ("table_5_is_late (1)",))])
