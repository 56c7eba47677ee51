-- Returns values outside the range that the catalogue gives for their series, unless the row was accepted.
{{ config(meta={
    'description': 'Every value is within the range that the catalogue gives for its series.',
    'dagster': {'ref': {'name': 'fct_observations'}},
}) }}

with series as (
    select * from {{ ref('stg_series') }}
),

outside as (
    select
        observations.series_id,
        observations.date,
        observations.value,
        series.lowest,
        series.highest
    from {{ ref('fct_observations') }} as observations
    inner join series on observations.series_id = series.series_id
    where observations.value < series.lowest or observations.value > series.highest
),

accepted as (
    select * from {{ ref('stg_corrections') }}
    where
        status = 'active' and action = 'accept' and source_table = 'fred_observations'
        and rule in ('value_is_not_too_low', 'value_is_not_too_high')
)

select outside.*
from outside
left join accepted
    on
        coalesce(accepted.series, outside.series_id) = outside.series_id
        and coalesce(accepted.period, outside.date) = outside.date
where accepted.correction_id is null
