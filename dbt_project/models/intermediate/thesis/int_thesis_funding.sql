-- Grain: one row per warehouse.
-- How the funding stage of the stress index changes from the day before a joint day (yields jump, equities fall) to five trading
-- days after it.
with funding_days as (
    select
        date,
        known_at,
        score,
        row_number() over (order by date) as day_number
    from {{ ref('stress_stage_daily') }}
    where stage = 'funding'
),

changes as (
    select
        five_days_later.known_at,
        five_days_later.score - day_before.score as score_change
    from {{ ref('cascade_events') }} as events
    inner join funding_days as today on events.date = today.date
    inner join funding_days as day_before on today.day_number = day_before.day_number + 1
    inner join funding_days as five_days_later on today.day_number = five_days_later.day_number - 5
    where events.event_type = 'bond_equity_joint'
)

select
    cast(count(*) as integer) as n_events,
    round(avg(score_change), 9) as mean_change,
    round(avg(score_change) / nullif(stddev_samp(score_change) / sqrt(count(*)), 0), 9) as t,
    max(known_at) as known_at
from changes
