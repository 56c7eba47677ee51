-- Grain: one row per series, country, month, security type, instrument and vintage.
-- In billions of dollars.
with source as (
    select * from {{ source('raw', 'tic_holdings') }}
),

in_billions as (
    select
        *,
        case unit when 'usd_mn' then 1000 when 'usd_bn' then 1 end as units_per_billion
    from source
),

renamed as (
    select
        ---------- ids
        series as source_series,
        country_code,
        security_type,
        instrument,
        basis,
        document_id,

        ---------- dates
        month_end,
        released_on,
        retrieved_at,

        ---------- figures
        cast(holdings / units_per_billion as decimal(18, 3)) as holdings_usd_bn,
        cast(net_sales / units_per_billion as decimal(18, 3)) as net_sales_usd_bn,
        cast(valuation_change / units_per_billion as decimal(18, 3)) as valuation_change_usd_bn,
        cast(gross_purchases / units_per_billion as decimal(18, 3)) as gross_purchases_usd_bn,
        cast(gross_sales / units_per_billion as decimal(18, 3)) as gross_sales_usd_bn,

        ---------- the file's own unit, and its precision: half of the last printed digit
        units_per_billion,
        cast(case unit when 'usd_mn' then 0.0005 when 'usd_bn' then 0.05 end as decimal(18, 4)) as rounding_usd_bn
    from in_billions
)

select * from renamed
