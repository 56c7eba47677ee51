-- Grain: one row per venue, symbol, quote, interval, open time and vintage.
with source as (
    select * from {{ source('raw', 'crypto_candles') }}
),

renamed as (
    select
        ---------- ids
        venue,
        symbol,
        quote,
        candle_interval,
        document_id,

        ---------- dates
        opened_at,
        retrieved_at,

        ---------- figures
        open,
        high,
        low,
        close,
        volume
    from source
)

select * from renamed
