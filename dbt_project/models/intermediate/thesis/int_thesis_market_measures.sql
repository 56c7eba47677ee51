-- Grain: one row per measure.
-- The number, verdict and figures in words for each claim about markets. The rules are described in the yml.
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
        count(*) as n_months,
        max(flows.month_end) as newest_month_end,
        corr(flows.flow_pct, flows.yield_change_bp) as flow_correlation,
        avg(case when flows.flow_pct <= lowest_decile.flow_pct then flows.yield_change_bp end) as in_outflows_bp,
        avg(case when flows.flow_pct > lowest_decile.flow_pct then flows.yield_change_bp end) as in_others_bp,
        sum(case when flows.flow_pct <= lowest_decile.flow_pct then 1 else 0 end) as n_outflows,
        max(flows.known_at) as known_at
    from flows
    cross join lowest_decile
),

of_joint_days as (
    select
        asset,
        n_events,
        mean_move,
        mean_abnormal_move,
        mean_in_sigma,
        control_mean_move,
        matched_gap,
        matched_p,
        known_at
    from {{ ref('cascade_significance') }}
    where event_type = 'bond_equity_joint' and period = 'all' and horizon_days = 5
),

-- The same at all horizons after the day itself: one horizon alone may be chosen because it fits.
over_horizons as (
    select
        count(case when asset = 'btc' then 1 end) as n_horizons,
        count(case when asset = 'btc' and matched_gap < 0 and matched_p < 0.05 then 1 end) as n_btc_falls,
        count(case when asset = 'btc' and matched_gap > 0 and matched_p < 0.05 then 1 end) as n_btc_rises,
        min(case when asset = 'btc' then matched_p end) as lowest_p,
        max(case when asset = 'btc' then matched_p end) as highest_p
    from {{ ref('cascade_significance') }}
    where event_type = 'bond_equity_joint' and period = 'all' and horizon_days > 0
),

in_per_cent as (
    select
        count(*) as n_horizons,
        count(case when abs(btc.mean_abnormal_move) > abs(equities.mean_abnormal_move) then 1 end) as n_btc_most,
        count(case when abs(btc.mean_abnormal_move) < abs(equities.mean_abnormal_move) then 1 end) as n_equities_most
    from {{ ref('cascade_significance') }} as btc
    inner join {{ ref('cascade_significance') }} as equities
        on btc.event_type = equities.event_type and btc.period = equities.period and btc.horizon_days = equities.horizon_days
    where
        btc.event_type = 'bond_equity_joint'
        and btc.period = 'all'
        and btc.horizon_days > 0
        and btc.asset = 'btc'
        and equities.asset = 'sp500'
),

funding as (
    select * from {{ ref('int_thesis_funding') }}
),

specifications as (
    select
        count(*) as n_tested,
        sum(case when has_expected_sign then 1 else 0 end) as n_with_sign,
        sum(case when has_expected_sign and permutation_p < 0.05 then 1 else 0 end) as n_significant,
        max(known_at) as known_at
    from {{ ref('cascade_specifications') }}
    where is_tested
),

reaction as (
    select
        max(case when asset = 'sp500' then median_days_to_half end) as equity_days,
        max(case when asset = 'btc' then median_days_to_half end) as btc_days,
        max(order_p) as order_p,
        bool_or(is_order_beyond_chance) as is_order_beyond_chance,
        max(known_at) as known_at
    from {{ ref('cascade_order') }}
    where event_type = 'bond_equity_joint'
),

bonds_in_falls as (
    select
        count(*) as n_falls,
        sum(case when plain_move < 0 then 1 else 0 end) as n_with_bonds,
        sum(case when era = 'since_2022' then 1 else 0 end) as n_falls_since_2022,
        sum(case when era = 'since_2022' and plain_move < 0 then 1 else 0 end) as n_with_bonds_since_2022,
        sum(case when era <> 'since_2022' then 1 else 0 end) as n_falls_before_2022,
        sum(case when era <> 'since_2022' and plain_move < 0 then 1 else 0 end) as n_with_bonds_before_2022,
        avg(case when plain_move < 0 then plain_move end) as loss_pct,
        max(known_at) as known_at
    from {{ ref('cascade_responses') }}
    where event_type = 'equity_fall' and asset = 'ten_year_price' and horizon_days = 0
),

yields as (
    select
        'flow_yield_correlation' as measure,
        round(flow_correlation, 6) as measured_number,
        case
            -- Buyers answer yields in the same month: a correlation above zero refutes nothing.
            when flow_correlation <= -2 / sqrt(n_months) then 'holds'
            else 'not confirmed'
        end as verdict,
        concat(
            'the net flow of foreigners into coupons, in per cent of their holdings, and the change of the ten-year yield in ',
            'the month have a correlation of ', {{ number_in_words('flow_correlation', 2) }}, ' over ',
            cast(n_months as {{ dbt.type_string() }}),
            ' months to ', {{ month_in_words('newest_month_end') }},
            ', where selling that lifts yields would make it negative; in the ',
            cast(n_outflows as {{ dbt.type_string() }}), ' months of the largest outflows the yield changed by ',
            {{ number_in_words('in_outflows_bp') }}, ' bp on average, in the others by ',
            {{ number_in_words('in_others_bp') }}
        ) as in_words,
        known_at
    from flows_and_yields
    where n_months >= 60
),

cascade as (
    select
        'matched_gap_of_bitcoin' as measure,
        btc.matched_gap as measured_number,
        case
            when funding.t <= -2 or 4 * over_horizons.n_btc_rises >= 3 * over_horizons.n_horizons then 'does not hold'
            when
                funding.t >= 2
                and equities.matched_gap < 0 and equities.matched_p < 0.05
                and 4 * over_horizons.n_btc_falls >= 3 * over_horizons.n_horizons
                then 'holds'
            when 4 * over_horizons.n_btc_falls >= 3 * over_horizons.n_horizons then 'suggestive'
            else 'not confirmed'
        end as verdict,
        concat(
            cast(btc.n_events as {{ dbt.type_string() }}), ' days on which yields jumped and equities fell, against other falls ',
            'of equities, five days later: funding stress ', {{ number_in_words('funding.mean_change', 2) }}, ' (t ',
            {{ number_in_words('funding.t', 1) }}, '); equities ', {{ number_in_words('equities.matched_gap') }}, ' % (p ',
            {{ number_in_words('equities.matched_p', 3) }}, '); bitcoin ', {{ number_in_words('btc.matched_gap') }}, ' % (p ',
            {{ number_in_words('btc.matched_p', 3) }}, '), below 0.05 at ',
            cast(over_horizons.n_btc_falls as {{ dbt.type_string() }}), ' of ',
            cast(over_horizons.n_horizons as {{ dbt.type_string() }}), ' horizons (p ',
            {{ number_in_words('over_horizons.lowest_p', 3) }}, ' to ', {{ number_in_words('over_horizons.highest_p', 3) }},
            ') and in ', cast(specifications.n_significant as {{ dbt.type_string() }}), ' of ',
            cast(specifications.n_tested as {{ dbt.type_string() }}), ' specifications'
        ) as in_words,
        greatest(btc.known_at, specifications.known_at, coalesce(funding.known_at, btc.known_at)) as known_at
    from of_joint_days as btc
    inner join of_joint_days as equities on equities.asset = 'sp500'
    cross join over_horizons
    cross join funding
    cross join specifications
    where btc.asset = 'btc' and btc.matched_p is not null and specifications.n_tested > 0 and funding.n_events >= 10
),

crypto as (
    select
        'bitcoin_to_equities' as measure,
        round(btc.mean_abnormal_move / nullif(equities.mean_abnormal_move, 0), 6) as measured_number,
        case
            when in_per_cent.n_btc_most = in_per_cent.n_horizons then 'holds'
            when in_per_cent.n_equities_most = in_per_cent.n_horizons then 'does not hold'
            else 'not confirmed'
        end as verdict,
        concat(
            'five days after yields jumped and equities fell bitcoin had moved by ',
            {{ number_in_words('btc.mean_abnormal_move') }}, ' % beyond the usual and equities by ',
            {{ number_in_words('equities.mean_abnormal_move') }}, ' %; bitcoin moved more at ',
            cast(in_per_cent.n_btc_most as {{ dbt.type_string() }}), ' of ',
            cast(in_per_cent.n_horizons as {{ dbt.type_string() }}),
            ' horizons; in standard deviations of their own they moved by ',
            {{ number_in_words('btc.mean_in_sigma', 2) }}, ' and ', {{ number_in_words('equities.mean_in_sigma', 2) }}
        ) as in_words,
        btc.known_at
    from of_joint_days as btc
    inner join of_joint_days as equities on equities.asset = 'sp500'
    cross join in_per_cent
    where btc.asset = 'btc'
),

-- Noise alone reaches half of its extreme after five or six days: only an order beyond chance says anything.
crypto_last as (
    select
        'bitcoin_after_equities' as measure,
        cast(btc_days - equity_days as double) as measured_number,
        case
            when not is_order_beyond_chance then 'not confirmed'
            when btc_days > equity_days then 'holds'
            else 'does not hold'
        end as verdict,
        concat(
            'half of the move took bitcoin ', {{ number_in_words('btc_days') }}, ' days and equities ',
            {{ number_in_words('equity_days') }}, ' (medians); ', {{ number_in_words('100 * order_p', 0) }},
            ' % of shifted histories show as much of an order'
        ) as in_words,
        known_at
    from reaction
    where btc_days is not null and equity_days is not null and order_p is not null
),

collateral as (
    select
        'bonds_falling_with_equities' as measure,
        round(100 * n_with_bonds / cast(nullif(n_falls, 0) as double), 6) as measured_number,
        case
            when 2 * n_with_bonds_since_2022 >= n_falls_since_2022 and 2 * n_with_bonds_before_2022 >= n_falls_before_2022
                then 'holds'
            when 2 * n_with_bonds_since_2022 >= n_falls_since_2022 then 'holds since 2022 only'
            when 2 * n_with_bonds_before_2022 >= n_falls_before_2022 then 'held before 2022 only'
            else 'does not hold'
        end as verdict,
        concat(
            'when equities fell by one sigma and more a ten-year bond fell on the same day in ',
            cast(n_with_bonds as {{ dbt.type_string() }}), ' of ', cast(n_falls as {{ dbt.type_string() }}),
            ' cases, by ',
            {{ number_in_words('abs(loss_pct)', 2) }}, ' % on average; since 2022 in ',
            cast(n_with_bonds_since_2022 as {{ dbt.type_string() }}), ' of ',
            cast(n_falls_since_2022 as {{ dbt.type_string() }})
        ) as in_words,
        known_at
    from bonds_in_falls
    where n_falls >= 20 and n_with_bonds > 0
)

select * from yields
union all
select * from cascade
union all
select * from crypto
union all
select * from crypto_last
union all
select * from collateral
