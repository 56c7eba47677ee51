-- Grain: one row per benchmark, period and index.
-- Agreement of our indexes with the benchmark, and how well each separates episodes from quiet times. With hindsight: benchmarks
-- as they are now, with their history re-estimated.
with alarms as (
    select * from {{ ref('int_stress_benchmark_5_alarms') }}
),

agreement as (
    select * from {{ ref('int_stress_benchmark_4_agreement') }}
),

ranking as (
    select
        benchmark,
        index_id,
        period,
        max(case when episode_class = 'systemic' then area_under_curve end) as auc_systemic,
        max(case when episode_class = 'equity' then area_under_curve end) as auc_systemic_and_equity,
        max(case when episode_class = 'rates' then area_under_curve end) as auc_rates,
        max(case when episode_class = 'all' then area_under_curve end) as auc_all,
        max(case when episode_class = 'all' then stress_weeks end) as stress_weeks,
        max(quiet_weeks) as quiet_weeks
    from {{ ref('int_stress_benchmark_3_ranking') }}
    group by benchmark, index_id, period
),

readings as (
    select
        index_id as benchmark,
        max(known_at) as known_at
    from {{ ref('int_stress_benchmark_2_readings') }}
    where not is_ours
    group by index_id
)

select
    alarms.benchmark,
    alarms.period,
    alarms.index_id,
    cast(agreement.months as integer) as months,
    agreement.level_correlation,
    agreement.change_correlation,
    cast(ranking.stress_weeks as integer) as stress_weeks,
    cast(ranking.quiet_weeks as integer) as quiet_weeks,
    ranking.auc_systemic,
    ranking.auc_systemic_and_equity,
    ranking.auc_rates,
    ranking.auc_all,
    cast(alarms.systemic_episodes as integer) as systemic_episodes,
    cast(alarms.systemic_hits as integer) as systemic_hits,
    cast(alarms.median_delay_days as double) as median_delay_days,
    cast(alarms.quiet_days as integer) as quiet_days,
    cast(alarms.false_spells as integer) as false_spells,
    cast(alarms.false_spells_since_2001 as integer) as false_spells_since_2001,
    readings.known_at,
    100 * cast(alarms.quiet_days_flagged as double) / nullif(alarms.quiet_days, 0) as quiet_days_flagged_pct
from alarms
inner join readings on alarms.benchmark = readings.benchmark
left join agreement
    on alarms.benchmark = agreement.benchmark and alarms.index_id = agreement.index_id and alarms.period = agreement.period
left join ranking
    on alarms.benchmark = ranking.benchmark and alarms.index_id = ranking.index_id and alarms.period = ranking.period
order by alarms.benchmark, alarms.period, alarms.index_id
