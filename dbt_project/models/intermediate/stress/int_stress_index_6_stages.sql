-- Grain: one row per trading day and stage.
-- Mean score of the indicators, and its percentile among the days so far.
with scores as (
    select * from {{ ref('int_stress_index_5_scores') }}
),

means as (
    select
        date,
        stage,
        {{ exact_sum('probability') }} / count(*) as probability,
        {{ exact_sum('score') }} / count(*) as score,
        count(*) as indicators_present,
        max(known_at) as known_at
    from scores
    group by date, stage
),

placed as (
    select
        *,
        {{ expanding_probability('score', 'stage', 'date') }} as percentile,
        {{ expanding_probability('score', 'stage', 'date', 1259) }} as percentile_5y,
        count(*) over (partition by stage order by date rows between unbounded preceding and current row) as days_so_far
    from means
)

select
    date,
    stage,
    probability,
    score,
    indicators_present,
    known_at,
    case when days_so_far >= 252 then percentile end as percentile,
    case when days_so_far >= 252 then percentile_5y end as percentile_5y
from placed
