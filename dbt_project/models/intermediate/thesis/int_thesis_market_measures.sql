-- Grain: one row per measure.
-- The number and the verdict for each claim about markets. The rules are described in the yml.
with found as (
    select * from {{ ref('int_thesis_market_statistics') }}
),

yields as (
    select
        'flow_yield_correlation' as measure,
        flow_correlation as measured_number,
        case
            -- Buyers answer yields in the same month: a correlation above zero refutes nothing.
            when flow_correlation <= -2 / sqrt(flow_months) then 'holds'
            else 'not confirmed'
        end as verdict,
        flows_known_at as known_at
    from found
    where flow_months >= 60
),

cascade as (
    select
        'matched_gap_of_bitcoin' as measure,
        btc_gap_pct as measured_number,
        case
            when funding_t <= -2 or 4 * horizons_of_rises >= 3 * horizons then 'does not hold'
            when
                funding_t >= 2
                and equity_gap_pct < 0 and equity_gap_p < 0.05
                and 4 * horizons_of_falls >= 3 * horizons
                then 'holds'
            when 4 * horizons_of_falls >= 3 * horizons then 'suggestive'
            else 'not confirmed'
        end as verdict,
        greatest(joint_days_known_at, specifications_known_at, coalesce(funding_known_at, joint_days_known_at)) as known_at
    from found
    where has_equities and btc_gap_p is not null and specifications > 0 and funding_events >= 10
),

crypto as (
    select
        'bitcoin_to_equities' as measure,
        round(btc_move_pct / nullif(equity_move_pct, 0), 6) as measured_number,
        case
            when horizons_btc_moved_more = compared_horizons then 'holds'
            when horizons_equities_moved_more = compared_horizons then 'does not hold'
            else 'not confirmed'
        end as verdict,
        joint_days_known_at as known_at
    from found
    where has_equities
),

-- Noise alone reaches half of its extreme after five or six days: only an order beyond chance says anything.
crypto_last as (
    select
        'bitcoin_after_equities' as measure,
        cast(btc_days_to_half - equity_days_to_half as double) as measured_number,
        case
            when not is_order_beyond_chance then 'not confirmed'
            when btc_days_to_half > equity_days_to_half then 'holds'
            else 'does not hold'
        end as verdict,
        reaction_known_at as known_at
    from found
    where btc_days_to_half is not null and equity_days_to_half is not null and order_p is not null
),

eras as (
    select
        *,
        2 * falls_with_bonds_since_2022 >= falls_since_2022 as held_since_2022,
        2 * (falls_with_bonds - falls_with_bonds_since_2022) >= falls - falls_since_2022 as held_before_2022
    from found
    where falls >= 20 and falls_with_bonds > 0
),

collateral as (
    select
        'bonds_falling_with_equities' as measure,
        round(100 * falls_with_bonds / cast(falls as double), 6) as measured_number,
        case
            when held_since_2022 and held_before_2022 then 'holds'
            when held_since_2022 then 'holds since 2022 only'
            when held_before_2022 then 'held before 2022 only'
            else 'does not hold'
        end as verdict,
        falls_known_at as known_at
    from eras
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
