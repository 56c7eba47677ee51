-- Grain: one row per warehouse.
with source as (
    select * from {{ source('raw', 'knowledge_cutoff') }}
),

renamed as (
    select
        as_of,
        known_before
    from source
)

select * from renamed
