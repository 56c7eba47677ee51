-- Grain: a threshold, a distance between events, and a period: what bitcoin did from the first to the fifth day after days on which
-- yields jumped and equities fell, beside other days on which equities fell as much. Every choice that could have been made.
{% set draws = 1000 %}
{% set seed = 20151001 %}
with recursive market_days as (
    select
        date,
        day_number,
        z_yield,
        z_equity,
        known_at
    from {{ ref('int_market_days') }}
    where date >= date '2015-10-01'
),

bitcoin as (
    select
        date,
        known_at_5,
        move_5 - move_0 as move
    from {{ ref('int_cascade_windows') }}
    where asset = 'btc' and move_5 is not null
),

thresholds as (
    select 0.75 as threshold_sigma
    union all
    select 1.0 as threshold_sigma
    union all
    select 1.25 as threshold_sigma
    union all
    select 1.5 as threshold_sigma
),

distances as (
    select 5 as distance_days
    union all
    select 21 as distance_days
),

periods as (
    select 'all' as period, date '2015-10-01' as first_day, date '9999-12-31' as last_day
    union all
    select 'before_2020' as period, date '2015-10-01' as first_day, date '2019-12-31' as last_day
    union all
    select 'since_2020' as period, date '2020-01-01' as first_day, date '9999-12-31' as last_day
    union all
    select 'since_2022' as period, date '2022-01-01' as first_day, date '9999-12-31' as last_day
),

candidates as (
    select
        thresholds.threshold_sigma,
        distances.distance_days,
        periods.period,
        market_days.z_yield >= thresholds.threshold_sigma as is_joint,
        market_days.day_number
    from market_days
    inner join thresholds on market_days.z_equity <= -thresholds.threshold_sigma
    inner join periods on market_days.date between periods.first_day and periods.last_day
    cross join distances
    where market_days.z_yield is not null
),

links as (
    select
        earlier.threshold_sigma,
        earlier.distance_days,
        earlier.period,
        earlier.is_joint,
        earlier.day_number,
        min(later.day_number) as next_day_number
    from candidates as earlier
    left join candidates as later
        on
            earlier.threshold_sigma = later.threshold_sigma
            and earlier.distance_days = later.distance_days
            and earlier.period = later.period
            and earlier.is_joint = later.is_joint
            and later.day_number > earlier.day_number + earlier.distance_days
    group by earlier.threshold_sigma, earlier.distance_days, earlier.period, earlier.is_joint, earlier.day_number
),

kept as (
    select
        threshold_sigma,
        distance_days,
        period,
        is_joint,
        min(day_number) as day_number
    from candidates
    group by threshold_sigma, distance_days, period, is_joint
    union all
    select
        links.threshold_sigma,
        links.distance_days,
        links.period,
        links.is_joint,
        links.next_day_number as day_number
    from kept
    inner join links
        on
            kept.threshold_sigma = links.threshold_sigma
            and kept.distance_days = links.distance_days
            and kept.period = links.period
            and kept.is_joint = links.is_joint
            and kept.day_number = links.day_number
    where links.next_day_number is not null
),

moves as (
    select
        kept.threshold_sigma,
        kept.distance_days,
        kept.period,
        kept.is_joint,
        market_days.date,
        bitcoin.move,
        greatest(market_days.known_at, bitcoin.known_at_5) as known_at
    from kept
    inner join market_days on kept.day_number = market_days.day_number
    inner join bitcoin on market_days.date = bitcoin.date
),

gaps as (
    select
        threshold_sigma,
        distance_days,
        period,
        sum(case when is_joint then 1 else 0 end) as n_joint,
        sum(case when is_joint then 0 else 1 end) as n_control,
        avg(case when is_joint then move end) as joint_mean_pct,
        avg(case when not is_joint then move end) as control_mean_pct,
        avg(case when is_joint then move end) - avg(case when not is_joint then move end) as gap_pct,
        max(known_at) as known_at
    from moves
    group by threshold_sigma, distance_days, period
),

-- One chance a day and draw serves all specifications: they share most of their days, and so should their draws.
chances as (
    select
        days.date,
        draws.number as draw,
        {{ uniform_draw([seed, "'specification'", 'days.date', 'draws.number']) }} as chance
    from (select distinct date from moves) as days
    cross join {{ whole_numbers(draws) }} as draws
),

-- Fewer than eight events of a kind tell nothing.
dealt as (
    select
        moves.threshold_sigma,
        moves.distance_days,
        moves.period,
        chances.draw,
        moves.move,
        row_number() over (
            partition by moves.threshold_sigma, moves.distance_days, moves.period, chances.draw
            order by chances.chance, moves.date
        ) <= gaps.n_joint as is_dealt_joint
    from moves
    inner join gaps
        on
            moves.threshold_sigma = gaps.threshold_sigma
            and moves.distance_days = gaps.distance_days
            and moves.period = gaps.period
    inner join chances on moves.date = chances.date
    where gaps.n_joint >= 8 and gaps.n_control >= 8
),

dealt_gaps as (
    select
        threshold_sigma,
        distance_days,
        period,
        draw,
        avg(case when is_dealt_joint then move end) - avg(case when not is_dealt_joint then move end) as gap_pct
    from dealt
    group by threshold_sigma, distance_days, period, draw
),

p_values as (
    select
        gaps.threshold_sigma,
        gaps.distance_days,
        gaps.period,
        (1 + sum(case when abs(dealt_gaps.gap_pct) >= abs(gaps.gap_pct) then 1 else 0 end)) / cast(1 + count(*) as double)
            as permutation_p
    from gaps
    inner join dealt_gaps
        on
            gaps.threshold_sigma = dealt_gaps.threshold_sigma
            and gaps.distance_days = dealt_gaps.distance_days
            and gaps.period = dealt_gaps.period
    group by gaps.threshold_sigma, gaps.distance_days, gaps.period
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
left join p_values
    on
        gaps.threshold_sigma = p_values.threshold_sigma
        and gaps.distance_days = p_values.distance_days
        and gaps.period = p_values.period
order by gaps.period, gaps.threshold_sigma, gaps.distance_days
