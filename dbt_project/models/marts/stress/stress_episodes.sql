-- Grain: one row per episode that had started by the newest day.
-- Which stages lit up in the window of the episode, and which must.
{% set stages = ['foreign_demand', 'rates', 'collateral', 'funding', 'credit', 'equities', 'crypto'] %}
with episodes as (
    select * from {{ ref('stress_episode_windows') }}
),

days as (
    select
        *,
        row_number() over (order by date) as day_number,
        lag(core_linear) over (order by date) as core_before
    from {{ ref('liquidity_stress_daily') }}
),

stages as (
    select * from {{ ref('stress_stage_daily') }}
),

listed as (
    select * from {{ ref('stress_stages') }}
),

newest as (
    select max(date) as newest_day from days
),

begun as (
    select
        episodes.*,
        episodes.ends_on <= newest.newest_day as is_over
    from episodes
    cross join newest
    where episodes.starts_on <= newest.newest_day
),

stages_in_window as (
    select
        begun.episode,
        stages.stage,
        max(stages.percentile) as peak_percentile,
        max(stages.percentile_5y) as peak_percentile_5y,
        sum(case when stages.light in ('amber', 'red') then 1 else 0 end) as days_lit
    from begun
    inner join stages on stages.date between begun.starts_on and begun.ends_on
    group by begun.episode, stages.stage
),

stages_of_episode as (
    select
        begun.episode,
        {% for stage in stages -%}
            max(case when seen.stage = '{{ stage }}' then seen.peak_percentile end) as peak_{{ stage }},
            max(case when seen.stage = '{{ stage }}' then seen.peak_percentile_5y end) as peak_5y_{{ stage }},
        {% endfor -%}
        count(seen.stage) as stages_present
    from begun
    left join stages_in_window as seen on begun.episode = seen.episode
    group by begun.episode
),

days_in_window as (
    select
        begun.episode,
        days.date,
        days.core_linear,
        days.core_linear_percentile,
        days.core_linear_percentile_5y,
        days.core_light,
        days.cascade_linear_percentile,
        days.cascade_linear_percentile_5y,
        days.light,
        days.known_at,
        days.stages_lit,
        row_number() over (partition by begun.episode order by days.date) - 1 as days_in,
        first_value(days.core_before) over (partition by begun.episode order by days.date) as core_before_the_window
    from begun
    inner join days on days.date between begun.starts_on and begun.ends_on
),

index_of_episode as (
    select
        episode,
        max(core_linear_percentile) as peak_core,
        max(core_linear_percentile_5y) as peak_5y_core,
        max(cascade_linear_percentile) as peak_cascade,
        max(cascade_linear_percentile_5y) as peak_5y_cascade,
        max(core_linear) - max(core_before_the_window) as core_rise,
        min(case when core_light in ('amber', 'red') then days_in end) as days_to_core_amber,
        min(case when light in ('amber', 'red') then days_in end) as days_to_first_amber,
        max(stages_lit) as most_stages_lit,
        max(known_at) as known_at
    from days_in_window
    group by episode
),

-- A stage counts as lit after two amber days: one day may be chance.
lit as (
    select
        stages_in_window.episode,
        {{ dbt.listagg('stages_in_window.stage', "';'", 'order by listed.stage_number') }} as stages_lit
    from stages_in_window
    inner join listed on stages_in_window.stage = listed.stage
    where stages_in_window.days_lit >= 2
    group by stages_in_window.episode
),

missed as (
    select
        begun.episode,
        {{ dbt.listagg('listed.stage', "';'", 'order by listed.stage_number') }} as stages_missed
    from begun
    inner join listed on concat(';', begun.must_light, ';') like concat('%;', listed.stage, ';%')
    left join stages_in_window on begun.episode = stages_in_window.episode and listed.stage = stages_in_window.stage
    where coalesce(stages_in_window.days_lit, 0) < 2
    group by begun.episode
)

select
    cast(begun.episode as integer) as episode,
    begun.title,
    begun.starts_on,
    begun.ends_on,
    begun.is_over,
    begun.class,
    begun.what_happened,
    begun.must_light,
    lit.stages_lit,
    missed.stages_missed,
    begun.expected_to_miss,
    {% for stage in stages -%}
        stages_of_episode.peak_{{ stage }},
        stages_of_episode.peak_5y_{{ stage }},
    {% endfor -%}
    index_of_episode.peak_core,
    index_of_episode.peak_5y_core,
    index_of_episode.peak_cascade,
    index_of_episode.peak_5y_cascade,
    index_of_episode.core_rise,
    cast(index_of_episode.days_to_core_amber as integer) as days_to_core_amber,
    cast(index_of_episode.days_to_first_amber as integer) as days_to_first_amber,
    cast(index_of_episode.most_stages_lit as integer) as most_stages_lit,
    index_of_episode.known_at,
    round(chances.chance_lit, 6) as chance_lit,
    case
        when stages_of_episode.stages_present = 0 then 'no data'
        when missed.stages_missed is null then 'lit as it must'
        else 'missed'
    end as verdict,
    coalesce(missed.stages_missed, '') = coalesce(begun.expected_to_miss, '') as is_as_expected
from begun
inner join stages_of_episode on begun.episode = stages_of_episode.episode
left join lit on begun.episode = lit.episode
left join missed on begun.episode = missed.episode
left join index_of_episode on begun.episode = index_of_episode.episode
left join {{ ref('int_stress_episode_chances') }} as chances on begun.episode = chances.episode
order by begun.episode
