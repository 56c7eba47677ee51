-- Grain: one row per period, threshold and distance.
-- Moves of bitcoin from day 1 to day 5 after days on which yields jumped and equities fell, against other days on which equities
-- fell as much, for every combination of choices.
{% set draws = 500 %}
{% set seed = var('cascade_seed') %}
with candidates as (
    select * from {{ ref('int_cascade_specification_days') }}
),

bitcoin as (
    select
        date,
        known_at_5,
        move_5 - move_0 as btc_move
    from {{ ref('int_cascade_windows') }}
    where asset = 'btc' and move_5 is not null
),

-- Greedy: the first day counts, then the first day that does not overlap with it, and so on.
kept as (
    {{ chain_of_days('candidates', ['specification', 'is_joint']) }}
),

moves as (
    select
        candidates.specification,
        candidates.threshold_sigma,
        candidates.distance_days,
        candidates.period,
        candidates.is_joint,
        candidates.date,
        bitcoin.btc_move,
        greatest(candidates.known_at, bitcoin.known_at_5) as known_at
    from kept
    inner join candidates
        on
            kept.specification = candidates.specification
            and kept.is_joint = candidates.is_joint
            and kept.day_number = candidates.day_number
    inner join bitcoin on candidates.date = bitcoin.date
),

gaps as (
    select
        specification,
        threshold_sigma,
        distance_days,
        period,
        sum(case when is_joint then 1 else 0 end) as n_joint,
        sum(case when is_joint then 0 else 1 end) as n_control,
        {{ exact_mean('case when is_joint then btc_move end') }} as joint_mean_pct,
        {{ exact_mean('case when not is_joint then btc_move end') }} as control_mean_pct,
        {{ exact_mean('case when is_joint then btc_move end') }}
        - {{ exact_mean('case when not is_joint then btc_move end') }} as gap_pct,
        max(known_at) as known_at
    from moves
    group by specification, threshold_sigma, distance_days, period
),

-- All specifications share one random number per day and draw, because they share most of their days.
chances as (
    select
        event_days.date,
        draws.number as draw,
        {{ uniform_draw([seed, "'specification'", 'event_days.date', 'draws.number']) }} as chance
    from (select distinct date from moves) as event_days
    cross join {{ whole_numbers(draws) }} as draws
),

-- Fewer than eight events of a kind are not tested.
dealt as (
    select
        moves.specification,
        chances.draw,
        moves.btc_move,
        row_number() over (partition by moves.specification, chances.draw order by chances.chance, moves.date)
        <= gaps.n_joint as is_dealt_joint
    from moves
    inner join gaps on moves.specification = gaps.specification
    inner join chances on moves.date = chances.date
    where gaps.n_joint >= 8 and gaps.n_control >= 8
),

dealt_gaps as (
    select
        specification,
        draw,
        {{ exact_mean('case when is_dealt_joint then btc_move end') }}
        - {{ exact_mean('case when not is_dealt_joint then btc_move end') }} as gap_pct
    from dealt
    group by specification, draw
),

p_values as (
    select
        gaps.specification,
        (1 + sum(case when abs(dealt_gaps.gap_pct) >= abs(gaps.gap_pct) then 1 else 0 end)) / cast(1 + count(*) as double)
            as permutation_p
    from gaps
    inner join dealt_gaps on gaps.specification = dealt_gaps.specification
    group by gaps.specification
)

select
    gaps.period,
    cast(gaps.threshold_sigma as double) as threshold_sigma,
    cast(gaps.distance_days as integer) as distance_days,
    cast(gaps.n_joint as integer) as n_joint,
    cast(gaps.n_control as integer) as n_control,
    gaps.n_joint >= 8 and gaps.n_control >= 8 as is_tested,
    round(gaps.joint_mean_pct, 6) as joint_mean_pct,
    round(gaps.control_mean_pct, 6) as control_mean_pct,
    round(gaps.gap_pct, 6) as gap_pct,
    gaps.gap_pct < 0 as has_expected_sign,
    round(p_values.permutation_p, 6) as permutation_p,
    cast(case when p_values.permutation_p is not null then {{ draws }} end as integer) as draws,
    cast(case when p_values.permutation_p is not null then {{ seed }} end as integer) as seed,
    gaps.known_at
from gaps
left join p_values on gaps.specification = p_values.specification
order by gaps.period, gaps.threshold_sigma, gaps.distance_days
