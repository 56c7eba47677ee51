-- Grain: one row per trading day and stage with an indicator.
-- Score, percentile, light and contributions of each stage. Contributions add up to the index.
with stages as (
    select * from {{ ref('int_stress_index_6_stages') }}
),

listed as (
    select * from {{ ref('stress_stages') }}
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
    stages.date,
    stages.stage,
    cast(listed.stage_number as integer) as stage_number,
    stages.score,
    stages.probability,
    stages.percentile,
    stages.percentile_5y,
    cast(stages.indicators_present as integer) as indicators_present,
    core.contribution as core_contribution,
    core.systemic_contribution as core_systemic_contribution,
    cascade.contribution as cascade_contribution,
    cascade.systemic_contribution as cascade_systemic_contribution,
    stages.known_at,
    stages.light
from stages
inner join listed on stages.stage = listed.stage
left join core on stages.date = core.date and stages.stage = core.stage
left join cascade on stages.date = cascade.date and stages.stage = cascade.stage
order by stages.date, stage_number
