-- Returns pairs of replacements that give different values for the same figure.
{{ config(meta={
    'description': 'No two replacements give different values for the same figure.',
    'dagster': {'ref': {'name': 'dim_correction'}},
}) }}

with replacements as (
    select * from {{ ref('dim_correction') }}
    where status = 'active' and action = 'replace'
)

select
    one.correction_id,
    other.correction_id as other_correction_id,
    one.published_value,
    one.corrected_value,
    other.corrected_value as other_corrected_value
from replacements as one
inner join replacements as other
    on
        one.correction_id < other.correction_id
        and one.source_table = other.source_table
        and one.series = other.series
        and one.published_value = other.published_value
        and one.corrected_value <> other.corrected_value
where
    coalesce(one.subject, other.subject, '') = coalesce(other.subject, one.subject, '')
    and (one.period = other.period or one.period is null or other.period is null)
    and coalesce(one.instrument, other.instrument, '') = coalesce(other.instrument, one.instrument, '')
    and coalesce(one.measure, other.measure, '') = coalesce(other.measure, one.measure, '')
