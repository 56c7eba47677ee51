-- Grain: one row per index and day.
-- Values of our indexes, the official indexes and the VIX, with their percentiles among all values so far.
with daily as (
    select * from {{ ref('liquidity_stress_daily') }}
),

observations as (
    select * from {{ ref('fct_observations') }}
    where value is not null
),

series as (
    select * from {{ ref('dim_series') }}
    where role = 'stress_benchmark' or series_id = 'VIXCLS'
),

benchmarks as (
    select
        observations.series_id as index_id,
        observations.date,
        observations.value,
        observations.known_at
    from observations
    inner join series on observations.series_id = series.series_id
),

placed as (
    select
        *,
        {{ expanding_probability('value', 'index_id', 'date') }} as percentile,
        count(*) over (partition by index_id order by date rows between unbounded preceding and current row) as values_so_far
    from benchmarks
)

{% for index_id in ['core_linear', 'core_systemic', 'cascade_linear', 'cascade_systemic'] -%}
    select
        '{{ index_id }}' as index_id,
        true as is_ours,
        date,
        {{ index_id }} as value,
        {{ index_id }}_percentile as percentile,
        known_at
    from daily
    where {{ index_id }} is not null
    union all
{% endfor -%}
select
    index_id,
    false as is_ours,
    date,
    value,
    case when values_so_far >= 52 then percentile end as percentile,
    known_at
from placed
