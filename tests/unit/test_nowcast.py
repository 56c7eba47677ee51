"""The nowcast: it finds what was put in, never looks ahead, and its bands hold what they say."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest

from orchestration.marts.statistics import nowcast
from orchestration.marts.statistics.nowcast import ALL, OFFICIAL, Daily, Inputs, Replay, Vintages, month_number
from orchestration.marts.statistics.nowcast_tables import (
    ACCURACY,
    BACKTEST,
    NOWCAST,
    NOWCASTS,
    accuracy_rows,
    write_nowcasts,
)
from orchestration.marts.statistics.tables import StatisticsError, write

FIRST = pd.Timestamp("2008-12-31")
MONTHS = 180
LAG = pd.Timedelta(days=47, hours=21)
START = dt.date(2012, 1, 1)


def _world(noise: float = 0.5, seed: int = 1, flow: float = 0.3, custody: float = 0.0) -> dict[str, pd.DataFrame]:
    """All foreigners, officials and two countries, whose holdings follow yields, a mean flow, custody and noise.

    A tenth of a percentage point of yield moves prices by 0.42 x 0.8 per cent.
    """
    draw = np.random.default_rng(seed)
    days = pd.bdate_range("2008-11-03", periods=MONTHS * 22)
    yields = pd.DataFrame({"date": days, "value": 3 + np.cumsum(draw.standard_normal(len(days))) * 0.04})
    yields["known_at"] = yields["date"] + pd.Timedelta(days=1, hours=22)
    ends = pd.date_range(FIRST, periods=MONTHS, freq="ME")
    month_yields = [yields.loc[yields["date"] <= end, "value"].iloc[-1] for end in ends]
    held = pd.DataFrame({"date": ends - pd.Timedelta(days=2), "value": 3000 + np.cumsum(draw.normal(0, 30, MONTHS))})
    held["known_at"] = held["date"] + pd.Timedelta(days=1, hours=22)
    rows = []
    for code, level in ((ALL, 6000.0), (OFFICIAL, 4000.0), ("42609", 1000.0), ("41408", 1100.0)):
        for place, end in enumerate(ends):
            if place:
                prices = -4.2 * 0.8 * (month_yields[place] - month_yields[place - 1])
                kept = custody * 100 * held["value"].diff()[place] / level
                level *= 1 + (prices + flow + kept + noise * draw.standard_normal()) / 100
            known = end + LAG
            rows.append((code, end, "total", known, level, np.nan, False, "observed"))
            rows.append((code, end, "long_term", known, level * 0.8, np.nan, False, "observed"))
    columns = ["country_code", "month_end", "instrument", "known_at", "holdings_usd_bn"]
    columns += ["valuation_change_usd_bn", "is_break", "vintage_basis"]
    return {"holdings": pd.DataFrame(rows, columns=columns), "yields": yields, "custody": held}


def _inputs(world: dict[str, pd.DataFrame], *, with_custody: bool = False) -> Inputs:
    custody = world["custody"] if with_custody else world["custody"].iloc[:0]
    return Inputs(Vintages(world["holdings"]), Daily.of(world["yields"]), Daily.of(custody), {})


def _newest(made_on: dt.date, world: dict[str, pd.DataFrame], **how: bool) -> dict[tuple[str, int], dict[str, object]]:
    replay = Replay(_inputs(world, **how), made_on).run(START)
    return {(row["country_code"], row["steps"]): row for row in replay.nowcast}


def test_mean_flow_and_prices_are_found() -> None:
    world = _world(noise=0.02)
    made_on = dt.date(2022, 6, 25)
    said = _newest(made_on, world)[ALL, 1]
    holdings = world["holdings"].query("country_code == @ALL and instrument == 'total'").set_index("month_end")
    truth = holdings.loc["2022-05-31", "holdings_usd_bn"]
    assert said["target_month"] == dt.date(2022, 5, 31)
    assert said["last_month_end"] == dt.date(2022, 4, 30)
    assert said["holdings_q50_usd_bn"] == pytest.approx(truth, rel=0.001)
    assert said["net_purchases_usd_bn"] == pytest.approx(0.003 * said["last_holdings_usd_bn"], rel=0.2)
    change = said["holdings_q50_usd_bn"] - said["last_holdings_usd_bn"]
    assert said["net_purchases_usd_bn"] + said["valuation_change_usd_bn"] == pytest.approx(change)
    assert said["method"] == nowcast.METHOD


def test_nothing_that_became_known_later_changes_a_nowcast() -> None:
    world, made_on = _world(), dt.date(2021, 3, 25)
    before = Replay(_inputs(world), made_on).run(START)
    assert before.nowcast
    end = pd.Timestamp(made_on) + pd.Timedelta(days=1)
    changed = {name: frame.copy() for name, frame in world.items()}
    for name, column in (("holdings", "holdings_usd_bn"), ("yields", "value"), ("custody", "value")):
        later = changed[name]["known_at"] >= end
        assert later.any()
        changed[name].loc[later, column] *= 3
    # A revision of a known month, and a break, that both become known on the next day.
    december = world["holdings"]["month_end"] == pd.Timestamp("2020-12-31")
    revised = world["holdings"][december].assign(known_at=end, is_break=True)
    assert len(revised) == 8
    revised["holdings_usd_bn"] *= 2
    changed["holdings"] = pd.concat([changed["holdings"], revised])
    after = Replay(_inputs(changed), made_on).run(START)
    assert after.nowcast == before.nowcast
    assert after.rows == before.rows
    assert Replay(_inputs(changed), made_on + dt.timedelta(days=1)).run(START).nowcast != before.nowcast


def test_a_back_test_is_the_estimate_of_its_day() -> None:
    world = _world()
    rows = Replay(_inputs(world), dt.date(2023, 10, 20)).run(START).rows
    made_on = sorted({row["made_on"] for row in rows})[-40]
    then = {
        (row["country_code"], row["target_month"]): row for row in Replay(_inputs(world), made_on).run(START).nowcast
    }
    tested = [row for row in rows if row["made_on"] == made_on]
    assert len(tested) == 10
    for row in tested:
        said = then[row["country_code"], row["target_month"]]
        assert [row[name] for name in said if name in row] == [said[name] for name in said if name in row]


def test_bands_hold_four_of_five_months() -> None:
    rows = Replay(_inputs(_world(noise=0.7, seed=7)), dt.date(2023, 10, 20)).run(START).rows
    one_ahead = [row for row in rows if row["steps"] == 1]
    assert len(one_ahead) > 800
    inside = [row["holdings_q10_usd_bn"] <= row["published_usd_bn"] <= row["holdings_q90_usd_bn"] for row in one_ahead]
    assert 0.75 <= np.mean(inside) <= 0.85


def test_a_band_is_wider_while_the_month_is_not_over() -> None:
    world = _world()
    widths = []
    for made_on in (dt.date(2022, 6, 17), dt.date(2022, 6, 30), dt.date(2022, 7, 10)):
        said = _newest(made_on, world)[ALL, 2]
        assert said["target_month"] == dt.date(2022, 6, 30)
        widths.append(said["holdings_q90_usd_bn"] - said["holdings_q10_usd_bn"])
    assert widths[0] > widths[1] >= widths[2]


def test_only_months_without_a_release_are_nowcast() -> None:
    world, made_on = _world(), dt.date(2022, 6, 25)
    assert {row["target_month"] for row in _newest(made_on, world).values()} == {
        dt.date(2022, 5, 31),
        dt.date(2022, 6, 30),
    }
    # By the calendar, May is out: this home missed it.
    inputs = _inputs(world)
    early = Inputs(
        inputs.vintages, inputs.yields, inputs.custody, {month_number(dt.date(2022, 5, 31)): dt.date(2022, 6, 20)}
    )
    rows = Replay(early, made_on).run(START).nowcast
    assert {(row["target_month"], row["steps"]) for row in rows} == {
        (dt.date(2022, 6, 30), 2),
        (dt.date(2022, 7, 31), 3),
    }


def test_custody_helps_where_holdings_follow_it() -> None:
    world = _world(noise=0.2, custody=1.0)
    errors = {}
    for with_custody in (False, True):
        rows = Replay(_inputs(world, with_custody=with_custody), dt.date(2023, 10, 20)).run(START).rows
        chosen = [row for row in rows if row["country_code"] == OFFICIAL and row["horizon_days"] <= 14]
        errors[with_custody] = np.std([row["published_usd_bn"] - row["holdings_q50_usd_bn"] for row in chosen])
    assert errors[True] < 0.6 * errors[False]
    said = _newest(dt.date(2022, 6, 25), world, with_custody=True)
    assert said[ALL, 1]["method"] == nowcast.METHOD_WITH_CUSTODY
    assert said["42609", 1]["method"] == nowcast.METHOD


def test_a_rebased_month_is_neither_learned_from_nor_scored() -> None:
    world, jump = _world(noise=0.1), pd.Timestamp("2021-06-30")
    rebased = world["holdings"].copy()
    later = rebased["month_end"] >= jump
    rebased.loc[later, "holdings_usd_bn"] *= 1.5
    rebased.loc[rebased["month_end"] == jump, "is_break"] = True
    rows = Replay(_inputs(world | {"holdings": rebased}), dt.date(2023, 10, 20)).run(START).rows
    assert not [row for row in rows if row["last_month_end"] < jump.date() <= row["target_month"]]
    errors = [abs(row["published_usd_bn"] / row["holdings_q50_usd_bn"] - 1) for row in rows if row["steps"] == 1]
    assert max(errors) < 0.06


def test_too_short_a_history_says_nothing() -> None:
    world = _world()
    short = world | {"holdings": world["holdings"][world["holdings"]["month_end"] < pd.Timestamp("2010-12-31")]}
    assert Replay(_inputs(short), dt.date(2011, 3, 1)).run(START).nowcast == []


def test_accuracy_counts_right() -> None:
    made = {"country_code": ALL, "country": "All", "steps": 1, "horizon_days": 10, "vintage_basis": "observed"}
    rows = [
        made
        | {
            "target_month": dt.date(2020, 1 + place, 28),
            "last_holdings_usd_bn": 100.0,
            "mean_12m_usd_bn": 104.0,
            "holdings_q10_usd_bn": 101.0,
            "holdings_q50_usd_bn": 102.0,
            "holdings_q90_usd_bn": 103.0,
            "published_usd_bn": 103.0 if place < 9 else 98.0,
            "is_sign_right": place < 9,
            "is_inside_band": place < 9,
        }
        for place in range(12)
    ]
    found = {(row["period"], row["days_to_release"]): row for row in accuracy_rows(rows)}
    assert set(found) == {(period, days) for period in ("since_2012", "since_2019") for days in ("all", "0_to_14")}
    row = found["since_2012", "all"]
    assert row["rmse_usd_bn"] == pytest.approx(((9 * 1 + 3 * 16) / 12) ** 0.5, abs=0.001)
    assert row["rmse_no_change_usd_bn"] == pytest.approx(((9 * 9 + 3 * 4) / 12) ** 0.5, abs=0.001)
    assert row["rmse_mean_12m_usd_bn"] == pytest.approx(((9 * 1 + 3 * 36) / 12) ** 0.5, abs=0.001)
    assert (row["sign_right_share"], row["inside_band_share"], row["n_observed"]) == (0.75, 0.75, 12)
    assert [*accuracy_rows(rows[:11])] == []


def test_tables_are_written_from_the_models() -> None:
    world = _world()
    markets = pd.concat(
        [world["yields"].assign(measure="mean_yield_pct"), world["custody"].assign(measure="custody_usd_bn")]
    )
    with duckdb.connect() as connection:
        for schema in ("intermediate", "staging", "marts", "raw"):
            connection.execute(f"create schema {schema}")
        with pytest.raises(StatisticsError, match="materialize them with the nowcast"):
            write_nowcasts(connection)
        connection.register("holdings", world["holdings"])
        connection.register("markets", markets)
        connection.execute("create table intermediate.int_nowcast_holdings as from holdings")
        connection.execute("create table intermediate.int_nowcast_markets as from markets")
        connection.execute(
            "create table staging.stg_tic__release_days as "
            "select date '2022-05-31' as month_end, date '2022-07-18' as released_on"
        )
        connection.execute(
            "create table marts.dim_country as select 'name' as country_plain_name, "
            "unnest(['99996', '99990', '99991', '42609', '41408']) as country_code"
        )
        connection.execute(
            "create table raw.documents as select * from (values ('tic', timestamp '2022-06-25 10:00'), "
            "('nowcast', timestamp '2022-07-25 10:00')) as t(source, retrieved_at)"
        )
        connection.execute("create table raw.knowledge_cutoff as select timestamp '9999-12-31' as known_before")
        write_nowcasts(connection)
        said = connection.execute(
            "select distinct made_on, horizon_days from marts.tic_nowcast where steps = 1"
        ).fetchall()
        assert said == [(dt.date(2022, 6, 25), 23)], "our own statement is no clock"
        for table in NOWCASTS:
            keys = connection.execute(
                f"select count(*) > 0, count(*) - count(distinct ({', '.join(table.key)})) from marts.{table.name}"
            ).fetchone()
            assert keys == (True, 0), table.name
        connection.execute("update raw.knowledge_cutoff set known_before = timestamp '2021-03-26'")
        write_nowcasts(connection)
        assert connection.execute("select distinct made_on from marts.tic_nowcast").fetchall() == [
            (dt.date(2021, 3, 25),)
        ]


def test_impossible_forecast_is_refused() -> None:
    world = _world()
    (said, *_) = Replay(_inputs(world), dt.date(2022, 6, 25)).run(START).nowcast
    row = said | {"country": "All"}
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        write(connection, NOWCAST, [row])
        with pytest.raises(duckdb.ConstraintException):
            write(connection, NOWCAST, [row | {"holdings_q10_usd_bn": row["holdings_q90_usd_bn"] + 1}])


def test_columns_are_described() -> None:
    for table in (NOWCAST, BACKTEST, ACCURACY):
        assert all(words.endswith(".") for _, words in table.columns.values())
        assert set(table.key) <= set(table.columns)
