-- Grain: one row per series, date and vintage.
-- Only tenors that FRED has too. Per cent.
with source as (
    select * from {{ source('raw', 'treasury_par_yields') }}
),

renamed as (
    select
        ---------- ids
        document_id,

        ---------- dates
        date,
        retrieved_at,

        ---------- figures
        value,

        ---------- FRED's series of the same tenor
        case tenor
            when '1 Mo' then 'DGS1MO'
            when '3 Mo' then 'DGS3MO'
            when '6 Mo' then 'DGS6MO'
            when '1 Yr' then 'DGS1'
            when '2 Yr' then 'DGS2'
            when '3 Yr' then 'DGS3'
            when '5 Yr' then 'DGS5'
            when '7 Yr' then 'DGS7'
            when '10 Yr' then 'DGS10'
            when '20 Yr' then 'DGS20'
            when '30 Yr' then 'DGS30'
        end as series_id
    from source
)

select * from renamed
where series_id is not null
