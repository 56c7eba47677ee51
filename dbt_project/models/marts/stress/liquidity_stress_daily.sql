-- Grain: one row per trading day.
-- Both composites of the stress index, linear and systemic, from what was known by the end of the day.
with stages as (
    select * from {{ ref('int_stress_index_6_stages') }}
),

listed as (
    select * from {{ ref('stress_stages') }}
),

index_values as (
    select * from {{ ref('int_stress_index_8_values') }}
),

core as (
    select * from index_values
    where composite = 'core'
),

cascade as (
    select * from index_values
    where composite = 'cascade'
),

-- Foreign demand is monthly and weeks late, so it cannot light up on a day of stress and does not count.
days as (
    select
        stages.date,
        sum(listed.core_weight) as core_coverage,
        sum(listed.cascade_weight) as cascade_coverage,
        count(*) as stages_present,
        sum(
            case when stages.light in ('amber', 'red') and stages.stage <> 'foreign_demand' then 1 else 0 end
        ) as stages_lit,
        max(stages.known_at) as known_at
    from stages
    inner join listed on stages.stage = listed.stage
    group by stages.date
)

select
    days.date,
    core.linear as core_linear,
    core.systemic as core_systemic,
    core.linear_percentile as core_linear_percentile,
    core.linear_percentile_5y as core_linear_percentile_5y,
    core.systemic_percentile as core_systemic_percentile,
    core.systemic_percentile_5y as core_systemic_percentile_5y,
    core.index_breadth as core_breadth,
    cascade.linear as cascade_linear,
    cascade.systemic as cascade_systemic,
    cascade.linear_percentile as cascade_linear_percentile,
    cascade.linear_percentile_5y as cascade_linear_percentile_5y,
    cascade.systemic_percentile as cascade_systemic_percentile,
    cascade.systemic_percentile_5y as cascade_systemic_percentile_5y,
    cascade.index_breadth as cascade_breadth,
    cast(days.stages_present as integer) as stages_present,
    cast(days.stages_lit as integer) as stages_lit,
    days.stages_lit >= 3 as is_cascade_active,
    missing.missing_indicators,
    days.known_at,
    round(days.core_coverage, 9) as core_coverage,
    round(days.cascade_coverage, 9) as cascade_coverage,
    {{ stress_light('core.linear_percentile', 'core.linear_percentile_5y') }} as core_light,
    {{ stress_light('cascade.linear_percentile', 'cascade.linear_percentile_5y') }} as light
from days
left join core on days.date = core.date
left join cascade on days.date = cascade.date
left join {{ ref('int_stress_missing') }} as missing on days.date = missing.date
order by days.date
