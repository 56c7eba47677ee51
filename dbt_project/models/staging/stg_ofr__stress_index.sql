-- Grain: one row per series, date and vintage.
-- A null value was withdrawn by the publisher.
with source as (
    select * from {{ source('raw', 'ofr_stress_index') }}
),

series as (
    select * from {{ ref('ofr_series') }}
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
    inner join series on source.component = series.component
)

select * from renamed
