-- Grain: one row per trading day and input series.
-- The newest value known by the end of the day, unless it is too old.
with days as (
    select * from {{ ref('int_stress_index_1_days') }}
),

inputs as (
    select * from {{ ref('int_stress_index_2_inputs') }}
),

series as (
    select distinct series_id from inputs
),

timeline as (
    select
        series_id,
        known_at as happens_at,
        0 as is_day,
        observation_date,
        value,
        known_at,
        longest_life_days,
        cast(null as date) as date
    from inputs
    union all
    select
        series.series_id,
        days.looks_until as happens_at,
        1 as is_day,
        cast(null as date) as observation_date,
        cast(null as double) as value,
        cast(null as timestamp) as known_at,
        cast(null as integer) as longest_life_days,
        days.date
    from days
    cross join series
),

carried as (
    select
        series_id,
        date,
        is_day,
        {{ last_known('observation_date') }} over so_far as observation_date,
        {{ last_known('value') }} over so_far as value,
        {{ last_known('known_at') }} over so_far as known_at,
        {{ last_known('longest_life_days') }} over so_far as longest_life_days
    from timeline
    window so_far as (
        partition by series_id order by happens_at, is_day, observation_date
        rows between unbounded preceding and current row
    )
)

select
    date,
    series_id,
    value,
    observation_date,
    known_at
from carried
where is_day = 1 and value is not null and date <= observation_date + longest_life_days
