-- Grain: one row per trading day and stage.
-- Mean score of the indicators, its percentile among the days so far, and its light. Foreign demand is green unless foreigners
-- sell on balance: buying less than usual is not selling.
with scores as (
    select * from {{ ref('int_stress_index_5_scores') }}
),

conditions as (
    select
        stage,
        count(lit_above) as n_conditions
    from {{ ref('stress_indicators') }}
    group by stage
),

means as (
    select
        date,
        stage,
        {{ exact_sum('probability') }} / count(*) as probability,
        {{ exact_sum('score') }} / count(*) as score,
        count(*) as indicators_present,
        sum(case when value > lit_above then 1 else 0 end) as n_conditions_met,
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
),

with_percentiles as (
    select
        *,
        case when days_so_far >= 252 then percentile end as percentile_after_a_year,
        case when days_so_far >= 252 then percentile_5y end as percentile_5y_after_a_year
    from placed
)

select
    with_percentiles.date,
    with_percentiles.stage,
    with_percentiles.probability,
    with_percentiles.score,
    with_percentiles.indicators_present,
    with_percentiles.known_at,
    with_percentiles.percentile_after_a_year as percentile,
    with_percentiles.percentile_5y_after_a_year as percentile_5y,
    case
        when with_percentiles.percentile_after_a_year is null then null
        when with_percentiles.n_conditions_met < conditions.n_conditions then 'green'
        else {{ stress_light('with_percentiles.percentile_after_a_year', 'with_percentiles.percentile_5y_after_a_year') }}
    end as light
from with_percentiles
inner join conditions on with_percentiles.stage = conditions.stage
