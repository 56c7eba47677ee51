-- Grain: one row per specification, joint or control, and trading day.
-- Days on which equities fell, with or without a jump in yields, each with the next day that does not overlap.
with market_days as (
    select
        date,
        day_number,
        z_yield,
        z_equity,
        known_at
    from {{ ref('int_market_days') }}
    where date >= date '2015-10-01'
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
    {{ cascade_periods(['all', 'before_2020', 'since_2020', 'since_2022']) }}
),

candidates as (
    select
        thresholds.threshold_sigma,
        distances.distance_days,
        periods.period,
        market_days.day_number,
        market_days.date,
        market_days.known_at,
        market_days.z_yield >= thresholds.threshold_sigma as is_joint
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
)

select
    candidates.threshold_sigma,
    candidates.distance_days,
    candidates.period,
    candidates.is_joint,
    candidates.day_number,
    candidates.date,
    candidates.known_at,
    links.next_day_number,
    dense_rank() over (order by candidates.period, candidates.threshold_sigma, candidates.distance_days) as specification
from candidates
inner join links
    on
        candidates.threshold_sigma = links.threshold_sigma
        and candidates.distance_days = links.distance_days
        and candidates.period = links.period
        and candidates.is_joint = links.is_joint
        and candidates.day_number = links.day_number
