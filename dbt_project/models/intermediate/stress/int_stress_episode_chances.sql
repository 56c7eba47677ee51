-- Grain: one row per episode that had started by the newest day.
-- How often the stages that must light up in the episode would all be lit in a quiet window of as many trading days.
with days as (
    select
        date,
        day_number,
        is_quiet
    from {{ ref('int_stress_benchmark_1_quiet_days') }}
),

episodes as (
    select
        episodes.episode,
        episodes.must_light,
        count(*) as n_days
    from {{ ref('stress_episode_windows') }} as episodes
    inner join days on days.date between episodes.starts_on and episodes.ends_on
    group by episodes.episode, episodes.must_light
),

must_light as (
    select
        episodes.episode,
        episodes.n_days,
        listed.stage,
        count(*) over (partition by episodes.episode) as n_stages
    from episodes
    inner join {{ ref('stress_stages') }} as listed
        on concat(';', episodes.must_light, ';') like concat('%;', listed.stage, ';%')
),

stages_by_day as (
    select
        days.day_number,
        listed.stage,
        case when days.is_quiet and stages.light is not null then 0 else 1 end as is_left_out,
        case when stages.light in ('amber', 'red') then 1 else 0 end as is_lit
    from days
    cross join {{ ref('stress_stages') }} as listed
    left join {{ ref('int_stress_index_6_stages') }} as stages
        on days.date = stages.date and listed.stage = stages.stage
),

-- Day 0 begins the first window.
so_far as (
    select
        day_number,
        stage,
        sum(is_left_out) over stage_days as days_left_out,
        sum(is_lit) over stage_days as days_lit
    from stages_by_day
    window stage_days as (partition by stage order by day_number rows between unbounded preceding and current row)
    union all
    select
        0 as day_number,
        stage,
        0 as days_left_out,
        0 as days_lit
    from {{ ref('stress_stages') }}
),

-- Two lit days count, as in the episodes.
windows as (
    select
        must_light.episode,
        last_day_of_window.day_number,
        must_light.n_stages,
        sum(
            case when last_day_of_window.days_left_out = day_before_window.days_left_out then 1 else 0 end
        ) as stages_present,
        sum(case when last_day_of_window.days_lit - day_before_window.days_lit >= 2 then 1 else 0 end) as stages_lit
    from must_light
    inner join so_far as last_day_of_window on must_light.stage = last_day_of_window.stage
    inner join so_far as day_before_window
        on
            must_light.stage = day_before_window.stage
            and last_day_of_window.day_number - must_light.n_days = day_before_window.day_number
    group by must_light.episode, last_day_of_window.day_number, must_light.n_stages
)

select
    episode,
    count(*) as n_windows,
    avg(case when stages_lit = n_stages then 1.0 else 0.0 end) as chance_lit
from windows
where stages_present = n_stages
group by episode
