-- Grain: one row per trading day and indicator.
-- Value, percentile and score of each indicator as known by the end of the day, and its contribution to the linear indexes.
with scores as (
    select * from {{ ref('int_stress_index_5_scores') }}
),

stages as (
    select * from {{ ref('int_stress_index_6_stages') }}
),

composites as (
    select * from {{ ref('int_stress_index_7_composites') }}
),

core as (
    select * from composites
    where composite = 'core'
),

cascade as (
    select * from composites
    where composite = 'cascade'
)

select
    scores.date,
    scores.indicator,
    scores.stage,
    scores.value,
    scores.unit,
    scores.probability,
    scores.score,
    scores.series_id,
    scores.observation_date,
    scores.known_at,
    core.weight * scores.score / stages.indicators_present as core_contribution,
    cascade.weight * scores.score / stages.indicators_present as cascade_contribution
from scores
inner join stages on scores.date = stages.date and scores.stage = stages.stage
left join core on scores.date = core.date and scores.stage = core.stage
left join cascade on scores.date = cascade.date and scores.stage = cascade.stage
order by scores.date, scores.indicator
