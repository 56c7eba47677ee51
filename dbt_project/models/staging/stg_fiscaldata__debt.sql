-- Grain: one row per series, month and vintage.
-- A null value was withdrawn by the publisher.
with source as (
    select * from {{ source('raw', 'treasury_debt') }}
),

series as (
    select * from {{ ref('observation_series') }}
    where source_table = 'treasury_debt'
),

renamed as (
    select
        ---------- ids
        series.series_id,
        source.document_id,

        ---------- dates
        source.date,
        source.released_on,
        source.retrieved_at,

        ---------- figures
        source.value
    from source
    inner join series on source.security_type = series.published_name
)

select * from renamed
