-- Grain: one row per series.
-- The catalogue, plus any other series found in a folder of files.
with catalogue as (
    select * from {{ ref('stg_series') }}
),

observed as (
    select distinct series_id from {{ ref('int_observation_statements') }}
),

uncatalogued as (
    select observed.series_id
    from observed
    left join catalogue on observed.series_id = catalogue.series_id
    where catalogue.series_id is null
)

select
    series_id,
    title,
    units,
    frequency,
    role,
    publication_lag_days,
    known_lag_days,
    licence,
    licence in ('public_domain', 'citation_required') as may_be_redistributed
from catalogue
union all
select
    series_id,
    series_id as title,
    'unknown' as units,
    'unknown' as frequency,
    'uncatalogued' as role,
    1 as publication_lag_days,
    1 as known_lag_days,
    'unknown' as licence,
    false as may_be_redistributed
from uncatalogued
order by series_id
