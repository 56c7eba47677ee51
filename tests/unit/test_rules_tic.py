"""The rules about TIC's figures: a consistent world passes, and each fault is found by its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.tic_world import HELD, MONTHS, REFUSED, REPORTED, STOPPED, Guard, Statement, World, good_world

NEWEST = MONTHS[-1]
MIDDLE = MONTHS[-3]


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard.in_folder(tmp_path)


def kept_out(reported: dict[str, set[str]]) -> set[str]:
    """The rules that held something back."""
    return reported.get(HELD, set()) | reported.get(STOPPED, set()) | reported.get(REFUSED, set())


def table_3(world: World, country: str, month: dt.date) -> tuple[Statement, Statement, Statement]:
    return (
        world.of("slt_table3", country, month, "total"),
        world.of("slt_table3", country, month, "long_term"),
        world.of("slt_table3", country, month, "bills"),
    )


def test_a_world_that_adds_up_passes(guard: Guard) -> None:
    assert kept_out(guard.load(good_world())) == set()


def test_a_clean_world_loads_on_top_of_itself(guard: Guard) -> None:
    earlier = good_world(MONTHS[:-1])
    assert kept_out(guard.load(earlier, dt.date(2026, 5, 18), keep=True)) == set()
    assert kept_out(guard.load(good_world())) == set()


# ---------------------------------------------------------------- rows


def cell_times_ten(world: World) -> None:
    world.of("slt_table3", "42609", NEWEST, "total")["holdings"] *= 10


def bills_typed_wrong_with_their_total(world: World) -> None:
    total, _, bills = table_3(world, "53805", NEWEST)
    bills["holdings"] += 900
    total["holdings"] += 900


def sales_with_the_wrong_sign(world: World) -> None:
    world.of("slt_table3", "42609", NEWEST, "long_term")["net_sales"] *= -1


def valuation_with_the_wrong_sign(world: World) -> None:
    world.of("slt_table3", "42609", NEWEST, "long_term")["valuation_change"] *= -1


def missing_as_zero(world: World) -> None:
    for figure in table_3(world, "53805", NEWEST)[::2]:
        figure["holdings"] = 0


def total_without_bills(world: World) -> None:
    world.of("slt_table3", "53805", NEWEST, "bills")["holdings"] = None


def flow_before_its_time(world: World) -> None:
    for row in world.rows["slt_table3"]:
        row["month_end"] = row["month_end"].replace(year=row["month_end"].year - 4)


def grand_total_off(world: World) -> None:
    for figure in table_3(world, "99996", NEWEST)[:2]:
        figure["holdings"] += 5000


def organizations_off(world: World) -> None:
    for figure in table_3(world, "69995", NEWEST)[:2]:
        figure["holdings"] += 5000


def official_holders_off(world: World) -> None:
    for figure in table_3(world, "99990", NEWEST)[:2]:
        figure["holdings"] += 5000


def country_larger_than_its_region(world: World) -> None:
    for figure in table_3(world, "60089", NEWEST)[:2]:
        figure["holdings"] += 5000


def agencies_times_ten(world: World) -> None:
    world.of("slt_table1", "42609", NEWEST, "long_term", "agency")["holdings"] *= 10


def digits_transposed_in_table_5(world: World) -> None:
    world.of("slt_table5", "42609", NEWEST, "total")["holdings"] += 9


def all_other_off(world: World) -> None:
    world.of("mfhhis01", "OTHER", MIDDLE, "total")["holdings"] += 50


def official_parts_off(world: World) -> None:
    world.of("slt_table5", "99990", NEWEST, "bills")["holdings"] += 1


def history_off_in_one_month(world: World) -> None:
    world.of("mfhhis01", "29998", MIDDLE, "total")["holdings"] += 1.5


def unit_of_another_file(world: World) -> None:
    world.of("slt_table5", "42609", NEWEST, "total")["unit"] = "usd_mn"


def negative_holdings(world: World) -> None:
    world.of("slt_table1", "42609", NEWEST, "long_term", "agency")["holdings"] *= -1


def unknown_country(world: World) -> None:
    world.of("slt_table3", "42609", NEWEST, "total")["country_code"] = "42610"


def month_that_does_not_end(world: World) -> None:
    world.of("slt_table3", "42609", NEWEST, "total")["month_end"] = dt.date(2026, 4, 29)


def figure_said_twice(world: World) -> None:
    world.rows["slt_table3"].append(dict(world.of("slt_table3", "42609", NEWEST, "total")))


BREAKS: list[tuple[Callable[[World], None], str]] = [
    (cell_times_ten, "total_is_long_term_plus_bills"),
    (bills_typed_wrong_with_their_total, "bills_sales_are_the_change_of_bills"),
    (sales_with_the_wrong_sign, "total_sales_are_long_term_plus_bills"),
    (valuation_with_the_wrong_sign, "table_1_equals_table_3"),
    (missing_as_zero, "total_is_long_term_plus_bills"),
    (total_without_bills, "total_and_bills_are_said_together"),
    (flow_before_its_time, "no_flow_before_its_first_month"),
    (grand_total_off, "grand_total_is_the_sum_of_regions"),
    (organizations_off, "grand_total_is_countries_plus_organizations"),
    (official_holders_off, "grand_total_is_official_plus_other_holders"),
    (country_larger_than_its_region, "named_countries_fit_into_their_region"),
    (agencies_times_ten, "all_securities_are_the_sum_of_their_parts"),
    (digits_transposed_in_table_5, "table_5_equals_table_3"),
    (all_other_off, "major_holders_add_up"),
    (official_parts_off, "official_holdings_are_bills_plus_coupons"),
    (history_off_in_one_month, "history_equals_table_3"),
    (unit_of_another_file, "unit_is_that_of_the_series"),
    (negative_holdings, "holdings_are_plausible"),
    (unknown_country, "country_code_is_known"),
    (month_that_does_not_end, "month_end_is_the_last_day"),
    (figure_said_twice, "figure_is_said_once"),
]


@pytest.mark.parametrize(("break_it", "rule"), BREAKS, ids=[rule for _, rule in BREAKS])
def test_a_wrong_figure_is_rejected_by_its_rule(guard: Guard, break_it: Callable[[World], None], rule: str) -> None:
    world = good_world()
    break_it(world)
    assert rule in kept_out(guard.load(world, rule=rule))


def test_a_typo_quarantines_its_total_and_parts_but_no_other_country(guard: Guard) -> None:
    world = good_world()
    bills_typed_wrong_with_their_total(world)
    guard.load(world, only=["slt_table3"])
    held = guard.held()
    assert {("slt_table3", "53805", part) for part in ("total", "long_term", "bills")} <= held
    assert {code for _, code, _ in held} <= {"53805"}


@pytest.mark.parametrize("country", ["53805", "10804"])
def test_a_figure_is_not_compared_with_an_edition_without_it(guard: Guard, country: str) -> None:
    """Table 1 has dropped a country; what it said of it in an earlier release is no word of this one."""
    world = good_world()
    guard.know(world, only=["slt_table1"])
    is_dropped = country == "53805"
    if is_dropped:
        guard.connection.execute(
            "delete from raw.tic_holdings where country_code = ? and month_end = ?", [country, NEWEST]
        )
    figure = world.of("slt_table3", country, MIDDLE, "long_term")
    figure["holdings"] += 100
    world.of("slt_table3", country, MIDDLE, "total")["holdings"] += 100
    reported = kept_out(guard.load(world, only=["slt_table3"], rule="table_1_equals_table_3"))
    assert ("table_1_equals_table_3" in reported) is not is_dropped


@pytest.mark.parametrize(("month", "is_in_it"), [(dt.date(2025, 4, 30), True), (dt.date(2025, 3, 31), False)])
def test_a_figure_is_not_compared_with_a_month_that_left_table_5(
    guard: Guard, month: dt.date, *, is_in_it: bool
) -> None:
    guard.know(good_world(), only=["slt_table5"])
    columns = "series, country_code, month_end, security_type, instrument, holdings, unit, document_id, retrieved_at"
    guard.connection.execute(
        f"insert into raw.tic_holdings ({columns}) values "
        "('slt_table5', '42609', ?, 'treasury', 'total', 1000.0, 'usd_bn', 'earlier', timestamp '2025-06-18 23:59:59')",
        [month],
    )
    world = good_world()
    for row in [
        row for row in world.rows["slt_table3"] if row["month_end"] == MIDDLE and row["country_code"] == "42609"
    ]:
        world.rows["slt_table3"].append(row | {"month_end": month})
    assert (
        "table_5_equals_table_3" in kept_out(guard.load(world, only=["slt_table3"], rule="table_5_equals_table_3"))
    ) is is_in_it


def test_rounding_of_a_million_breaks_no_rule(guard: Guard) -> None:
    world = good_world()
    world.of("slt_table3", "53805", NEWEST, "total")["holdings"] += 1
    assert kept_out(guard.load(world, only=["slt_table3"])) == set()


# ---------------------------------------------------------------- what was said before


def test_two_swapped_countries_are_quarantined(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    for month in MONTHS:
        one, other = (table_3(world, code, month)[0] for code in ("10804", "11401"))
        one["holdings"], other["holdings"] = other["holdings"], one["holdings"]
    reported = guard.load(world, dt.date(2026, 6, 19), only=["slt_table3"], rule="countries_are_not_exchanged")
    assert "countries_are_not_exchanged" in kept_out(reported)


def test_a_missing_figure_does_not_become_zero(guard: Guard) -> None:
    world = good_world()
    said = world.of("slt_table1", "53805", MIDDLE, "long_term", "agency")
    said["holdings"] = None
    world.of("slt_table1", "53805", MIDDLE, "long_term", "all_us_securities")["holdings"] = None
    guard.know(world)
    said["holdings"] = 0
    reported = guard.load(world, dt.date(2026, 6, 19), only=["slt_table1"], rule="missing_figures_stay_missing")
    assert "missing_figures_stay_missing" in kept_out(reported)


def test_the_history_changes_a_year_only_with_its_day_of_revision(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    for code in ("42609", "99996"):
        world.of("mfhhis01", code, MIDDLE, "total")["holdings"] += 0.3
    rows = world.rows["mfhhis01"]
    reported = guard.load(World({"mfhhis01": rows}), dt.date(2026, 6, 18), rule="history_changes_only_where_it_says_so")
    assert "history_changes_only_where_it_says_so" in kept_out(reported)


def test_a_tenfold_revision_is_quarantined_and_a_large_one_reported(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    world.of("slt_table1", "42609", MIDDLE, "long_term", "agency")["holdings"] *= 10
    world.of("slt_table1", "41408", MIDDLE, "long_term", "agency")["holdings"] *= 1.5
    reported = guard.load(world, dt.date(2026, 6, 19), only=["slt_table1"])
    assert "revision_keeps_the_size" in kept_out(reported)
    assert "revision_is_not_large" in reported[REPORTED]


# ---------------------------------------------------------------- figures that belong together


def bills_of_the_wrong_sign(world: World, month: dt.date) -> None:
    """Total and net purchases follow, so that everything adds up."""
    total, _, bills = table_3(world, "53805", month)
    change = -2 * bills["holdings"]
    for figure in (total, bills):
        figure["holdings"] += change
        figure["net_sales"] += change


def test_a_total_is_quarantined_with_its_part(guard: Guard) -> None:
    world = good_world()
    bills_of_the_wrong_sign(world, NEWEST)
    guard.load(world, only=["slt_table3"], rule="whole_is_held_with_its_part")
    assert guard.held() == {("slt_table3", "53805", "bills"), ("slt_table3", "53805", "total")}


def test_a_figure_of_table_5_is_quarantined_with_its_total_in_table_3(guard: Guard) -> None:
    world = good_world()
    total, _, bills = table_3(world, "42609", NEWEST)
    change = -bills["holdings"] - 100
    for figure in (total, bills):
        figure["holdings"] += change
        figure["net_sales"] += change
    world.of("slt_table5", "42609", NEWEST, "total")["holdings"] = round(total["holdings"] / 1000, 1)
    guard.load(world, only=["slt_table3", "slt_table5"], rule="whole_is_held_with_its_part")
    assert ("slt_table5", "42609", "total") in guard.held()


def test_all_securities_are_quarantined_with_one_of_them(guard: Guard) -> None:
    world = good_world()
    agency = world.of("slt_table1", "42609", NEWEST, "long_term", "agency")
    everything = world.of("slt_table1", "42609", NEWEST, "long_term", "all_us_securities")
    change = -2 * agency["holdings"]
    for figure in (agency, everything):
        figure["holdings"] += change
    reported = guard.load(world, only=["slt_table1"], rule="whole_is_held_with_its_part")
    assert "whole_is_held_with_its_part" in kept_out(reported)
    assert guard.verdict is not None
    assert [f.rows for f in guard.verdict.findings if f.rule.name == "whole_is_held_with_its_part"] == [1]


def test_net_purchases_of_bills_that_follow_a_held_position_are_quarantined(guard: Guard) -> None:
    world = good_world()
    bills_of_the_wrong_sign(world, MIDDLE)
    for figure in table_3(world, "53805", MONTHS[-2])[::2]:
        figure["net_sales"] -= world.of("slt_table3", "53805", MIDDLE, "bills")["holdings"] * 2
    guard.load(world, only=["slt_table3"], rule="bills_sales_after_a_held_month_are_held")
    assert guard.held_months("53805") == {MIDDLE, MONTHS[-2]}


def test_a_newest_month_without_a_column_stops_the_load(guard: Guard) -> None:
    world = good_world()
    for row in world.rows["slt_table1"]:
        if row["month_end"] == NEWEST and row["security_type"] == "agency":
            row["valuation_change"] = None
    reported = guard.load(world, only=["slt_table1"], rule="newest_month_is_complete")
    assert "newest_month_is_complete" in reported[STOPPED]


def test_a_row_that_repeats_an_earlier_month_is_quarantined(guard: Guard) -> None:
    world = good_world()
    earlier = world.of("slt_table1", "42609", MIDDLE, "long_term", "agency")
    figures = {name: earlier[name] for name in ("holdings", "net_sales", "valuation_change")}
    world.of("slt_table1", "42609", NEWEST, "long_term", "agency").update(figures)
    rule = "figures_are_not_an_earlier_months"
    assert rule in kept_out(guard.load(world, only=["slt_table1"], rule=rule))


def test_an_unchanged_large_position_is_quarantined(guard: Guard) -> None:
    world = good_world()
    for month in MONTHS[-4:]:
        world.of("slt_table1", "42609", month, "long_term", "agency")["holdings"] = 6001
    rule = "position_does_not_stand_still"
    assert rule in kept_out(guard.load(world, only=["slt_table1"], rule=rule))
    world.of("slt_table1", "42609", NEWEST, "long_term", "agency")["holdings"] = 6002
    assert kept_out(guard.load(world, only=["slt_table1"], rule=rule)) == set()


@pytest.mark.parametrize(("wobble", "is_held"), [(0, True), (40, False)])
def test_old_figures_that_change_by_one_factor_are_quarantined(guard: Guard, wobble: int, *, is_held: bool) -> None:
    def old_months(world: World, factor: float, wobble: int) -> list[Statement]:
        row = world.of("slt_table1", "42609", MONTHS[0], "long_term", "agency")
        ends = [dt.date(2022 + n // 12, n % 12 + 1, 1) - dt.timedelta(days=1) for n in range(1, 25)]
        return [
            row | {"month_end": end, "holdings": round((20_000 + 90 * n) * factor) + wobble * (-1) ** n}
            for n, end in enumerate(ends)
        ]

    world = good_world(MONTHS[:-1])
    world.rows["slt_table1"] += old_months(world, 1, 0)
    guard.know(world, dt.date(2026, 5, 18), only=["slt_table1"])
    newer = good_world()
    newer.rows["slt_table1"] += old_months(newer, 1.005, wobble)
    rule = "old_figures_are_not_rescaled"
    assert (rule in kept_out(guard.load(newer, only=["slt_table1"], rule=rule))) is is_held
    assert (NEWEST in guard.held_months("42609")) is is_held


@pytest.mark.parametrize(("year", "is_held"), [(2020, True), (2026, False)])
def test_a_year_of_the_history_without_a_footer_does_not_change(guard: Guard, year: int, *, is_held: bool) -> None:
    """Its rows have the day of the release, as those of a year that was revised that day."""
    world = good_world()
    history = world.rows["mfhhis01"]
    history += [row | {"month_end": dt.date(2020, 6, 30)} for row in history if row["month_end"] == MIDDLE]
    guard.know(World({"mfhhis01": history}), dt.date(2026, 5, 18))
    changed = next(row for row in history if row["country_code"] == "42609" and row["month_end"].year == year)
    changed["holdings"] += 0.1
    rule = "history_changes_only_where_it_says_so"
    assert (rule in kept_out(guard.load(World({"mfhhis01": history}), rule=rule))) is is_held


# ---------------------------------------------------------------- documents


def shifted(world: World, dataset: str, months: int) -> World:
    """A world in which one file's figures are under later months."""
    moved = []
    for row in world.rows[dataset]:
        count = row["month_end"].year * 12 + row["month_end"].month + months
        moved.append(row | {"month_end": dt.date(count // 12, count % 12 + 1, 1) - dt.timedelta(days=1)})
    return World(world.rows | {dataset: moved})


def test_a_month_before_its_earliest_release_is_refused(guard: Guard) -> None:
    reported = guard.load(shifted(good_world(), "slt_table3", 1), rule="month_could_be_out")
    assert "month_could_be_out" in reported[STOPPED]


def test_a_late_file_is_reported_and_loaded(guard: Guard) -> None:
    reported = guard.load(good_world(MONTHS[:-1]))
    assert "newest_month_is_there" in reported[REPORTED]
    assert kept_out(reported) == set()


def test_an_old_edition_does_not_undo_revisions(guard: Guard) -> None:
    guard.know(good_world())
    old = good_world(MONTHS[:-1])
    old.of("slt_table1", "42609", MIDDLE, "long_term", "agency")["holdings"] += 10
    old.of("slt_table1", "42609", MIDDLE, "long_term", "all_us_securities")["holdings"] += 10
    reported = guard.load(old, dt.date(2026, 6, 25), only=["slt_table1"], rule="edition_is_not_older_than_the_last")
    assert "edition_is_not_older_than_the_last" in reported[STOPPED]


def test_a_new_edition_without_its_month_is_refused(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    world.of("slt_table1", "42609", MIDDLE, "long_term", "agency")["holdings"] += 10
    world.of("slt_table1", "42609", MIDDLE, "long_term", "all_us_securities")["holdings"] += 10
    reported = guard.load(world, dt.date(2026, 7, 14), only=["slt_table1"], rule="new_edition_brings_its_month")
    assert "new_edition_brings_its_month" in reported[STOPPED]


def test_a_country_that_vanishes_stops_the_load(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    world.rows["slt_table1"] = [row for row in world.rows["slt_table1"] if row["country_code"] != "53805"]
    assert (
        "no_country_is_lost"
        in guard.load(world, dt.date(2026, 6, 19), only=["slt_table1"], rule="no_country_is_lost")[STOPPED]
    )


def test_a_country_that_starts_later_than_before_stops_the_load(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    world.rows["slt_table1"] = [
        row for row in world.rows["slt_table1"] if row["country_code"] != "53805" or row["month_end"] > MONTHS[1]
    ]
    assert (
        "no_country_starts_later"
        in guard.load(world, dt.date(2026, 6, 19), only=["slt_table1"], rule="no_country_starts_later")[STOPPED]
    )


@pytest.mark.parametrize("name", ["Japan", "JAPAN  2/", "J\xe1pan (12), (22)"])
def test_another_spelling_of_a_listed_name_is_not_a_finding(guard: Guard, name: str) -> None:
    world = good_world()
    world.of("slt_table3", "42609", NEWEST, "total")["published_name"] = name
    assert "name_is_known_for_its_code" not in guard.load(world).get(REPORTED, set())


@pytest.mark.parametrize("name", ["Nippon", "Chile"])
def test_another_name_of_a_code_is_reported_and_loaded(guard: Guard, name: str) -> None:
    world = good_world()
    world.of("slt_table3", "42609", NEWEST, "total")["published_name"] = name
    reported = guard.load(world)
    assert "name_is_known_for_its_code" in reported[REPORTED]
    assert kept_out(reported) == set()


def test_an_additional_country_is_loaded(guard: Guard) -> None:
    world = good_world()
    world.rows["slt_table3"] = [row for row in world.rows["slt_table3"] if row["country_code"] != "53805"]
    assert kept_out(guard.load(world, only=["slt_table3"], keep=True)) == set()
    assert kept_out(guard.load(good_world(), dt.date(2026, 6, 19), only=["slt_table3"])) == set()


def test_a_country_of_table_5_is_in_table_3(guard: Guard) -> None:
    world = good_world()
    world.rows["slt_table3"] = [row for row in world.rows["slt_table3"] if row["country_code"] != "42609"]
    assert (
        "countries_of_table_5_are_in_table_3" in guard.load(world, rule="countries_of_table_5_are_in_table_3")[STOPPED]
    )


def test_a_repeated_month_stops_the_load(guard: Guard) -> None:
    world = good_world()
    for row in world.rows["slt_table1"]:
        if row["month_end"] == MONTHS[1]:
            twin = world.of("slt_table1", row["country_code"], MONTHS[0], "long_term", row["security_type"])
            row["holdings"] = twin["holdings"]
    reported = guard.load(world, only=["slt_table1"])
    assert {"months_do_not_repeat", "no_month_is_said_twice"} <= reported[STOPPED]


@pytest.mark.parametrize(
    ("figure", "rule"), [("net_sales", "sales_have_their_sign"), ("valuation_change", "valuation_has_its_sign")]
)
def test_flows_with_a_reversed_sign_stop_the_load(guard: Guard, figure: str, rule: str) -> None:
    world = good_world()
    for row in world.rows["slt_table1"]:
        row[figure] = -row[figure]
    assert rule in guard.load(world, only=["slt_table1"], rule=rule)[STOPPED]


def test_a_unit_mistaken_by_a_thousand_stops_the_load(guard: Guard) -> None:
    guard.know(good_world())
    world = good_world()
    for row in world.rows["slt_table1"]:
        for figure in ("holdings", "net_sales", "valuation_change"):
            row[figure] *= 1000
    reported = guard.load(world, dt.date(2026, 7, 14), only=["slt_table1"])
    assert {"revisions_keep_the_unit", "revision_is_no_new_file"} <= reported[STOPPED]
