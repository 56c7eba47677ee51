-- Grain: one row per correction.
-- Publisher errors known at the as-of date, and how many values each correction replaced in this build.
with corrections as (
    select * from {{ ref('stg_corrections') }}
),

holdings as (
    select
        correction_id,
        count(*) as statements_corrected,
        count(*) filter (where is_latest_statement) as statements_current
    from {{ ref('int_holdings_corrections') }}
    group by correction_id
),

observations as (
    select
        correction_id,
        count(*) as statements_corrected
    from {{ ref('int_observation_vintages') }}
    where correction_id is not null
    group by correction_id
),

current_observations as (
    select
        correction_id,
        count(*) as statements_current
    from {{ ref('fct_observations') }}
    where correction_id is not null
    group by correction_id
)

select
    corrections.correction_id,
    corrections.status,
    corrections.action,
    corrections.source_table,
    corrections.series,
    corrections.subject,
    corrections.period,
    corrections.instrument,
    corrections.measure,
    corrections.rule,
    corrections.what,
    corrections.why,
    corrections.evidence,
    corrections.known_since,
    cast(corrections.published_value as double) as published_value,
    cast(corrections.corrected_value as double) as corrected_value,
    coalesce(holdings.statements_corrected, observations.statements_corrected, 0) as statements_corrected,
    corrections.status = 'active'
    and (
        corrections.action = 'accept'
        or coalesce(holdings.statements_current, current_observations.statements_current, 0) > 0
    ) as is_in_force
from corrections
left join holdings on corrections.correction_id = holdings.correction_id
left join observations on corrections.correction_id = observations.correction_id
left join current_observations on corrections.correction_id = current_observations.correction_id
order by corrections.correction_id
