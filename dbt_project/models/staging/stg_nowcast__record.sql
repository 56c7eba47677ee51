-- Grain: one row per holder, month, day of the statement and vintage.
with source as (
    select * from {{ source('raw', 'nowcast_record') }}
),

renamed as (
    select
        ---------- ids
        country_code,
        document_id,

        ---------- dates
        target_month,
        made_on,
        last_month_end,
        retrieved_at,
        horizon_days,
        steps,

        ---------- amounts
        last_holdings_usd_bn,
        holdings_q10_usd_bn,
        holdings_q50_usd_bn,
        holdings_q90_usd_bn,
        net_purchases_usd_bn,
        valuation_change_usd_bn,

        ---------- texts
        basis,
        method
    from source
)

select * from renamed
