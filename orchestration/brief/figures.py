"""What the site shows, as rows: every query on the published file.

Belongs here: SQL, and how its rows come to Python. Does not belong here: sentences (`words.py`), charts (`charts.py`),
and any calculation that belongs in a mart.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

Row = dict[str, Any]
Rows = list[Row]
"""A row is column -> value: days as `datetime.date`, amounts as floats in the unit that the column's name has."""

_INFO = "select * from marts.warehouse_info"

_TOTAL = """
select
    month_end, holdings_usd_bn, net_sales_usd_bn, valuation_change_usd_bn, other_change_usd_bn, released_on, is_break,
    case when not is_break then holdings_usd_bn - lag(holdings_usd_bn) over (order by month_end) end as change_usd_bn,
    sum(cast(is_break as integer)) over (order by month_end) as basis
from marts.fct_holdings
where
    country_code = '99996'
    and instrument = 'total'
    and month_end <= (select newest_complete_month_end from marts.warehouse_info)
order by month_end
"""

# All foreigners, the official ones, and the others, over twelve months.
_OWNERS_12M = """
select
    country_code, month_end, holdings_usd_bn, change_usd_bn, net_sales_usd_bn, valuation_change_usd_bn,
    other_change_usd_bn
from marts.holdings_decomposition
where
    country_code in ('99996', '99990', '99991')
    and window_months = 12
    and month_end = (select newest_complete_month_end from marts.warehouse_info)
order by country_code desc
"""

# Only reported transactions: where the valuation is estimated, purchases are not known.
_BOUGHT_AND_SOLD = """
with holders as (
    select
        parts.country, coalesce(countries.iso_alpha2, parts.country_code) as holder, parts.net_sales_usd_bn,
        parts.change_usd_bn, parts.holdings_usd_bn, countries.is_custodial_centre,
        row_number() over (order by parts.net_sales_usd_bn desc, parts.country) as from_top,
        row_number() over (order by parts.net_sales_usd_bn, parts.country) as from_bottom
    from marts.holdings_decomposition as parts
    inner join marts.dim_country as countries using (country_code)
    where
        not countries.is_aggregate
        and parts.window_months = 12
        and parts.method = 'reported'
        and parts.net_sales_usd_bn is not null
        and parts.month_end = (select newest_complete_month_end from marts.warehouse_info)
)

select country, holder, net_sales_usd_bn, change_usd_bn, holdings_usd_bn, is_custodial_centre
from holders
where (from_top <= 6 and net_sales_usd_bn > 0) or (from_bottom <= 6 and net_sales_usd_bn < 0)
order by net_sales_usd_bn desc, country
"""

_PRINTS_OF_TOTAL = """
with prints as (
    select
        month_end, holdings_usd_bn, net_sales_usd_bn, released_on, known_at, vintage_basis,
        row_number() over (partition by month_end order by known_at) as print_number,
        row_number() over (partition by month_end order by known_at desc) as from_newest
    from marts.fct_holdings_vintages
    where
        country_code = '99996'
        and instrument = 'total'
        and month_end <= (select newest_complete_month_end from marts.warehouse_info)
)

select
    month_end,
    count(*) as prints,
    max(holdings_usd_bn) filter (print_number = 1) as first_print_usd_bn,
    max(holdings_usd_bn) filter (from_newest = 1) as holdings_usd_bn,
    max(net_sales_usd_bn) filter (print_number = 1) as first_net_sales_usd_bn,
    max(net_sales_usd_bn) filter (from_newest = 1) as net_sales_usd_bn,
    max(vintage_basis) filter (print_number = 1) as first_print_basis,
    max(released_on) filter (print_number = 1) as first_released_on,
    max(released_on) filter (from_newest = 1) as released_on
from prints
where month_end > (select max(month_end) from prints) - interval '12 months'
group by month_end
order by month_end desc
"""

_HOLDERS = """
select
    parts.country, parts.window_months, parts.holdings_usd_bn, parts.change_usd_bn, parts.net_sales_usd_bn,
    parts.valuation_change_usd_bn, parts.other_change_usd_bn, parts.method, countries.is_custodial_centre,
    case when parts.is_valuation_beyond_prices then parts.price_implied_usd_bn end as implied_usd_bn
from marts.holdings_decomposition as parts
inner join marts.dim_country as countries using (country_code)
where
    not countries.is_aggregate
    and parts.window_months in (1, 12)
    and parts.change_usd_bn is not null
    and parts.month_end = (select newest_complete_month_end from marts.warehouse_info)
qualify
    row_number() over (partition by parts.window_months order by abs(parts.change_usd_bn) desc, parts.country) <= 15
order by parts.window_months, parts.change_usd_bn desc
"""

# Large holders whose own history has a cycle: what the newest month usually brings.
_SEASONS = """
select
    season.country, season.month_end, season.cycle_length, season.change_1m_pct, season.usual_low_1m_pct,
    season.usual_high_1m_pct, season.is_usual_for_the_month
from marts.holder_seasonality as season
inner join marts.holdings_trend as trend using (country_code, month_end)
where
    season.month_end = (select newest_complete_month_end from marts.warehouse_info)
    and season.is_usual_for_the_month is not null
    and trend.instrument = 'total'
    and trend.holder_rank <= 20
order by abs(trend.change_1m_usd_bn) desc, season.country
"""

# China's own line, and the same with the centers that hold for owners elsewhere.
_CUSTODY = """
select
    custody.custody_group, custody.month_end, custody.low_usd_bn, custody.high_usd_bn, custody.change_12m_usd_bn,
    china.change_12m_usd_bn as own_change_12m_usd_bn
from marts.custody_view as custody
inner join marts.holdings_trend as china
    on custody.month_end = china.month_end and china.country_code = '41408' and china.instrument = 'total'
where
    custody.custody_group in ('china_and_belgium', 'china_belgium_luxembourg')
    and custody.month_end = (select newest_complete_month_end from marts.warehouse_info)
    and custody.high_usd_bn is not null
    and custody.change_12m_usd_bn is not null
    and china.change_12m_usd_bn is not null
order by custody.custody_group
"""

_DIVERGENCE = """
select
    country, month_end, divergence_class, holdings_usd_bn, change_12m_usd_bn, net_sales_12m_usd_bn, net_sales_12m_pct,
    valuation_change_12m_usd_bn, other_change_12m_usd_bn, method, is_custodial_centre
from marts.holder_divergence
where
    not is_aggregate
    and divergence_class in ('withdrawing', 'strengthening')
    and month_end = (select newest_complete_month_end from marts.warehouse_info)
    and holdings_usd_bn >= 10
order by net_sales_12m_pct
"""

_DIVERGENCE_INDEX = """
select
    month_end, holders, holders_withdrawing, holders_strengthening, method, net_buyers_12m_usd_bn,
    net_sellers_12m_usd_bn, 100 * divergence_index_share as divergence_index_pct, 100 * covered_share as covered_pct,
    -- Months that are missing (after a re-basing) begin a new run: no line is drawn across.
    date_diff('month', date '2000-01-31', month_end) - row_number() over (order by month_end) as run
from marts.holdings_divergence_index
order by month_end
"""

# A level that was last seen within a year is no news.
_RECORDS = """
select
    country, month_end, holdings_usd_bn, holder_rank, is_record_high, is_record_low, lowest_since, highest_since,
    basis_note
from marts.holdings_trend
where
    instrument = 'total'
    and holder_rank <= 40
    and month_end = (select newest_complete_month_end from marts.warehouse_info)
    and (
        is_record_high
        or is_record_low
        or lowest_since < month_end - interval '13 months'
        or highest_since < month_end - interval '13 months'
    )
order by holder_rank
"""

_OVERTAKES = """
with newest as (select newest_complete_month_end as month_end from marts.warehouse_info)

select
    overtakes.overtaking_country, overtakes.overtaken_country, overtakes.month_end, overtakes.status,
    overtakes.overtaking_rank, overtakes.overtaking_usd_bn, overtakes.overtaken_usd_bn, overtakes.gap_usd_bn,
    overtakes.months_to_overtake, overtakes.closing_speed_usd_bn_a_month, overtakes.is_through_custodial_centre,
    coalesce(overtaking.is_usual_for_the_month, false) as is_overtaking_seasonal,
    coalesce(overtaken.is_usual_for_the_month, false) as is_overtaken_seasonal
from marts.holder_overtakes as overtakes
cross join newest
left join marts.holder_seasonality as overtaking
    on overtakes.overtaking_code = overtaking.country_code and overtakes.month_end = overtaking.month_end
left join marts.holder_seasonality as overtaken
    on overtakes.overtaken_code = overtaken.country_code and overtakes.month_end = overtaken.month_end
where
    (
        overtakes.status in ('lasting', 'not yet confirmed')
        and overtakes.turned_back_in is null
        and overtakes.month_end > newest.month_end - interval '3 months'
    )
    or (
        overtakes.status = 'approaching'
        and overtakes.month_end = newest.month_end
        and overtakes.months_to_overtake <= 6
    )
order by overtakes.status = 'approaching', overtakes.month_end desc, overtakes.overtaking_rank
"""

_REVISIONS = """
select
    country, month_end, first_print_usd_bn, holdings_usd_bn, revision_from_first_usd_bn,
    revision_from_first_pct, is_flip, flip_note, cast(release_known_at as date) as revised_on
from marts.holdings_revisions
where
    is_latest_release
    and month_end > (select newest_complete_month_end from marts.warehouse_info)
        - interval '12 months'
    and (is_flip or abs(revision_from_first_usd_bn) >= 0.5)
qualify
    is_flip
    or row_number() over (partition by country_code order by abs(revision_from_first_usd_bn) desc, month_end) = 1
order by abs(revision_from_first_usd_bn) desc, country, month_end
"""

# All foreigners, the official ones, the largest holders, and those that a claim names.
_PICKED = """
select
    trend.country_code, trend.country, trend.holder_rank, trend.holdings_usd_bn,
    case trend.country_code
        when '99996' then 'ALL' when '99990' then 'OFFICIAL' else coalesce(countries.iso_alpha2, trend.country_code)
    end as holder
from marts.holdings_trend as trend
inner join marts.dim_country as countries using (country_code)
where
    trend.instrument = 'total'
    and trend.month_end = (select newest_complete_month_end from marts.warehouse_info)
    and (
        trend.country_code in ('99996', '99990')
        or trend.holder_rank <= 40
        or (
            trend.holder_rank is not null
            and exists (select 1 from marts.thesis_scorecard where contains(claim, trend.country))
        )
    )
order by trend.country_code = '99996' desc, trend.country_code = '99990' desc, trend.holder_rank, trend.country
"""

_HISTORY = f"""
with picked as ({_PICKED})

select
    picked.holder, trend.month_end, trend.holdings_usd_bn, 100 * trend.all_foreign_share as share_pct,
    sum(cast(trend.is_break as integer)) over (partition by trend.country_code order by trend.month_end) as basis,
    parts.change_usd_bn, parts.net_sales_usd_bn, parts.valuation_change_usd_bn, parts.other_change_usd_bn,
    case when parts.is_valuation_beyond_prices then parts.price_implied_usd_bn end as implied_usd_bn
from marts.holdings_trend as trend
inner join picked using (country_code)
left join marts.holdings_decomposition as parts
    on
        trend.country_code = parts.country_code
        and trend.month_end = parts.month_end
        and parts.window_months = 12
        and parts.method is not null
where trend.instrument = 'total'
order by trend.country_code, trend.month_end
"""

_HISTORY_OF_PRINTS = f"""
with picked as ({_PICKED})

select
    picked.holder, vintages.month_end, vintages.holdings_usd_bn, vintages.vintage_basis,
    cast(vintages.known_at as date) as known_on,
    row_number() over (partition by vintages.country_code, vintages.month_end order by vintages.known_at)
        as print_number,
    count(*) over (partition by vintages.country_code, vintages.month_end) as prints
from marts.fct_holdings_vintages as vintages
inner join picked using (country_code)
where
    vintages.instrument = 'total'
    and vintages.holdings_usd_bn is not null
    and vintages.month_end
        > (select newest_complete_month_end from marts.warehouse_info) - interval '48 months'
order by vintages.country_code, vintages.month_end, vintages.known_at
"""

# Of each week before the last two years the highest day, so that no peak is lost.
_STRESS = """
with days as (
    select
        date, core_linear, cascade_linear, core_linear_percentile, cascade_linear_percentile,
        max(date) over () - interval '2 years' as thinned_before
    from marts.liquidity_stress_daily
    where core_linear is not null or cascade_linear is not null
)

select
    case when date > thinned_before then date else cast(date_trunc('week', date) as date) + 4 end as date,
    max(core_linear) as core,
    max(cascade_linear) as cascade,
    max(100 * core_linear_percentile) as core_percentile,
    max(100 * cascade_linear_percentile) as cascade_percentile
from days
group by all
order by 1
"""

_STRESS_NOW = """
select
    date, core_linear, cascade_linear, 100 * core_linear_percentile as core_percentile,
    100 * cascade_linear_percentile as cascade_percentile, core_light, light, stages_present, stages_lit,
    is_cascade_active, cascade_coverage, core_coverage,
    (select max(date) from marts.liquidity_stress_daily) as newest_day,
    (select arg_max(cascade_coverage, date) from marts.liquidity_stress_daily) as newest_coverage
from marts.liquidity_stress_daily
where cascade_linear is not null
order by date desc
limit 1
"""

_STAGES_NOW = """
with index_day as (select max(date) as date from marts.liquidity_stress_daily where cascade_linear is not null),

year as (
    select stages.stage, avg(stages.cascade_contribution) as contribution_12m
    from marts.stress_stage_daily as stages, index_day
    where stages.date <= index_day.date and stages.date > index_day.date - interval '12 months'
    group by all
),

-- Which date a light refers to: a stage goes out when its indicators are too old.
newest as (
    select
        stage, max(stage_number) as stage_number, min(date) as first_date, max(date) as date,
        arg_max(light, date) as light,
        arg_max(100 * percentile, date) as percentile, arg_max(score, date) as score,
        arg_max(indicators_present, date) as indicators_present
    from marts.stress_stage_daily
    group by stage
)

select
    newest.*, on_day.cascade_contribution as contribution, year.contribution_12m, index_day.date as index_date
from newest
cross join index_day
left join year using (stage)
left join marts.stress_stage_daily as on_day on newest.stage = on_day.stage and on_day.date = index_day.date
order by newest.stage_number
"""

_LIGHTS = """
select
    last_day(date) as month_end, stage, stage_number,
    case when count(*) filter (light = 'red') > 0 then 'red' when count(*) filter (light = 'amber') > 0 then 'amber' end
        as light,
    count(*) filter (light in ('amber', 'red')) as days_lit
from marts.stress_stage_daily
group by all
having count(*) filter (light in ('amber', 'red')) > 0
order by stage_number, month_end
"""

_CONTRIBUTIONS = """
select
    month_end,
    cascade_contribution_of_foreign_demand as foreign_demand,
    cascade_contribution_of_rates as rates,
    cascade_contribution_of_collateral as collateral,
    cascade_contribution_of_funding as funding,
    cascade_contribution_of_credit as credit,
    cascade_contribution_of_equities as equities,
    cascade_contribution_of_crypto as crypto,
    cascade_linear_mean as cascade, cascade_linear_max as highest_day, days_amber, days_red
from marts.liquidity_stress_monthly
where cascade_linear_mean is not null
order by month_end desc
limit 13
"""

_INDICATORS_NOW = """
select
    indicator, arg_max(stage, date) as stage, max(date) as date, arg_max(value, date) as value,
    arg_max(unit, date) as unit, arg_max(100 * probability, date) as percentile,
    arg_max(observation_date, date) as observation_date, arg_max(series_id, date) as series_id
from marts.stress_indicator_daily
group by indicator
order by max(date) < (select max(date) from marts.stress_indicator_daily) - interval '1 year', stage, indicator
"""

_EPISODES = """
select
    episode, title, starts_on, ends_on, is_over, class, must_light, stages_lit, stages_missed, verdict, is_as_expected,
    100 * peak_core as peak_core_percentile, 100 * peak_cascade as peak_cascade_percentile, what_happened,
    chance_lit
from marts.stress_episodes
order by starts_on desc
"""

_BENCHMARKS = """
select
    benchmark, index_id, months, level_correlation, change_correlation, auc_systemic, auc_all, systemic_episodes,
    systemic_hits, median_delay_days, quiet_days_flagged_pct, cast(known_at as date) as known_on
from marts.stress_benchmarks
where period = '1994 on' and index_id in ('core_linear', 'cascade_linear', 'benchmark')
order by benchmark, index_id
"""

# Each in standard deviations from its own mean over the months shown: their units differ.
_BENCHMARK_MONTHS = """
with months as (
    select last_day(date) as month_end, 'Tidemark, core' as name, avg(core_linear) as value
    from marts.liquidity_stress_daily
    where core_linear is not null
    group by all
    union all
    select last_day(date), series_id, avg(value)
    from marts.fct_observations
    where series_id in ('NFCI', 'STLFSI4')
    group by all
)

select
    month_end, name,
    round((value - avg(value) over (partition by name)) / nullif(stddev_pop(value) over (partition by name), 0), 3)
        as sigmas
from months
where month_end >= date '1994-01-31'
order by name, month_end
"""

_CASCADE = """
select
    asset, horizon_days, unit, expected_sign, n_events, mean_move, mean_abnormal_move, mean_in_sigma,
    share_expected_sign, placebo_p, q_value, n_control, control_mean_move, matched_gap, matched_p, is_evidence
from marts.cascade_significance
where event_type = 'bond_equity_joint' and period = 'all'
order by stage_number, asset, horizon_days
"""

_CASCADE_DAY_5 = """
select
    responses.event_type, responses.asset, responses.stage_number, count(*) as n_events,
    avg(responses.abnormal_move_in_sigma) as mean_sigma,
    quantile_cont(responses.abnormal_move_in_sigma, 0.25) as low_sigma,
    quantile_cont(responses.abnormal_move_in_sigma, 0.75) as high_sigma
from marts.cascade_responses as responses
where
    responses.horizon_days = 5
    and responses.has_full_window
    and responses.abnormal_move_in_sigma is not null
    and responses.event_type in ('bond_equity_joint', 'equity_fall_other')
group by all
order by responses.stage_number, responses.asset, responses.event_type
"""

_CASCADE_BITCOIN = """
select
    event_type, horizon_days, count(*) as n_events, avg(abnormal_move) as mean_pct,
    quantile_cont(abnormal_move, 0.25) as low_pct, quantile_cont(abnormal_move, 0.75) as high_pct
from marts.cascade_responses
where asset = 'btc' and has_full_window and event_type in ('bond_equity_joint', 'equity_fall_other')
group by all
order by event_type, horizon_days
"""

_CASCADE_ORDER = """
select
    asset, stage_number, n_events, median_days_to_half, kendall_tau, kendall_tau_by_chance, order_p,
    is_order_beyond_chance
from marts.cascade_order
where event_type = 'bond_equity_joint'
order by stage_number, asset
"""

_CASCADE_SPECIFICATIONS = """
select
    period, threshold_sigma, distance_days, horizon_days, n_joint, n_control, is_tested, joint_mean_pct,
    control_mean_pct, joint_median_pct, control_median_pct, gap_pct, has_expected_sign, permutation_p
from marts.cascade_specifications
order by horizon_days, period, threshold_sigma, distance_days
"""

_CASCADE_EVENTS = """
select count(*) as events, min(date) as first_date, max(date) as last_date
from marts.cascade_events
where event_type = 'bond_equity_joint'
"""

_SCORECARD = """
select
    claim_number, claim_id, claim, claimed_on, country_code, holder, comparison, measure, horizon_months,
    claim_month_end, claimed_number, unit, measured_as_first_printed, first_print_basis, measured_now, margin_usd_bn,
    usual_revision_usd_bn, is_margin_small, verdict, no_verdict_because, caveat, source, as_of
from marts.thesis_scorecard
order by claim_number
"""

_CLAIM_FIGURES = """
select claim_id, figure, number, month_end
from marts.claim_figures
order by claim_number, figure
"""

# Net purchases of coupons by all foreigners, a month, and where the month is among all months before it.
_FLOWS = """
select
    month_end, net_purchases_usd_bn, flow_pct, yield_change_bp, released_on,
    (
        select 100 * avg(cast(earlier.flow_pct < flows.flow_pct as integer))
        from marts.foreign_flows as earlier
        where earlier.month_end < flows.month_end and earlier.net_purchases_usd_bn is not null
    ) as percentile
from marts.foreign_flows as flows
where net_purchases_usd_bn is not null
order by month_end
"""

# Who took the debt that the Treasury added: months with all parts.
_ABSORPTION = """
select
    month_end, net_issuance_usd_bn, net_issuance_basis, foreign_net_purchases_usd_bn, fed_change_usd_bn,
    domestic_residual_usd_bn, foreign_share_of_net_issuance_12m
from marts.absorption_monthly
where missing is null
order by month_end
"""

_FOREIGN_SHARE = """
select month_end, 100 * foreign_share as foreign_share_pct
from marts.absorption_monthly
where foreign_share is not null
order by month_end
"""

# The newest auction of each term that is still sold: of the last hundred days.
_AUCTIONS = """
select
    concat(lower(term), ' ', if(security_type in ('TIPS', 'FRN'), security_type, lower(security_type))) as name,
    auction_date, accepted_usd_bn, high_yield_pct, bid_to_cover, 100 * indirect_share as indirect_pct,
    100 * dealer_share as dealer_pct, 100 * demand_percentile as demand_percentile
from marts.auctions
where
    security_type <> 'CMB'
    and term is not null
    and auction_date > (select max(auction_date) from marts.auctions) - interval '100 days'
qualify row_number() over (partition by security_type, term order by auction_date desc, cusip) = 1
order by
    security_type in ('TIPS', 'FRN'), security_type,
    cast(regexp_extract(term, '[0-9]+') as integer)
    * case when contains(term, 'Year') then 360 when contains(term, 'Month') then 30 when contains(term, 'Week') then 7
        else 1 end
"""

# Net purchases of all US securities, a month, since 1985.
_PRESSURE = """
select
    security_type, month_end, net_purchases_12m_usd_bn, flow_12m_pct, n_earlier_months,
    flow_12m_percentile as percentile
from marts.flow_pressure_monthly
where
    holder_group = 'all'
    and net_purchases_12m_usd_bn is not null
    and month_end <= (select newest_complete_month_end from marts.warehouse_info)
order by security_type, month_end
"""

# One month of each quarter, and the newest one: the page has forty holders.
_PORTFOLIO = f"""
with picked as ({_PICKED})

select
    picked.holder, mix.month_end, mix.treasuries_usd_bn, mix.agencies_usd_bn, mix.corporate_bonds_usd_bn,
    mix.stocks_usd_bn
from marts.portfolio_mix as mix
inner join picked using (country_code)
cross join marts.warehouse_info as info
where
    mix.total_usd_bn is not null
    and mix.month_end <= info.newest_complete_month_end
    and (extract(month from mix.month_end) in (3, 6, 9, 12) or mix.month_end = info.newest_complete_month_end)
order by picked.holder, mix.month_end
"""

# Long-term Treasuries since 1985, the months of a quarter as above.
_LONG_PARTS = f"""
with picked as ({_PICKED})

select
    picked.holder, trend.month_end, trend.net_purchases_12m_usd_bn as net_sales_usd_bn,
    trend.valuation_change_12m_usd_bn as valuation_change_usd_bn, trend.other_change_12m_usd_bn as other_change_usd_bn
from marts.securities_trend as trend
inner join picked using (country_code)
cross join marts.warehouse_info as info
where
    trend.direction = 'foreign_holdings'
    and trend.security_type = 'treasury'
    and trend.net_purchases_12m_usd_bn is not null
    and trend.valuation_change_12m_usd_bn is not null
    and trend.month_end <= info.newest_complete_month_end
    and (extract(month from trend.month_end) in (3, 6, 9, 12) or trend.month_end = info.newest_complete_month_end)
order by picked.holder, trend.month_end
"""

_NOWCAST = """
select
    target_month, country, country_code, made_on, horizon_days, steps, last_month_end, last_holdings_usd_bn,
    holdings_q10_usd_bn, holdings_q50_usd_bn, holdings_q90_usd_bn, net_purchases_usd_bn, valuation_change_usd_bn
from marts.tic_nowcast
order by target_month, country_code not in ('99996', '99990', '99991'), last_holdings_usd_bn desc, country_code
"""

# How good the nowcasts of the total were, one month ahead: those that were recorded, and those of the back-test.
_NOWCAST_SCORES = """
select
    basis, count(*) as statements, count(distinct target_month) as months, min(made_on) as since,
    sqrt(avg(error_usd_bn * error_usd_bn)) as rmse_usd_bn,
    sqrt(avg(error_no_change_usd_bn * error_no_change_usd_bn)) as rmse_no_change_usd_bn,
    100 * avg(cast(is_sign_right as integer)) as sign_right_pct,
    100 * avg(cast(is_inside_band as integer)) as inside_pct
from marts.nowcast_scores
where country_code = '99996' and steps = 1
group by basis
order by basis
"""

_NOWCAST_ACCURACY = """
select
    n_months as months, rmse_usd_bn, rmse_no_change_usd_bn, 100 * sign_right_share as sign_right_pct,
    100 * inside_band_share as inside_pct
from marts.nowcast_accuracy
where country_code = '99996' and steps = 1 and period = 'since_2012' and days_to_release = 'all'
"""

_RELEASE_DAYS = """
select data_month_end, announced_on, arg_max(note, retrieved_at) as note, max(retrieved_at) as retrieved_at
from raw.tic_release_calendar
where announced_on is not null
group by all
order by announced_on
"""

_RELEASE_STATUS = """
select month_end, released_on, is_announced, status, is_overdue, missing_countries
from marts.release_status
order by month_end
"""

_NAMES = "select * from marts.dim_country"

_REFUSED = """
select source, dataset, status, count(*) as documents
from raw.documents
where status = 'refused'
group by all
order by all
"""

_SERIES = """
select
    series.series_id, series.title, series.licence, series.may_be_redistributed, max(observations.date) as newest,
    max(cast(observations.known_at as date)) as known_on, count(*) as observations
from marts.dim_series as series
inner join marts.fct_observations as observations using (series_id)
group by all
order by newest desc, series.series_id
"""

_PRICES = """
select symbol, arg_max(venue, date) as venue, max(date) as newest, count(*) as days
from marts.fct_crypto_daily
group by symbol
order by symbol
"""

_HOLDINGS_LOADED = """
select
    instrument, count(distinct country_code) as lines, min(month_end) as oldest, max(month_end) as newest,
    count(*) as figures
from marts.fct_holdings
group by instrument
order by instrument desc
"""

_CORRECTIONS = """
select
    correction_id, action, source_table, series, subject, period, instrument, measure, what, why, known_since,
    published_value, corrected_value
from marts.dim_correction
where is_in_force
order by action desc, period desc, correction_id
"""

QUERIES = {
    "info": _INFO,
    "total": _TOTAL,
    "owners_12m": _OWNERS_12M,
    "bought_and_sold": _BOUGHT_AND_SOLD,
    "prints_of_total": _PRINTS_OF_TOTAL,
    "holders": _HOLDERS,
    "seasons": _SEASONS,
    "custody": _CUSTODY,
    "divergence": _DIVERGENCE,
    "divergence_index": _DIVERGENCE_INDEX,
    "records": _RECORDS,
    "overtakes": _OVERTAKES,
    "revisions": _REVISIONS,
    "picked": _PICKED,
    "history": _HISTORY,
    "history_of_prints": _HISTORY_OF_PRINTS,
    "stress": _STRESS,
    "stress_now": _STRESS_NOW,
    "stages_now": _STAGES_NOW,
    "lights": _LIGHTS,
    "contributions": _CONTRIBUTIONS,
    "indicators_now": _INDICATORS_NOW,
    "episodes": _EPISODES,
    "benchmarks": _BENCHMARKS,
    "benchmark_months": _BENCHMARK_MONTHS,
    "cascade": _CASCADE,
    "cascade_day_5": _CASCADE_DAY_5,
    "cascade_bitcoin": _CASCADE_BITCOIN,
    "cascade_order": _CASCADE_ORDER,
    "cascade_specifications": _CASCADE_SPECIFICATIONS,
    "cascade_events": _CASCADE_EVENTS,
    "scorecard": _SCORECARD,
    "claim_figures": _CLAIM_FIGURES,
    "series": _SERIES,
    "prices": _PRICES,
    "holdings_loaded": _HOLDINGS_LOADED,
    "corrections": _CORRECTIONS,
    "flows": _FLOWS,
    "absorption": _ABSORPTION,
    "foreign_share": _FOREIGN_SHARE,
    "auctions": _AUCTIONS,
    "pressure": _PRESSURE,
    "portfolio": _PORTFOLIO,
    "long_parts": _LONG_PARTS,
    "nowcast": _NOWCAST,
    "nowcast_scores": _NOWCAST_SCORES,
    "nowcast_accuracy": _NOWCAST_ACCURACY,
    "release_days": _RELEASE_DAYS,
    "release_status": _RELEASE_STATUS,
    "names": _NAMES,
    "refused": _REFUSED,
}


@dataclass(frozen=True)
class Found:
    """What the queries found.

    Attributes:
        rows: name of the query -> its rows, none if the marts have nothing yet.
        absent: queries whose tables or columns are not in the file, as in a public edition.
    """

    rows: dict[str, Rows]
    absent: tuple[str, ...] = ()


def collect(connection: duckdb.DuckDBPyConnection) -> Found:
    """Everything that the site shows.

    Raises:
        duckdb.Error: the file is no warehouse.
    """
    rows: dict[str, Rows] = {}
    absent = []
    for name, sql in QUERIES.items():
        try:
            rows[name] = _rows(connection, sql)
        except (duckdb.CatalogException, duckdb.BinderException):
            if name == "info":
                raise
            rows[name] = []
            absent.append(name)
    return Found(rows, tuple(absent))


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.date() if isinstance(value, dt.datetime) else value
