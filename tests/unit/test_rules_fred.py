"""The rules about figures of FRED and the Treasury: a good world passes, and each fault is found.

The figures are invented. tests/real/test_rules_fred_real_files.py has the tests on real files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.tables.seeds import read_seed
from tests.unit.fred_world import CURVE, CURVES, RETRIEVED, TENORS, Guard, World, good_world, is_closed, revised, until

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
    guard.know(until(good_world(), "2025-12-16"), dt.date(2025, 12, 17))
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


def test_a_clean_world_loads_on_top_of_itself(guard: Guard) -> None:
    assert guard.load(until(good_world(), "2025-12-16"), dt.date(2025, 12, 17), keep=True) == {}
    assert guard.load(revised(good_world()), keep=True) == {}
    assert guard.load(revised(good_world()), NEXT_DAY) == {}


# ---------------------------------------------------------------- rows


def test_wrong_cells_are_quarantined_each_by_its_rule(guard: Guard) -> None:
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
    reported = guard.load(world)
    assert guard.held() == {(series, day) for series, day, _, _ in cells}
    assert {(series, rule) for series, _, _, rule in cells} <= {
        (name, rule) for name in reported for rule in reported[name]
    }


def test_a_right_value_next_to_a_wrong_one_is_not_quarantined(guard: Guard) -> None:
    guard.load(changed(good_world(), "SP500", MIDDLE, 9500.0))
    assert guard.held() == {("SP500", "2025-06-11")}


def test_a_record_move_is_quarantined_until_the_next_day_confirms_it(loaded: Guard) -> None:
    crash = until(good_world(), "2025-12-16")
    before = crash["SP500"].iloc[-1]
    first = crash | {"SP500": pd.concat([crash["SP500"], pd.Series({pd.Timestamp(2025, 12, 17): before * 0.68})])}
    assert loaded.load(first, dt.date(2025, 12, 18), keep=True) == {"SP500": {"value_is_near_a_neighbour"}}
    then = first | {"SP500": pd.concat([first["SP500"], pd.Series({pd.Timestamp(2025, 12, 18): before * 0.7})])}
    assert loaded.load(then, dt.date(2025, 12, 19)) == {}


def test_the_figure_at_fault_in_a_broken_equation_is_quarantined(guard: Guard) -> None:
    reported = guard.load(added(good_world(), "DGS10", 0.05))
    assert reported == {"DGS10": {"value_equals_its_parts"}, "curve": {"yield_equals_that_of_fred"}}
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


def test_a_removed_value_is_quarantined(loaded: Guard) -> None:
    reported = loaded.load(changed(good_world(), "SP500", MIDDLE, float("nan")))
    assert reported["SP500"] == {"value_is_not_taken_back"}


def test_only_a_restatement_away_from_the_neighbours_is_quarantined(guard: Guard) -> None:
    wrong = changed(good_world(), "SP500", MIDDLE, good_world()["SP500"][MIDDLE] * 1.06)
    assert guard.load(wrong, keep=True) == {}
    reported = guard.load(good_world(), NEXT_DAY, keep=True)
    assert reported == {"SP500": {"?no_value_is_restated"}}
    assert guard.load(wrong, dt.date(2026, 1, 3))["SP500"] == {
        "value_is_restated_within_bounds",
        "?no_value_is_restated",
    }


def test_a_blank_that_becomes_zero_is_quarantined(tmp_path: Path) -> None:
    day = pd.Timestamp(2025, 4, 9)
    blank = good_world() | {"RRPONTSYD": good_world()["RRPONTSYD"].drop(day)}
    guard = Guard.in_folder(tmp_path)
    guard.know(until(blank, "2025-12-16"), dt.date(2025, 12, 17))
    assert guard.load(changed(blank, "RRPONTSYD", day, 0.0))["RRPONTSYD"] == {"blank_is_not_turned_into_zero"}


# ---------------------------------------------------------------- documents


def test_shifted_dates_are_found_by_the_history(loaded: Guard) -> None:
    reported = loaded.load(a_row_late(good_world(), "SP500"))
    assert {"history_stands", "dates_stay_with_their_values"} <= reported["SP500"]
    assert set(reported) == {"SP500"}


def test_a_shifted_revised_series_is_found_by_the_history(loaded: Guard) -> None:
    world = revised(good_world(), 0.0001)
    assert loaded.load(a_row_late(world, "NFCI"))["NFCI"] == {"dates_stay_with_their_values"}


def test_a_revised_series_is_restated_by_little(loaded: Guard) -> None:
    world = good_world() | {"NFCI": -good_world()["NFCI"]}
    assert "revision_is_small" in loaded.load(world)["NFCI"]


def test_shifted_dates_are_found_by_related_series_in_a_first_load(guard: Guard) -> None:
    reported = guard.load(a_row_late(good_world(), "SP500"))
    assert "series_moves_with_its_kin" in reported["SP500"]


def test_shifted_dates_are_found_by_equations_in_a_first_load(guard: Guard) -> None:
    reported = guard.load(a_row_late(good_world(), "DGS10"))
    assert "series_equals_its_parts" in reported["DGS10"]
    assert "T10Y2Y" not in reported
    assert "DGS2" not in reported


def test_another_series_under_a_name_is_found_in_a_first_load(guard: Guard) -> None:
    reported = guard.load(good_world() | {"NASDAQCOM": good_world()["SP500"]})
    assert "series_is_no_other" in reported["NASDAQCOM"]
    assert "SP500" not in reported


def test_other_units_are_reported(loaded: Guard) -> None:
    reported = loaded.load(good_world() | {"WALCL": good_world()["WALCL"] / 1000})
    assert {"history_stands", "units_are_as_before"} <= reported["WALCL"]


def test_a_missing_week_is_reported(loaded: Guard, tmp_path: Path) -> None:
    world = good_world() | {"WALCL": good_world()["WALCL"].drop(pd.Timestamp(2025, 6, 11))}
    assert loaded.load(world) == {"WALCL": {"nothing_is_gone_from_the_middle"}}
    other = Guard.in_folder(tmp_path / "other")
    assert other.load(world) == {"WALCL": {"?no_period_is_missing"}}


def test_a_monthly_series_has_the_first_day_of_every_month(guard: Guard, tmp_path: Path) -> None:
    months = pd.date_range("2023-01-01", "2025-11-01", freq="MS")
    debt = pd.Series(24_000 + 120.0 * np.arange(len(months)) + 7.5 * (np.arange(len(months)) % 3), index=months)
    assert guard.load({"MVMTD027MNFRBDAL": debt}) == {}
    gone = Guard.in_folder(tmp_path / "gone")
    assert gone.load({"MVMTD027MNFRBDAL": debt.drop(pd.Timestamp(2025, 6, 1))}) == {
        "MVMTD027MNFRBDAL": {"?no_period_is_missing"}
    }
    late = Guard.in_folder(tmp_path / "late")
    world = {"MVMTD027MNFRBDAL": debt}
    reported = late.load(changed(world, "MVMTD027MNFRBDAL", "2025-06-02", debt[pd.Timestamp(2025, 6, 1)] + 1))
    assert "date_is_a_day_of_its_calendar" in reported["MVMTD027MNFRBDAL"]
    high = Guard.in_folder(tmp_path / "high")
    reported = high.load(changed(world, "MVMTD027MNFRBDAL", "2025-06-01", 33_000.0))
    assert "value_is_near_a_neighbour" in reported["MVMTD027MNFRBDAL"]


def test_missing_market_days_are_reported(guard: Guard) -> None:
    world = {name: values for name, values in good_world().items() if name in ONLY_BONDS}
    one = world | {"DGS5": world["DGS5"].drop(MIDDLE)}
    assert guard.load(one) == {"DGS5": {"?no_market_day_is_missing"}}
    month = world["DGS5"][(world["DGS5"].index < "2025-03-01") | (world["DGS5"].index > "2025-04-15")]
    assert "no_market_month_is_missing" in guard.load(world | {"DGS5": month})["DGS5"]


def test_a_gap_is_reported(guard: Guard) -> None:
    values = good_world()["SP500"]
    kept = values[(values.index < "2025-03-01") | (values.index > "2025-03-20")]
    assert guard.load({"SP500": kept}) == {"SP500": {"?hole_is_no_longer_than_markets_close"}}


def test_an_old_edition_is_reported(loaded: Guard) -> None:
    reported = loaded.load(until(good_world(), "2025-12-08"))
    assert all("newest_day_does_not_go_back" in reported[name] for name in ("DGS10", "SP500", "WALCL"))


def test_a_shortened_history_is_reported(loaded: Guard) -> None:
    values = good_world()["DGS10"]
    reported = loaded.load(good_world() | {"DGS10": values[values.index >= "2025-01-01"]})
    assert reported == {"DGS10": {"?history_begins_where_it_did"}}


def test_a_level_shift_is_reported(guard: Guard) -> None:
    values = good_world()["DGS5"]
    reported = guard.load({"DGS5": values + 1.6 * (values.index > "2025-06-11"), "SP500": good_world()["SP500"]})
    assert reported == {}
    values = good_world()["DFII10"]
    assert "level_does_not_shift" in guard.load({"DFII10": values - 2.5 * (values.index > "2025-06-11")})["DFII10"]


def test_a_series_without_bounds_is_reported(guard: Guard) -> None:
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


def test_wrong_par_yields_are_quarantined_each_by_its_rule(guard: Guard) -> None:
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
    assert {rule for _, _, _, rule in cells} <= set().union(*guard.load(curve).values())
    assert {(tenor, day) for tenor, day, _, _ in cells} <= guard.held("treasury_par_yields")


def test_par_yields_are_those_of_fred(guard: Guard) -> None:
    assert "yield_equals_that_of_fred" in guard.load(added(good_world(), "30 Yr", 0.02))["curve"]


def test_tenors_that_fred_lacks_are_quarantined_with_the_others_of_their_day(guard: Guard) -> None:
    world = good_world()
    tenors = [name for name in world if " " in name]
    day = str(world["10 Yr"].index[-1].date())
    for wrong, is_held in ((tenors[-1:], False), (tenors, True)):
        curve = world
        for tenor in wrong:
            curve = changed(curve, tenor, day, world[tenor].iloc[-1] + 0.01)
        reported = guard.load(curve | {"1 Yr": (0.57 * curve["3 Mo"] + 0.43 * curve["2 Yr"]).round(2)})
        assert ("day_is_held_with_most_of_its_tenors" in reported["curve"]) is is_held
        assert (("1 Yr", day) in guard.held("treasury_par_yields")) is is_held


def test_a_curve_that_is_not_that_of_fred_is_refused(guard: Guard) -> None:
    world = good_world()
    swapped = world | {"5 Yr": world["7 Yr"], "7 Yr": world["5 Yr"], "2 Yr": world["3 Mo"]}
    reported = guard.load(swapped)
    assert set(reported) == {"curve"}
    assert "curve_is_that_of_fred" in reported["curve"]


def test_tenors_that_fred_lacks_keep_their_order(guard: Guard) -> None:
    world = good_world()
    one = (0.57 * world["3 Mo"] + 0.43 * world["2 Yr"]).round(2)
    twenty = (0.5 * world["10 Yr"] + 0.5 * world["30 Yr"]).round(2)
    assert "tenors_stand_in_their_order" in guard.load(world | {"1 Yr": twenty, "20 Yr": one})["curve"]
    assert "curve" not in guard.load(world | {"1 Yr": one, "20 Yr": twenty})


def test_a_curve_whose_past_changes_is_refused(loaded: Guard) -> None:
    world = {name: values + 0.01 * (" " in name) for name, values in good_world().items()}
    assert "curve_is_not_rescaled" in loaded.load(world)["curve"]


def test_a_curve_that_becomes_another_is_refused(guard: Guard) -> None:
    curve = {name: values for name, values in good_world().items() if " " in name}
    guard.know(curve, RETRIEVED)
    mixed = curve | {"5 Yr": curve["3 Mo"] - 0.3, "7 Yr": curve["30 Yr"]}
    assert ("history_stands", CURVE) in guard.breaks(mixed, "history_stands", day=NEXT_DAY)


def test_a_curve_with_shifted_dates_is_refused(guard: Guard) -> None:
    curve = {name: values for name, values in good_world().items() if " " in name}
    guard.know(curve, RETRIEVED)
    late = {name: values.shift(1).bfill() for name, values in curve.items()}
    found = guard.breaks(late, "dates_stay_with_their_values", day=NEXT_DAY)
    assert found == {("dates_stay_with_their_values", CURVE)}


def test_a_corrected_file_of_last_year_is_loaded_and_an_old_one_refused(guard: Guard) -> None:
    """The newest day is compared with that of the file's own year."""
    days = pd.bdate_range("2024-01-02", "2024-12-31")
    last_year = {name: pd.Series(4.0 + 0.01 * (days.day_of_year.to_numpy() % 7), days) for name in TENORS}
    this_year = {name: values for name, values in good_world().items() if " " in name}
    both = {name: pd.concat([last_year[name], this_year[name]]) for name in TENORS}
    rule = "newest_day_does_not_go_back"
    guard.know(both, RETRIEVED)
    corrected = changed(last_year, "10 Yr", "2024-12-31", 4.03)
    reported = guard.load(corrected, NEXT_DAY)
    assert reported == {f"{CURVES}/2024": {"?no_value_is_restated"}}
    assert guard.breaks(until(last_year, "2024-12-20"), rule, day=NEXT_DAY) == {(rule, f"{CURVES}/2024")}


# ---------------------------------------------------------------- restatements


def restated(values: pd.Series, every: int, by: float) -> pd.Series:
    """Every so many values another one, up or down by some of a share."""
    places = np.arange(len(values))
    shares = by * (1 + places % 3) / 3 * np.where(places % 2, 1, -1)
    return (values * (1 + np.where(places % every, 0, shares))).round(2)


@pytest.mark.parametrize(("every", "by"), [(20, 0.004), (3, 0.002), (1, 0.001)])
def test_a_real_restatement_is_loaded_as_new_vintages_and_reported(guard: Guard, every: int, by: float) -> None:
    world = {"NASDAQCOM": good_world()["NASDAQCOM"]}
    guard.know(world, RETRIEVED)
    other = {"NASDAQCOM": restated(world["NASDAQCOM"], every, by)}
    assert guard.load(other, NEXT_DAY, keep=True) == {"NASDAQCOM": {"?no_value_is_restated"}}
    vintages = guard.connection.sql("select count(*) - count(distinct date) from raw.fred_observations").fetchall()
    assert vintages == [(int((other["NASDAQCOM"] != world["NASDAQCOM"]).sum()),)]


def test_any_number_of_restated_values_is_reported(guard: Guard) -> None:
    """From 5 values up to 2 per cent, both rules were silent."""
    world = {"NASDAQCOM": good_world()["NASDAQCOM"]}
    guard.know(world, RETRIEVED)
    for number in (1, 5, 11):
        values = world["NASDAQCOM"].copy()
        values.iloc[50 : 50 + number] += 3.1
        reported = guard.breaks({"NASDAQCOM": values}, "no_value_is_restated", "history_stands", day=NEXT_DAY)
        assert reported == {("no_value_is_restated", "NASDAQCOM")}


def test_any_number_of_restated_yields_is_reported(guard: Guard) -> None:
    curve = {name: values for name, values in good_world().items() if " " in name}
    guard.know(curve, RETRIEVED)
    for days in (1, 4):  # 6 tenors: 24 of 1,500 yields
        other = {
            name: pd.concat([v[:60], (v[60 : 60 + days] + 0.02).round(2), v[60 + days :]]) for name, v in curve.items()
        }
        rules = ("no_value_is_restated", "history_stands", "curve_is_not_rescaled", "dates_stay_with_their_values")
        assert guard.breaks(other, *rules, day=NEXT_DAY) == {("no_value_is_restated", CURVE)}


@pytest.mark.parametrize(
    ("series", "other", "rule"),
    [
        ("SP500", lambda world: world["NASDAQCOM"], "history_stands"),
        ("DGS2", lambda world: world["DGS30"], "history_stands"),
        ("T10Y2Y", lambda world: -world["T10Y2Y"], "units_are_as_before"),
        ("SP500", lambda world: world["SP500"] * 1.005, "series_is_not_rescaled"),
        ("NFCI", lambda world: (world["NFCI"] * 1.005).round(5), "series_is_not_rescaled"),
        ("WALCL", lambda world: (world["WALCL"] * 0.997).round(), "series_is_not_rescaled"),
        ("DGS10", lambda world: (world["DGS10"] * 1.005).round(2), "series_is_not_rescaled"),
        ("DGS10", lambda world: world["DGS10"] + 0.02, "series_is_not_rescaled"),
        ("SP500", lambda world: world["SP500"].shift(1).bfill(), "dates_stay_with_their_values"),
        ("SP500", lambda world: shifted_from_the_middle(world["SP500"]), "dates_stay_with_their_values"),
    ],
)
def test_another_series_unit_or_date_is_not_a_restatement(
    loaded: Guard, series: str, other: Callable[[World], pd.Series], rule: str
) -> None:
    assert (rule, series) in loaded.breaks({series: other(good_world())}, rule)


def shifted_from_the_middle(values: pd.Series) -> pd.Series:
    return pd.concat([values[:300], values.shift(1)[300:]])


def test_a_series_that_is_estimated_again_is_loaded(loaded: Guard) -> None:
    """A real rebasing moves some stretches more than others."""
    index = good_world()["NFCI"]
    other = (index + 0.004 * np.sin(np.arange(len(index)) / 9)).round(5)
    rules = ("series_is_not_rescaled", "revision_is_small", "value_is_restated_like_its_neighbours")
    assert loaded.breaks({"NFCI": other}, *rules) == set()


def test_one_old_figure_that_moves_alone_is_quarantined_in_a_revised_series_and_reported_in_others(
    loaded: Guard,
) -> None:
    day = pd.Timestamp(2025, 6, 13)
    world = revised(good_world())
    alone = changed(world, "NFCI", day, round(world["NFCI"][day] + 0.1, 5))
    rule = "value_is_restated_like_its_neighbours"
    assert loaded.breaks(world, rule) == set()
    assert loaded.breaks({"NFCI": alone["NFCI"]}, rule) == {(rule, "NFCI", "2025-06-13")}
    stock = changed(good_world(), "SP500", MIDDLE, round(good_world()["SP500"][MIDDLE] + 0.1, 2))
    assert loaded.breaks({"SP500": stock["SP500"]}, "no_value_is_restated") == {("no_value_is_restated", "SP500")}


def test_a_correction_of_one_figure_towards_its_neighbours_is_loaded(guard: Guard) -> None:
    day = pd.Timestamp(2025, 6, 13)
    wrong = changed(good_world(), "NFCI", day, round(good_world()["NFCI"][day] + 0.09, 5))
    guard.know({"NFCI": wrong["NFCI"]}, RETRIEVED)
    assert guard.breaks(revised(good_world()), "value_is_restated_like_its_neighbours", day=NEXT_DAY) == set()


# ---------------------------------------------------------------- feeds that hang, days and cells that are not there


@pytest.mark.parametrize(
    ("series", "equal", "held"),
    [("SP500", 15, 14), ("DGS7", 15, 14), ("T10YIE", 15, 14), ("WALCL", 3, 2), ("WALCL", 2, 1), ("NFCI", 2, 1)],
)
def test_a_series_that_never_repeats_a_value_must_not(loaded: Guard, series: str, equal: int, held: int) -> None:
    values = good_world()[series].copy()
    values.iloc[-equal:] = round(values.iloc[-equal] + 0.07, 5)
    rule = "value_does_not_stand_still"
    days = {str(day.date()) for day in values.index[-held:]}
    assert loaded.breaks({series: values}, rule) == {(rule, series, day) for day in days}


def test_a_rate_set_by_a_central_bank_may_repeat(guard: Guard) -> None:
    days = pd.bdate_range("2025-01-02", "2025-12-30")
    assert guard.breaks({"EFFR": pd.Series(4.33, days)}, "value_does_not_stand_still") == set()


@pytest.mark.parametrize("rows", [4, 5])
def test_a_repeated_week_is_quarantined(loaded: Guard, rows: int) -> None:
    values = good_world()["SP500"].copy()
    values.iloc[-rows:] = values.iloc[-2 * rows : -rows].to_numpy()
    rule = "week_is_not_the_one_before"
    assert loaded.breaks({"SP500": values}, rule) == {(rule, "SP500", str(day.date())) for day in values.index[-rows:]}


def test_a_business_day_that_is_missing_among_the_new_rows_is_reported(loaded: Guard) -> None:
    day = pd.Timestamp(2025, 12, 23)
    rule = "no_business_day_is_missing"
    assert loaded.breaks(good_world(), rule) == set()
    for series in ("SP500", "RRPONTSYD", "DGS7"):
        world = good_world() | {series: good_world()[series].drop(day)}
        assert loaded.breaks(world, rule) == {(rule, series)}


def test_a_missing_row_is_seen_without_other_series_where_closed_days_have_rows(guard: Guard) -> None:
    every_day = good_world()["SP500"].reindex(pd.bdate_range("2024-01-02", "2025-12-30"))
    rule = "no_business_day_is_missing"
    assert guard.breaks({"SP500": every_day}, rule) == set()
    assert guard.breaks({"SP500": every_day.drop(pd.Timestamp(2025, 12, 23))}, rule) == {(rule, "SP500")}


@pytest.mark.parametrize("series", ["SP500", "DGS7", "WALCL", "RRPONTSYD"])
def test_newest_cells_that_are_blank_are_reported(loaded: Guard, series: str) -> None:
    values = good_world()[series].copy()
    values.iloc[-2:] = float("nan")
    rule = "newest_cells_are_not_blank"
    assert loaded.breaks(good_world(), rule) == set()
    assert loaded.breaks(good_world() | {series: values}, rule) == {(rule, series)}
    assert loaded.breaks({series: values}, rule) == {(rule, series)}


def test_a_column_of_the_curve_that_is_blank_is_reported(loaded: Guard) -> None:
    blank = good_world()["10 Yr"].copy()
    blank.iloc[-3:] = float("nan")
    rule = "newest_cells_are_not_blank"
    assert (rule, CURVE) in loaded.breaks(good_world() | {"10 Yr": blank}, rule)


# ---------------------------------------------------------------- whole curves


def whole_curve() -> World:
    """A year of 13 tenors that move each by its own."""
    chance = np.random.default_rng(7)
    days = [day for day in pd.bdate_range("2025-01-02", "2025-12-30") if not is_closed(day)]
    names = ["1 Mo", "2 Mo", "3 Mo", "4 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr", "20 Yr", "30 Yr"]
    level = chance.normal(0, 0.03, len(days)).cumsum() * 0.3
    return {
        name: pd.Series((4 + 0.03 * place + level + chance.normal(0, 0.012, len(days))).round(2), days)
        for place, name in enumerate(names)
    }


def on_the_newest_day(curve: World, change: Callable[[str, pd.Series], float]) -> World:
    return {
        name: pd.concat([v.iloc[:-1], pd.Series({v.index[-1]: round(change(name, v), 2)})]) for name, v in curve.items()
    }


WHOLE = ("curve_is_not_that_of_another_day", "curve_does_not_move_in_lockstep", "value_does_not_stand_still")


def test_a_good_curve_passes(guard: Guard) -> None:
    assert guard.breaks(whole_curve(), *WHOLE) == set()


def test_a_curve_that_moves_in_lockstep_is_quarantined(guard: Guard) -> None:
    curve = on_the_newest_day(whole_curve(), lambda name, v: v.iloc[-2] + 0.01 * (name != "7 Yr"))
    found = guard.breaks(curve, *WHOLE)
    assert found == {("curve_does_not_move_in_lockstep", name, "2025-12-30") for name in curve}


@pytest.mark.parametrize("back", [2, 6])
def test_a_curve_of_another_day_is_quarantined(guard: Guard, back: int) -> None:
    curve = on_the_newest_day(whole_curve(), lambda _, v: v.iloc[-back])
    assert guard.breaks(curve, *WHOLE) == {("curve_is_not_that_of_another_day", name, "2025-12-30") for name in curve}


def test_an_unchanged_tenor_is_quarantined(guard: Guard) -> None:
    curve = whole_curve()
    curve["10 Yr"].iloc[-15:] = 4.87
    found = guard.breaks(curve, *WHOLE)
    assert {name for _, name, _ in found} == {"10 Yr"}
    assert len(found) == 14


def test_a_wrong_curve_that_was_first_is_reported_and_the_right_series_are_loaded(guard: Guard) -> None:
    """All tenors but one are a basis point too high on a day that FRED does not have yet."""
    world = good_world()
    wrong = on_the_newest_day(
        {name: world[name] for name in TENORS}, lambda name, v: v.iloc[-1] + 0.01 * (name != "7 Yr")
    )
    guard.know(until(world, "2025-12-29") | wrong, RETRIEVED)
    reported = guard.load(world | wrong, NEXT_DAY)
    assert reported == {"curve": {"?known_yields_are_those_of_fred"}}
    assert guard.held() == set()


# ---------------------------------------------------------------- what an address asks for


@pytest.mark.parametrize(
    ("query", "reported"),
    [
        ("sort_order=desc&limit=60", set()),
        ("limit=60&sort_order=desc", set()),
        ("sort_order=desc&limit=100000", {("history_begins_where_it_did", "DGS10")}),
        ("sort_order=asc&limit=60", {("history_begins_where_it_did", "DGS10")}),
        ("offset=400&sort_order=asc", set()),
    ],
)
def test_an_answer_for_a_later_start_is_not_a_short_history(
    loaded: Guard, query: str, reported: set[tuple[str, ...]]
) -> None:
    loaded.addresses["DGS10"] = f"https://publisher.example/fred/series/observations?series_id=DGS10&{query}"
    newest = {"DGS10": good_world()["DGS10"].iloc[-60:]}
    assert loaded.breaks(newest, "history_begins_where_it_did", "newest_day_does_not_go_back") == reported


def test_an_answer_for_an_earlier_end_is_not_an_old_one(loaded: Guard) -> None:
    oldest = {"DGS10": good_world()["DGS10"].iloc[:60]}
    rule = "newest_day_does_not_go_back"
    assert loaded.breaks(oldest, rule) == {(rule, "DGS10")}
    loaded.addresses["DGS10"] = "https://publisher.example/fred/series/observations?series_id=DGS10&limit=60"
    assert loaded.breaks(oldest, rule) == set()


# ---------------------------------------------------------------- true events


def test_true_events_are_loaded(guard: Guard) -> None:
    """A day of the S&P 500 at -12 %, the VIX from 58 to 82, the ten-year up 55 basis points in two days."""
    world = good_world()
    days = world["SP500"].index
    vix = pd.Series((18 + 2 * np.sin(np.arange(len(days)) / 3) + np.arange(len(days)) % 7 / 10).round(2), days)
    vix.iloc[-3:] = [38.4, 57.83, 82.69]
    world |= {"VIXCLS": vix, "SP500": pd.concat([world["SP500"][:-1], (world["SP500"][-1:] * 0.88).round(2)])}
    moves = {"DGS10": 0.55, "DGS7": 0.5, "DGS5": 0.45, "DGS30": 0.45, "DGS2": 0.2, "DFII10": 0.4}
    for series, move in moves.items():
        values = world[series].copy()
        values.iloc[-2:] += [move / 2, move]
        world[series] = values.round(2)
    world |= {
        "T10YIE": (world["DGS10"] - world["DFII10"]).round(2),
        "T10Y2Y": (world["DGS10"] - world["DGS2"]).round(2),
        "T10Y3M": (world["DGS10"] - world["DGS3MO"]).round(2),
    }
    world |= {tenor: world[name][world[name].index >= "2025"] for tenor, name in TENORS.items()}
    guard.know(until(world, "2025-12-24"), dt.date(2025, 12, 26))
    assert guard.load(revised(world)) == {}


def test_a_figure_beyond_ten_trillion_is_quarantined_by_its_bounds(guard: Guard) -> None:
    guard.load(changed(good_world(), "SP500", MIDDLE, 2e13))
    assert guard.held() == {("SP500", "2025-06-11")}
    won = good_world()["SP500"] * 1e10
    assert guard.load({"KOREA": won}) == {"KOREA": {"?series_is_in_the_catalogue"}}


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
