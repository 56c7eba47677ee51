-- Grain: one row per benchmark, index and period.
-- Results of an alarm at the 90th percentile of all days so far, for our indexes and the benchmark itself. A benchmark's value
-- counts from the day it refers to, which ignores its lag and flatters it.
with readings as (
    select * from {{ ref('int_stress_benchmark_2_readings') }}
    where percentile is not null
),

days as (
    select * from {{ ref('int_stress_benchmark_1_quiet_days') }}
),

periods as (
    select * from {{ ref('stress_periods') }}
),

episodes as (
    select * from {{ ref('stress_episode_windows') }}
    where class = 'systemic'
),

spans as (
    select
        *,
        least(
            coalesce(lead(date) over (partition by index_id order by date), date '9999-12-31'),
            cast(date + interval '35 days' as date)
        ) as valid_until
    from readings
),

on_days as (
    select
        spans.index_id,
        spans.is_ours,
        days.date,
        days.day_number,
        days.is_quiet,
        spans.percentile >= 0.90 as is_alarm
    from {{ join_latest_before('days', 'spans', 'index_id') }}
    where days.date < spans.valid_until
),

compared as (
    select
        benchmark.index_id as benchmark,
        shown.date,
        shown.day_number,
        shown.is_quiet,
        shown.is_alarm,
        case when shown.is_ours then shown.index_id else 'benchmark' end as index_id
    from on_days as benchmark
    inner join on_days as shown
        on benchmark.date = shown.date and (shown.is_ours or benchmark.index_id = shown.index_id)
    where not benchmark.is_ours
),

in_period as (
    select
        compared.*,
        periods.period
    from compared
    inner join periods
        on
            compared.date >= periods.starts_on
            and compared.date <= periods.ends_on
            and not coalesce(compared.date between periods.left_out_from and periods.left_out_until, false)
),

quiet as (
    select
        period,
        benchmark,
        index_id,
        sum(case when is_quiet then 1 else 0 end) as quiet_days,
        sum(case when is_quiet and is_alarm then 1 else 0 end) as quiet_days_flagged
    from in_period
    group by period, benchmark, index_id
),

-- Alarms on consecutive trading days share the difference between day number and row number.
flagged as (
    select
        period,
        benchmark,
        index_id,
        date,
        day_number - row_number() over (partition by period, benchmark, index_id order by day_number) as spell
    from in_period
    where is_quiet and is_alarm
),

long_spells as (
    select
        period,
        benchmark,
        index_id,
        spell,
        min(date) as begins_on
    from flagged
    group by period, benchmark, index_id, spell
    having count(*) >= 3
),

spells as (
    select
        period,
        benchmark,
        index_id,
        count(*) as false_spells,
        sum(case when begins_on >= date '2001-01-01' then 1 else 0 end) as false_spells_since_2001
    from long_spells
    group by period, benchmark, index_id
),

in_episode as (
    select
        in_period.period,
        in_period.benchmark,
        in_period.index_id,
        episodes.episode,
        in_period.is_alarm,
        row_number() over (
            partition by in_period.period, in_period.benchmark, in_period.index_id, episodes.episode order by in_period.date
        ) - 1 as days_in
    from in_period
    inner join episodes on in_period.date between episodes.starts_on and episodes.ends_on
),

per_episode as (
    select
        period,
        benchmark,
        index_id,
        episode,
        min(case when is_alarm then days_in end) as delay_days
    from in_episode
    group by period, benchmark, index_id, episode
),

hits as (
    select
        period,
        benchmark,
        index_id,
        count(*) as systemic_episodes,
        count(delay_days) as systemic_hits,
        median(delay_days) as median_delay_days
    from per_episode
    group by period, benchmark, index_id
)

select
    quiet.benchmark,
    quiet.index_id,
    quiet.period,
    quiet.quiet_days,
    quiet.quiet_days_flagged,
    hits.median_delay_days,
    coalesce(spells.false_spells, 0) as false_spells,
    coalesce(spells.false_spells_since_2001, 0) as false_spells_since_2001,
    coalesce(hits.systemic_episodes, 0) as systemic_episodes,
    coalesce(hits.systemic_hits, 0) as systemic_hits
from quiet
left join spells
    on quiet.period = spells.period and quiet.benchmark = spells.benchmark and quiet.index_id = spells.index_id
left join hits
    on quiet.period = hits.period and quiet.benchmark = hits.benchmark and quiet.index_id = hits.index_id
