-- Grain: one row per benchmark, index and period.
-- Correlation of monthly means between our indexes and the benchmarks, in levels and in changes.
with readings as (
    select * from {{ ref('int_stress_benchmark_2_readings') }}
),

periods as (
    select * from {{ ref('stress_periods') }}
),

monthly as (
    select
        index_id,
        is_ours,
        last_day(date) as month_end,
        avg(value) as value
    from readings
    group by index_id, is_ours, last_day(date)
),

pairs as (
    select
        benchmark.index_id as benchmark,
        ours.index_id,
        ours.month_end,
        ours.value as our_value,
        benchmark.value as benchmark_value
    from monthly as ours
    inner join monthly as benchmark on ours.month_end = benchmark.month_end
    where ours.is_ours and not benchmark.is_ours
),

before as (
    select
        *,
        lag(month_end) over months as month_before,
        our_value - lag(our_value) over months as our_change,
        benchmark_value - lag(benchmark_value) over months as benchmark_change
    from pairs
    window months as (partition by benchmark, index_id order by month_end)
),

with_changes as (
    select
        benchmark,
        index_id,
        month_end,
        our_value,
        benchmark_value,
        case when month_before = last_day(month_end - interval '1 month') then our_change end as our_change,
        case when month_before = last_day(month_end - interval '1 month') then benchmark_change end as benchmark_change
    from before
),

in_period as (
    select
        periods.period,
        with_changes.benchmark,
        with_changes.index_id,
        with_changes.our_value,
        with_changes.benchmark_value,
        with_changes.our_change,
        with_changes.benchmark_change
    from with_changes
    inner join periods
        on
            with_changes.month_end >= periods.starts_on
            and with_changes.month_end <= periods.ends_on
            and not coalesce(with_changes.month_end between periods.left_out_from and periods.left_out_until, false)
)

select
    benchmark,
    index_id,
    period,
    count(*) as months,
    case when count(*) >= 24 then round(corr(our_value, benchmark_value), 9) end as level_correlation,
    case when count(our_change) >= 24 then round(corr(our_change, benchmark_change), 9) end as change_correlation
from in_period
group by benchmark, index_id, period
