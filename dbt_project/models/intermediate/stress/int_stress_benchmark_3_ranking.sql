-- Grain: one row per benchmark, index, period and episode class.
-- How well an index separates weeks of the episode class from quiet weeks: area under the curve, 1 for always and 0.5 for chance.
-- Only weeks that both the index and the benchmark have. The benchmark itself is included.
with readings as (
    select * from {{ ref('int_stress_benchmark_2_readings') }}
),

periods as (
    select * from {{ ref('stress_periods') }}
),

episodes as (
    select * from {{ ref('stress_episode_windows') }}
),

-- Weeks end on Friday, like those of the official indexes.
weekly as (
    select
        index_id,
        is_ours,
        cast(date_trunc('week', date) as date) + 4 as week_end,
        avg(value) as value
    from readings
    group by index_id, is_ours, cast(date_trunc('week', date) as date) + 4
),

weeks as (
    select distinct week_end from weekly
),

near_an_episode as (
    select distinct weeks.week_end
    from weeks
    inner join episodes
        on
            weeks.week_end >= episodes.starts_on - interval '21 days'
            and weeks.week_end - 4 <= episodes.ends_on + interval '42 days'
),

in_an_episode as (
    select distinct
        weeks.week_end,
        episodes.class
    from weeks
    inner join episodes on weeks.week_end >= episodes.starts_on and weeks.week_end - 4 <= episodes.ends_on
),

-- Classes of episodes that count as stress for each question.
classes as (
    select
        'systemic' as episode_class,
        'systemic' as member_class
    union all
    select
        'equity' as episode_class,
        'systemic' as member_class
    union all
    select
        'equity' as episode_class,
        'equity' as member_class
    union all
    select
        'rates' as episode_class,
        'rates' as member_class
    union all
    select
        'all' as episode_class,
        'systemic' as member_class
    union all
    select
        'all' as episode_class,
        'equity' as member_class
    union all
    select
        'all' as episode_class,
        'rates' as member_class
),

questions as (
    select distinct episode_class from classes
),

labelled as (
    select distinct
        in_an_episode.week_end,
        classes.episode_class,
        true as is_stress
    from in_an_episode
    inner join classes on in_an_episode.class = classes.member_class
    union all
    select
        weeks.week_end,
        questions.episode_class,
        false as is_stress
    from weeks
    cross join questions
    left join near_an_episode on weeks.week_end = near_an_episode.week_end
    where near_an_episode.week_end is null
),

-- Our value and the benchmark's own, if both exist.
compared as (
    select
        benchmark.index_id as benchmark,
        ours.index_id,
        ours.week_end,
        ours.value
    from weekly as ours
    inner join weekly as benchmark on ours.week_end = benchmark.week_end
    where ours.is_ours and not benchmark.is_ours
    union all
    select
        benchmark.index_id as benchmark,
        'benchmark' as index_id,
        benchmark.week_end,
        benchmark.value
    from weekly as benchmark
    inner join weekly as ours on benchmark.week_end = ours.week_end
    where not benchmark.is_ours and ours.index_id = 'core_linear'
),

in_period as (
    select
        periods.period,
        compared.benchmark,
        compared.index_id,
        labelled.episode_class,
        labelled.is_stress,
        compared.value
    from compared
    inner join labelled on compared.week_end = labelled.week_end
    inner join periods
        on
            compared.week_end >= periods.starts_on
            and compared.week_end <= periods.ends_on
            and not coalesce(compared.week_end between periods.left_out_from and periods.left_out_until, false)
),

ranked as (
    select
        *,
        -- Equal values share the mean of their ranks.
        rank() over (partition by period, benchmark, index_id, episode_class order by value)
        + (count(*) over (partition by period, benchmark, index_id, episode_class, value) - 1) / 2.0 as place
    from in_period
),

sums as (
    select
        period,
        benchmark,
        index_id,
        episode_class,
        sum(case when is_stress then place else 0 end) as sum_of_places,
        sum(case when is_stress then 1 else 0 end) as stress_weeks,
        sum(case when is_stress then 0 else 1 end) as quiet_weeks
    from ranked
    group by period, benchmark, index_id, episode_class
)

select
    benchmark,
    index_id,
    period,
    episode_class,
    stress_weeks,
    quiet_weeks,
    -- Mann-Whitney: the share of pairs of a stress week and a quiet week that the index ranks correctly.
    case
        when stress_weeks >= 5 and quiet_weeks >= 50
            then
                (cast(sum_of_places as double) - stress_weeks * (stress_weeks + 1) / cast(2 as double))
                / (cast(stress_weeks as double) * quiet_weeks)
    end as area_under_curve
from sums
