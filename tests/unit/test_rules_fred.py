"""The rules about figures of FRED and the Treasury: a good world passes, and each way of breaking it is told.

The figures are invented. What the rules say of real files stands in tests/real/test_rules_fred_real_files.py.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from orchestration.tables.seeds import read_seed
from tests.unit.fred_world import Guard, World, good_world, revised, until

NEXT_DAY = dt.date(2026, 1, 2)
MIDDLE = pd.Timestamp(2025, 6, 11)
ONLY_BONDS = ("DGS3MO", "DGS2", "DGS5", "DGS7", "DGS10", "DGS30", "DFII10", "T10YIE", "T10Y2Y", "T10Y3M")


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard with an empty warehouse."""
    return Guard.in_folder(tmp_path)


@pytest.fixture
def loaded(guard: Guard) -> Guard:
    """A guard that knows the world but its last two weeks."""
    assert guard.load(until(good_world(), "2025-12-16"), dt.date(2025, 12, 17), keep=True) == {}
    return guard


def changed(world: World, series: str, day: pd.Timestamp | str, value: float) -> World:
    stamp = pd.Timestamp(day)
    others = world[series].drop(stamp, errors="ignore")
    return world | {series: pd.concat([others, pd.Series({stamp: value})]).sort_index()}


def added(world: World, series: str, by: float, day: pd.Timestamp = MIDDLE) -> World:
    return changed(world, series, day, round(world[series][day] + by, 2))


def a_row_late(world: World, series: str) -> World:
    return world | {series: world[series].shift(1).bfill()}


# ---------------------------------------------------------------- right


def test_a_good_world_passes(guard: Guard) -> None:
    assert guard.load(good_world()) == {}


def test_it_passes_onto_its_own_past_and_again(loaded: Guard) -> None:
    assert loaded.load(revised(good_world()), keep=True) == {}
    assert loaded.load(revised(good_world()), NEXT_DAY) == {}


# ---------------------------------------------------------------- rows


def test_wrong_cells_are_held_back_each_by_its_rule(guard: Guard) -> None:
    cells = [
        ("SP500", "2024-01-02", 8900.0, "value_is_near_a_neighbour"),
        ("SP500", "2024-05-15", 9500.0, "value_is_not_above_its_years"),
        ("SP500", "2024-06-12", 2500.0, "value_is_not_below_its_years"),
        ("SP500", "2024-07-10", 6900.0, "value_is_near_a_neighbour"),
        ("SP500", "2024-08-17", 5200.0, "date_is_a_day_of_its_calendar"),
        ("SP500", "2025-12-25", 5200.0, "date_is_a_day_of_its_calendar"),
        ("NASDAQCOM", "2025-12-30", 8900.0, "value_is_near_a_neighbour"),
        ("RRPONTSYD", "2026-01-02", 40.0, "date_is_not_of_the_future"),
        ("WALCL", "2025-06-11", 700.0, "value_is_not_too_low"),
        ("WALCL", "2025-07-10", 7_000_000.0, "date_is_a_day_of_its_calendar"),
        ("NFCI", "2025-06-12", -0.4, "date_is_a_day_of_its_calendar"),
        ("DGS7", "2024-09-11", 5.6, "value_is_near_a_neighbour"),
        ("DGS5", "2024-10-16", 43.0, "value_is_not_too_high"),
        ("T10Y2Y", "2025-06-19", 0.0, "date_is_a_day_of_its_calendar"),
    ]
    world = good_world()
    for series, day, value, _ in cells:
        world = changed(world, series, day, value)
    told = guard.load(world)
    assert guard.held() == {(series, day) for series, day, _, _ in cells}
    assert {(series, rule) for series, _, _, rule in cells} <= {(name, rule) for name in told for rule in told[name]}


def test_a_right_value_beside_a_wrong_one_is_not_held(guard: Guard) -> None:
    guard.load(changed(good_world(), "SP500", MIDDLE, 9500.0))
    assert guard.held() == {("SP500", "2025-06-11")}


def test_a_move_beyond_any_is_held_until_the_next_day_confirms_it(loaded: Guard) -> None:
    crash = until(good_world(), "2025-12-16")
    before = crash["SP500"].iloc[-1]
    first = crash | {"SP500": pd.concat([crash["SP500"], pd.Series({pd.Timestamp(2025, 12, 17): before * 0.68})])}
    assert loaded.load(first, dt.date(2025, 12, 18), keep=True) == {"SP500": {"value_is_near_a_neighbour"}}
    then = first | {"SP500": pd.concat([first["SP500"], pd.Series({pd.Timestamp(2025, 12, 18): before * 0.7})])}
    assert loaded.load(then, dt.date(2025, 12, 19)) == {}


def test_of_a_broken_equation_the_figure_is_held_that_all_others_speak_against(guard: Guard) -> None:
    told = guard.load(added(good_world(), "DGS10", 0.05))
    assert told == {"DGS10": {"value_equals_its_parts"}, "curve": {"yield_equals_that_of_fred"}}
    assert guard.held() == {("DGS10", "2025-06-11")}


def test_spreads_are_the_differences_of_their_parts(guard: Guard) -> None:
    slips = [("T10Y2Y", 0.02), ("T10YIE", -0.2), ("T10Y3M", 0.01), ("DFII10", 0.1), ("DGS2", 0.01)]
    days = pd.DatetimeIndex(["2025-03-05", "2025-04-09", "2025-05-14", "2025-07-09", "2025-08-13"])
    world = good_world()
    for (series, by), day in zip(slips, days, strict=True):
        world = added(world, series, by, day)
    guard.load(world)
    assert {(series, str(day.date())) for (series, _), day in zip(slips, days, strict=True)} <= guard.held()
    assert "DGS10" not in {series for series, _ in guard.held()}


def test_a_known_difference_is_accepted(guard: Guard) -> None:
    days = pd.DatetimeIndex(["1990-11-20", "1990-11-21", "1990-11-23"])
    world = {
        "DGS10": pd.Series([8.2, 8.27, 8.25], days),
        "DGS2": pd.Series([7.5, 7.55, 7.55], days),
        "T10Y2Y": pd.Series([0.7, 0.74, 0.7], days),
    }
    assert guard.load(world) == {name: {"value_equals_its_parts"} for name in world}
    assert guard.held() == set()
    world["T10Y2Y"].iloc[2] = 0.72
    guard.load(world)
    assert {day for _, day in guard.held()} == {"1990-11-23"}


def test_a_yield_does_not_kink_the_curve(guard: Guard) -> None:
    world = {name: values for name, values in good_world().items() if name.startswith("DGS")}
    assert guard.load(added(world, "DGS7", 0.4)) == {"DGS7": {"yield_does_not_kink_the_curve"}}
    assert guard.held() == {("DGS7", "2025-06-11")}


def test_a_value_taken_back_is_held(loaded: Guard) -> None:
    told = loaded.load(changed(good_world(), "SP500", MIDDLE, float("nan")))
    assert told["SP500"] == {"value_is_not_taken_back"}


def test_a_restatement_away_from_the_neighbours_is_held_and_one_towards_them_is_not(guard: Guard) -> None:
    wrong = changed(good_world(), "SP500", MIDDLE, good_world()["SP500"][MIDDLE] * 1.06)
    assert guard.load(wrong, keep=True) == {}
    told = guard.load(good_world(), NEXT_DAY, keep=True)
    assert told == {"SP500": {"?no_value_is_restated"}}
    assert guard.load(wrong, dt.date(2026, 1, 3))["SP500"] == {
        "value_is_restated_within_bounds",
        "?no_value_is_restated",
    }


def test_a_blank_that_becomes_zero_is_held(loaded: Guard) -> None:
    day = pd.Timestamp(2025, 4, 9)
    blank = good_world() | {"RRPONTSYD": good_world()["RRPONTSYD"].drop(day)}
    other = Guard.in_folder(loaded.work / "other")
    other.load(until(blank, "2025-12-16"), dt.date(2025, 12, 17), keep=True)
    assert other.load(changed(blank, "RRPONTSYD", day, 0.0))["RRPONTSYD"] == {"blank_is_not_turned_into_zero"}


# ---------------------------------------------------------------- documents


def test_dates_moved_by_a_row_are_told_by_the_past(loaded: Guard) -> None:
    told = loaded.load(a_row_late(good_world(), "SP500"))
    assert {"history_stands", "dates_stay_with_their_values"} <= told["SP500"]
    assert set(told) == {"SP500"}


def test_a_revised_series_moved_by_a_row_is_told_by_the_past(loaded: Guard) -> None:
    world = revised(good_world(), 0.0001)
    assert loaded.load(a_row_late(world, "NFCI"))["NFCI"] == {"dates_stay_with_their_values"}


def test_a_revised_series_is_restated_by_little(loaded: Guard) -> None:
    world = good_world() | {"NFCI": -good_world()["NFCI"]}
    assert "revision_is_small" in loaded.load(world)["NFCI"]


def test_dates_moved_by_a_row_are_told_by_kin_in_a_first_load(guard: Guard) -> None:
    told = guard.load(a_row_late(good_world(), "SP500"))
    assert "series_moves_with_its_kin" in told["SP500"]


def test_dates_moved_by_a_row_are_told_by_equations_in_a_first_load(guard: Guard) -> None:
    told = guard.load(a_row_late(good_world(), "DGS10"))
    assert "series_equals_its_parts" in told["DGS10"]
    assert "T10Y2Y" not in told
    assert "DGS2" not in told


def test_another_series_under_a_name_is_told_in_a_first_load(guard: Guard) -> None:
    told = guard.load(good_world() | {"NASDAQCOM": good_world()["SP500"]})
    assert "series_is_no_other" in told["NASDAQCOM"]
    assert "SP500" not in told


def test_other_units_are_told(loaded: Guard) -> None:
    told = loaded.load(good_world() | {"WALCL": good_world()["WALCL"] / 1000})
    assert {"history_stands", "units_are_as_before"} <= told["WALCL"]


def test_a_missing_week_is_told(guard: Guard, loaded: Guard) -> None:
    world = good_world() | {"WALCL": good_world()["WALCL"].drop(pd.Timestamp(2025, 6, 11))}
    assert loaded.load(world) == {"WALCL": {"nothing_is_gone_from_the_middle"}}
    other = Guard.in_folder(guard.work / "other")
    assert other.load(world) == {"WALCL": {"?no_period_is_missing"}}


def test_missing_market_days_are_told(guard: Guard) -> None:
    world = {name: values for name, values in good_world().items() if name in ONLY_BONDS}
    one = world | {"DGS5": world["DGS5"].drop(MIDDLE)}
    assert guard.load(one) == {"DGS5": {"?no_market_day_is_missing"}}
    month = world["DGS5"][(world["DGS5"].index < "2025-03-01") | (world["DGS5"].index > "2025-04-15")]
    assert "no_market_month_is_missing" in guard.load(world | {"DGS5": month})["DGS5"]


def test_a_hole_is_told(guard: Guard) -> None:
    values = good_world()["SP500"]
    kept = values[(values.index < "2025-03-01") | (values.index > "2025-03-20")]
    assert guard.load({"SP500": kept}) == {"SP500": {"?hole_is_no_longer_than_markets_close"}}


def test_an_old_edition_is_told(loaded: Guard) -> None:
    told = loaded.load(until(good_world(), "2025-12-08"))
    assert all("newest_day_does_not_go_back" in told[name] for name in ("DGS10", "SP500", "WALCL"))


def test_a_shortened_history_is_told(loaded: Guard) -> None:
    values = good_world()["DGS10"]
    told = loaded.load(good_world() | {"DGS10": values[values.index >= "2025-01-01"]})
    assert told == {"DGS10": {"?history_begins_where_it_did"}}


def test_a_level_that_shifts_is_told(guard: Guard) -> None:
    values = good_world()["DGS5"]
    world = {"DGS5": values + 2.4 * (values.index > "2025-06-11")}
    told = guard.load({"DGS5": world["DGS5"].clip(upper=5.95), "SP500": good_world()["SP500"]})
    assert told == {}
    values = good_world()["DFII10"]
    assert "level_does_not_shift" in guard.load({"DFII10": values - 2.5 * (values.index > "2025-06-11")})["DFII10"]


def test_a_series_without_bounds_is_told(guard: Guard) -> None:
    assert guard.load({"UNKNOWN": good_world()["DGS5"]}) == {"UNKNOWN": {"?series_is_in_the_catalogue"}}


# ---------------------------------------------------------------- descriptions


def test_units_are_those_of_the_catalogue_however_they_are_written(guard: Guard) -> None:
    assert guard.describe("WALCL", "Millions of U.S. Dollars", "Weekly, As of Wednesday") == set()
    assert guard.describe("WALCL", "Millions of Dollars", "Weekly, As of Wednesday") == set()
    assert guard.describe("NFCI", "Index", "Weekly, Ending Friday") == set()
    assert guard.describe("SP500", "Index", "Daily, Close") == set()
    assert guard.describe("WALCL", "Billions of U.S. Dollars", "Weekly") == {"units_are_those_of_the_catalogue"}
    assert guard.describe("WALCL", "Millions of U.S. Dollars", "Monthly") == {"frequency_is_that_of_the_catalogue"}
    assert guard.describe("WALCL", "Millions of Dollars", "Weekly", "2026-02-01") == {
        "last_updated_is_not_of_the_future"
    }


# ---------------------------------------------------------------- the Treasury


def test_wrong_par_yields_are_held_each_by_its_rule(guard: Guard) -> None:
    cells = [
        ("10 Yr", "2025-02-12", 43.0, "yield_is_plausible"),
        ("10 Yr", "2025-06-14", 4.3, "date_is_a_business_day"),
        ("10 Yr", "2025-12-25", 4.3, "date_is_a_business_day"),
        ("30 Yr", "2026-01-02", 4.6, "date_is_not_of_the_future"),
        ("5 Yr", "2025-03-12", 6.0, "yield_lies_on_the_curve"),
        ("5 Yr", "2025-04-09", 5.1, "value_is_near_a_neighbour"),
    ]
    curve = {name: values for name, values in good_world().items() if " " in name}
    assert guard.load(curve) == {}
    for tenor, day, value, _ in cells:
        curve = changed(curve, tenor, day, value)
    assert {rule for _, _, _, rule in cells} <= guard.load(curve)["curve"]
    assert {(tenor, day) for tenor, day, _, _ in cells} <= guard.held("treasury_par_yields")


def test_par_yields_are_those_of_fred(guard: Guard) -> None:
    assert "yield_equals_that_of_fred" in guard.load(added(good_world(), "30 Yr", 0.02))["curve"]


def test_a_curve_that_is_not_that_of_fred_is_refused(guard: Guard) -> None:
    world = good_world()
    swapped = world | {"5 Yr": world["7 Yr"], "7 Yr": world["5 Yr"], "2 Yr": world["3 Mo"]}
    told = guard.load(swapped)
    assert set(told) == {"curve"}
    assert "curve_is_that_of_fred" in told["curve"]


def test_tenors_that_fred_lacks_keep_their_order(guard: Guard) -> None:
    world = good_world()
    one = (0.57 * world["3 Mo"] + 0.43 * world["2 Yr"]).round(2)
    twenty = (0.5 * world["10 Yr"] + 0.5 * world["30 Yr"]).round(2)
    assert "tenors_stand_in_their_order" in guard.load(world | {"1 Yr": twenty, "20 Yr": one})["curve"]
    assert "curve" not in guard.load(world | {"1 Yr": one, "20 Yr": twenty})


def test_a_curve_whose_past_changes_is_refused(loaded: Guard) -> None:
    world = {name: values + 0.01 * (" " in name) for name, values in good_world().items()}
    assert "history_stands" in loaded.load(world)["curve"]


# ---------------------------------------------------------------- the lists


def test_the_lists_name_series_of_the_catalogue() -> None:
    catalogue = read_seed("fred_series")
    known = set(catalogue["series_id"])
    identities, ranges, kin = (read_seed(f"fred_{name}") for name in ("identities", "value_ranges", "kin"))
    assert set(identities["series_id"]) | set(ranges["series_id"]) | set(kin["series_id"]) | set(kin["kin"]) <= known
    assert set(ranges["series_id"]) | {"SOFR99", "RPONTSYD", "DTB3", "DCPF3M"} == known
    assert (ranges["lowest"].astype(float) < ranges["highest"].astype(float)).all()
    assert not ranges.duplicated(["series_id", "since"]).any()
    assert (catalogue["largest_spike"].astype(float) <= catalogue["largest_move"].astype(float)).all()
    assert (catalogue["largest_revision"].astype(float) > 0).all()
    allowed = {
        "move_kind": {"difference", "ratio"},
        "closed_on": {"nothing", "weekends", "weekends_and_holidays", "weekends_but_month_ends", "bond_market"},
        "window_served": {"all", "three_years", "ten_years"},
    }
    for column, values in allowed.items():
        assert set(catalogue[column]) <= values, column
