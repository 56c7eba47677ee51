-- Grain: one row per series, country, month and vintage.
-- Full history of securities from cslt.zip, in billions of dollars. Series of an unknown kind are left out.
with source as (
    select * from {{ source('raw', 'tic_cslt') }}
),

kinds as (
    select * from {{ ref('cslt_series') }}
),

renamed as (
    select
        ---------- ids
        source.series,
        source.country_code,
        kinds.direction,
        kinds.security_type,
        kinds.instrument,
        source.document_id,

        ---------- dates
        source.month_end,
        source.released_on,
        source.retrieved_at,

        ---------- figures
        cast(source.holdings / 1000 as decimal(18, 3)) as holdings_usd_bn,
        cast(source.net_sales / 1000 as decimal(18, 3)) as net_sales_usd_bn,
        cast(source.valuation_change / 1000 as decimal(18, 3)) as valuation_change_usd_bn
    from source
    inner join kinds on source.series = kinds.series
)

select * from renamed
