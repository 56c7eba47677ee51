-- Grain: a correction of a publisher's slip, known by the warehouse's as-of date, and what it changed in this build.
with corrections as (
    select * from {{ ref('stg_corrections') }}
),

holdings as (
    select
        correction_id,
        count(*) as statements_corrected,
        count(*) filter (where is_standing) as statements_standing
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

observations_standing as (
    select
        correction_id,
        count(*) as statements_standing
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
        or coalesce(holdings.statements_standing, observations_standing.statements_standing, 0) > 0
    ) as is_in_force
from corrections
left join holdings on corrections.correction_id = holdings.correction_id
left join observations on corrections.correction_id = observations.correction_id
left join observations_standing on corrections.correction_id = observations_standing.correction_id
order by corrections.correction_id
