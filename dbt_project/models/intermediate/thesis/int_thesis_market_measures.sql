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
        max(kendall_tau) as kendall_tau,
        max(kendall_tau_low) as kendall_tau_low,
        max(kendall_tau_high) as kendall_tau_high,
        max(case when asset = 'sp500' then median_days_to_half end) as equity_days,
        max(case when asset = 'btc' then median_days_to_half end) as btc_days,
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
            when flow_correlation >= 0 then 'does not hold'
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
            when btc.matched_gap >= 0 then 'does not hold'
            when
                btc.matched_p < 0.05 and reaction.kendall_tau_low > 0
                and 2 * specifications.n_significant >= specifications.n_tested
                then 'holds'
            when btc.matched_p < 0.05 and 4 * specifications.n_with_sign >= 3 * specifications.n_tested then 'suggestive'
            else 'not confirmed'
        end as verdict,
        concat(
            'after ', cast(btc.n_events as {{ dbt.type_string() }}),
            ' days on which yields jumped and equities fell ',
            'bitcoin moved by ',
            {{ number_in_words('btc.mean_move') }}, ' % in days 0 to 5, after other falls of equities by ',
            {{ number_in_words('btc.control_mean_move') }}, ': a gap of ',
            {{ number_in_words('btc.matched_gap') }}, ' (p ',
            {{ number_in_words('btc.matched_p', 3) }}, '); of ',
            cast(specifications.n_tested as {{ dbt.type_string() }}),
            ' ways to ask, ', cast(specifications.n_with_sign as {{ dbt.type_string() }}), ' have that sign and ',
            cast(specifications.n_significant as {{ dbt.type_string() }}),
            ' a p below 0.05; equities themselves moved by ',
            {{ number_in_words('equities.matched_gap') }}, ' more (p ',
            {{ number_in_words('equities.matched_p', 3) }},
            '), the credit spread moved by ', {{ number_in_words('credit.matched_gap') }}, ' bp more (p ',
            {{ number_in_words('credit.matched_p', 3) }}, '); order of reaction tau ',
            {{ number_in_words('reaction.kendall_tau', 2) }}, ' (',
            {{ number_in_words('reaction.kendall_tau_low', 2) }}, ' to ',
            {{ number_in_words('reaction.kendall_tau_high', 2) }}, ')'
        ) as in_words,
        greatest(btc.known_at, specifications.known_at, reaction.known_at) as known_at
    from of_joint_days as btc
    inner join of_joint_days as equities on equities.asset = 'sp500'
    inner join of_joint_days as credit on credit.asset = 'baa_spread'
    cross join specifications
    cross join reaction
    where btc.asset = 'btc' and btc.matched_p is not null and specifications.n_tested > 0
),

crypto as (
    select
        'bitcoin_to_equities' as measure,
        round(btc.mean_abnormal_move / nullif(equities.mean_abnormal_move, 0), 6) as measured_number,
        case
            when abs(btc.mean_abnormal_move) <= abs(equities.mean_abnormal_move) then 'does not hold'
            when
                abs(btc.mean_in_sigma) > abs(equities.mean_in_sigma) and reaction.kendall_tau_low > 0
                and reaction.btc_days > reaction.equity_days
                then 'holds'
            when abs(btc.mean_in_sigma) > abs(equities.mean_in_sigma) then 'suggestive'
            else 'not confirmed'
        end as verdict,
        concat(
            'five days after yields jumped and equities fell bitcoin had moved by ',
            {{ number_in_words('btc.mean_abnormal_move') }},
            ' % beyond the usual and equities by ', {{ number_in_words('equities.mean_abnormal_move') }},
            ': most in per cent; in sigmas of their own by ', {{ number_in_words('btc.mean_in_sigma', 2) }}, ' and ',
            {{ number_in_words('equities.mean_in_sigma', 2) }},
            case
                when abs(btc.mean_in_sigma) > abs(equities.mean_in_sigma) then ': most in risk, too'
                else ': not most in risk'
            end,
            '; half of the move took ', {{ number_in_words('reaction.btc_days') }}, ' days (median) and ',
            {{ number_in_words('reaction.equity_days') }}, ' for equities, with tau ',
            {{ number_in_words('reaction.kendall_tau', 2) }}, ' (',
            {{ number_in_words('reaction.kendall_tau_low', 2) }}, ' to ',
            {{ number_in_words('reaction.kendall_tau_high', 2) }}, ')',
            case when reaction.kendall_tau_low > 0 then '' else ': no fixed order' end
        ) as in_words,
        greatest(btc.known_at, reaction.known_at) as known_at
    from of_joint_days as btc
    inner join of_joint_days as equities on equities.asset = 'sp500'
    cross join reaction
    where btc.asset = 'btc' and reaction.kendall_tau_low is not null
),

collateral as (
    select
        'bonds_falling_with_equities' as measure,
        round(100 * n_with_bonds / cast(nullif(n_falls, 0) as double), 6) as measured_number,
        case when 2 * n_with_bonds >= n_falls then 'holds' else 'does not hold' end as verdict,
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
select * from collateral
