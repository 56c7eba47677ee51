-- Grain: one row per series, date and vintage.
-- A null value was withdrawn by the publisher.
with source as (
    select * from {{ source('raw', 'fred_observations') }}
),

renamed as (
    select
        ---------- ids
        series_id,
        document_id,

        ---------- dates
        date,
        released_on,
        retrieved_at,

        ---------- figures
        value
    from source
)

select * from renamed
