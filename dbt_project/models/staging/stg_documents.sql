-- Grain: one row per document.
with source as (
    select * from {{ source('raw', 'documents') }}
),

renamed as (
    select
        ---------- ids
        document_id,
        source as publisher,
        dataset,
        address,

        ---------- dates
        retrieved_at,
        released_on,
        newest_period,

        ---------- status
        status,
        is_simulated,
        rows_parsed,
        rows_loaded,
        rows_unchanged,
        rows_quarantined,
        rows_retracted
    from source
)

select * from renamed
