"""The nowcast of the sample: sane figures, and nothing where the sample has too few yields."""

from __future__ import annotations

import datetime as dt

from tests.sample_homes import SampleHomes


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


def test_a_year_of_yields_is_too_short_for_a_nowcast(sample: SampleHomes) -> None:
    assert sample.first.one("select count(*) from marts.tic_nowcast") == 0
    assert not (sample.first.home / "archive" / "documents" / "nowcast").exists()


def test_the_back_test_has_every_release_since_the_yields_allow_it(sample: SampleHomes) -> None:
    first, months = sample.latest.query(
        "select min(target_month), count(distinct target_month) from marts.nowcast_backtest "
        "where country_code = '99996'"
    )[0]
    assert first < dt.date(2018, 6, 30)
    assert months > 90
    late = "select count(*) from marts.nowcast_backtest where made_on <= last_month_end or horizon_days <= 0"
    assert sample.latest.one(late) == 0


def test_the_statement_of_the_load_is_in_the_archive_and_not_in_raw_yet(sample: SampleHomes) -> None:
    documents = list((sample.latest.home / "archive" / "documents" / "nowcast").rglob("*.json"))
    assert len(documents) == 2, "one per month"
    assert sample.latest.one("select count(*) from raw.nowcast_record") == 0, "alone it is no news"
