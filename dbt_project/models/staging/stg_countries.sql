-- Grain: one row per country code.
with source as (
    select * from {{ ref('countries') }}
),

renamed as (
    select
        ---------- ids
        country_code,
        iso_alpha2,

        ---------- names
        country,
        region,

        ---------- flags
        is_aggregate,
        is_memo,
        is_custodial_centre,

        ---------- the name as people write it
        coalesce(plain_name, country) as country_plain_name
    from source
)

select * from renamed
