-- Grain: one row per warehouse.
-- Every statistic that a claim about markets is judged by. The rules that use them are in int_thesis_market_measures.
with flows as (
    select
        flow_pct,
        yield_change_bp,
        month_end,
        known_at
    from {{ ref('foreign_flows') }}
    where flow_pct is not null and yield_change_bp is not null
),

lowest_decile as (
    select {{ element_of(quantiles('flow_pct', [0.1]), 1) }} as flow_pct
    from flows
),

flows_and_yields as (
    select
        count(*) as flow_months,
        max(flows.month_end) as newest_flow_month_end,
        round(corr(flows.flow_pct, flows.yield_change_bp), 6) as flow_correlation,
        avg(case when flows.flow_pct <= lowest_decile.flow_pct then flows.yield_change_bp end) as in_outflows_bp,
        avg(case when flows.flow_pct > lowest_decile.flow_pct then flows.yield_change_bp end) as in_others_bp,
        sum(case when flows.flow_pct <= lowest_decile.flow_pct then 1 else 0 end) as outflow_months,
        max(flows.known_at) as flows_known_at
    from flows
    cross join lowest_decile
),

-- Bitcoin and equities after joint days, at each horizon after the day itself: one horizon alone may be chosen because it fits.
of_joint_days as (
    select
        btc.horizon_days,
        btc.n_events,
        btc.mean_abnormal_move as btc_move_pct,
        btc.mean_in_sigma as btc_in_sigma,
        btc.matched_gap as btc_gap_pct,
        btc.matched_p as btc_gap_p,
        btc.known_at,
        equities.mean_abnormal_move as equity_move_pct,
        equities.mean_in_sigma as equity_in_sigma,
        equities.matched_gap as equity_gap_pct,
        equities.matched_p as equity_gap_p,
        equities.asset is not null as has_equities
    from {{ ref('cascade_significance') }} as btc
    left join {{ ref('cascade_significance') }} as equities
        on
            btc.event_type = equities.event_type
            and btc.period = equities.period
            and btc.horizon_days = equities.horizon_days
            and equities.asset = 'sp500'
    where btc.event_type = 'bond_equity_joint' and btc.period = 'all' and btc.horizon_days > 0 and btc.asset = 'btc'
),

over_horizons as (
    select
        count(*) as horizons,
        count(case when btc_gap_pct < 0 and btc_gap_p < 0.05 then 1 end) as horizons_of_falls,
        count(case when btc_gap_pct > 0 and btc_gap_p < 0.05 then 1 end) as horizons_of_rises,
        min(btc_gap_p) as lowest_p,
        max(btc_gap_p) as highest_p,
        count(case when has_equities then 1 end) as compared_horizons,
        count(case when abs(btc_move_pct) > abs(equity_move_pct) then 1 end) as horizons_btc_moved_more,
        count(case when abs(btc_move_pct) < abs(equity_move_pct) then 1 end) as horizons_equities_moved_more
    from of_joint_days
),

specifications as (
    select
        count(*) as specifications,
        sum(case when has_expected_sign and permutation_p < 0.05 then 1 else 0 end) as significant_specifications,
        max(known_at) as specifications_known_at
    from {{ ref('cascade_specifications') }}
    where is_tested
),

funding as (
    select
        n_events as funding_events,
        mean_change as funding_change,
        t as funding_t,
        known_at as funding_known_at
    from {{ ref('int_thesis_funding') }}
),

reaction as (
    select
        max(case when asset = 'sp500' then median_days_to_half end) as equity_days_to_half,
        max(case when asset = 'btc' then median_days_to_half end) as btc_days_to_half,
        max(order_p) as order_p,
        bool_or(is_order_beyond_chance) as is_order_beyond_chance,
        max(known_at) as reaction_known_at
    from {{ ref('cascade_order') }}
    where event_type = 'bond_equity_joint'
),

bonds_in_falls as (
    select
        count(*) as falls,
        sum(case when plain_move < 0 then 1 else 0 end) as falls_with_bonds,
        sum(case when era = 'since_2022' then 1 else 0 end) as falls_since_2022,
        sum(case when era = 'since_2022' and plain_move < 0 then 1 else 0 end) as falls_with_bonds_since_2022,
        avg(case when plain_move < 0 then plain_move end) as bond_loss_pct,
        max(known_at) as falls_known_at
    from {{ ref('cascade_responses') }}
    where event_type = 'equity_fall' and asset = 'ten_year_price' and horizon_days = 0
)

select
    flows_and_yields.*,
    over_horizons.*,
    specifications.*,
    funding.*,
    reaction.*,
    bonds_in_falls.*,
    of_joint_days.n_events as joint_days,
    of_joint_days.btc_move_pct,
    of_joint_days.btc_in_sigma,
    of_joint_days.btc_gap_pct,
    of_joint_days.btc_gap_p,
    of_joint_days.equity_move_pct,
    of_joint_days.equity_in_sigma,
    of_joint_days.equity_gap_pct,
    of_joint_days.equity_gap_p,
    of_joint_days.has_equities,
    of_joint_days.known_at as joint_days_known_at
from flows_and_yields
cross join over_horizons
cross join specifications
cross join funding
cross join reaction
cross join bonds_in_falls
left join of_joint_days on of_joint_days.horizon_days = 5
