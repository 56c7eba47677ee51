"""The nowcast of the sample: sane figures, a record of what the first load said, and its scores after the release."""

from __future__ import annotations

import datetime as dt

from tests.sample_homes import SampleHomes

SAID = (
    "target_month, country_code, made_on, horizon_days, steps, last_month_end, last_holdings_usd_bn, "
    "holdings_q10_usd_bn, holdings_q50_usd_bn, holdings_q90_usd_bn, net_purchases_usd_bn, valuation_change_usd_bn, "
    "method"
)


def test_the_next_two_months_are_nowcast_for_groups_and_ten_countries(sample: SampleHomes) -> None:
    latest = sample.latest
    months = latest.query(
        "select target_month, count(*), min(horizon_days) from marts.tic_nowcast group by 1 order by 1"
    )
    assert [month for month, *_ in months] == [dt.date(2026, 5, 31), dt.date(2026, 6, 30)]
    assert [count for _, count, _ in months] == [13, 13]
    assert latest.one("select max(last_month_end) from marts.tic_nowcast") == dt.date(2026, 4, 30)
    assert latest.one("select distinct made_on from marts.tic_nowcast") == dt.date(2026, 6, 18)
    far = "select count(*) from marts.tic_nowcast where abs(holdings_q50_usd_bn / last_holdings_usd_bn - 1) > 0.1"
    assert latest.one(far) == 0
    parts = (
        "select max(abs(last_holdings_usd_bn + net_purchases_usd_bn + valuation_change_usd_bn - holdings_q50_usd_bn)) "
        "from marts.tic_nowcast where steps = 1"
    )
    assert latest.one(parts) <= 0.002, "rounding"


def test_the_back_test_has_every_release_since_2012(sample: SampleHomes) -> None:
    first, months = sample.latest.query(
        "select min(target_month), count(distinct target_month) from marts.nowcast_backtest "
        "where country_code = '99996'"
    )[0]
    assert first <= dt.date(2012, 3, 31)
    assert months > 160
    late = "select count(*) from marts.nowcast_backtest where made_on <= last_month_end or horizon_days <= 0"
    assert sample.latest.one(late) == 0


def test_the_record_is_what_the_first_load_said(sample: SampleHomes) -> None:
    assert sample.first.one("select count(*) from marts.nowcast_record") == 0
    said = sample.first.query(f"select {SAID} from marts.tic_nowcast order by all")
    assert said
    assert sample.latest.query(f"select {SAID} from marts.nowcast_record order by all") == said
    assert sample.latest.query("select distinct basis from marts.nowcast_record") == [("simulated",)]
    documents = sample.latest.query("select distinct is_simulated from raw.documents where source = 'nowcast'")
    assert documents == [(True,)]


def test_the_release_of_the_next_day_is_scored(sample: SampleHomes) -> None:
    scores = sample.latest.query(
        "select scores.country_code, error_usd_bn = fct.holdings_usd_bn - holdings_q50_usd_bn, "
        "is_inside_band is not null from marts.nowcast_scores as scores inner join marts.fct_holdings as fct on scores.country_code = "
        "fct.country_code and scores.target_month = fct.month_end and fct.instrument = 'total' "
        "where scores.target_month = '2026-04-30'"
    )
    assert len(scores) == 13
    assert {row[1:] for row in scores} == {(True, True)}
    assert sample.latest.one("select max(target_month) from marts.nowcast_scores") == dt.date(2026, 4, 30)
