-- Grain: one row per trading day.
-- A quiet day is not within three weeks before or six weeks after an episode, and not in a recession.
with days as (
    select * from {{ ref('int_stress_index_1_days') }}
),

episodes as (
    select * from {{ ref('stress_episode_windows') }}
),

recessions as (
    select * from {{ ref('recessions') }}
),

near_an_episode as (
    select distinct days.date
    from days
    inner join episodes
        on days.date between episodes.starts_on - interval '21 days' and episodes.ends_on + interval '42 days'
),

in_recession as (
    select distinct days.date
    from days
    inner join recessions on days.date between recessions.starts_on and recessions.ends_on
)

select
    days.date,
    row_number() over (order by days.date) as day_number,
    near_an_episode.date is not null as is_near_an_episode,
    near_an_episode.date is null and in_recession.date is null as is_quiet
from days
left join near_an_episode on days.date = near_an_episode.date
left join in_recession on days.date = in_recession.date
