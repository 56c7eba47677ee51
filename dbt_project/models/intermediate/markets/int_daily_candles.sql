-- Grain: one row per symbol, day and venue.
-- The latest known daily candle of each venue. A day closes at 00:00 UTC of the next day.
with candles as (
    select * from {{ ref('stg_crypto__candles') }}
    where candle_interval = '1d' or candle_interval like '1d of %'
),

in_order as (
    select
        *,
        row_number() over (
            partition by venue, symbol, quote, candle_interval, opened_at order by retrieved_at
        ) as statement_number
    from candles
),

dated as (
    select
        *,
        case
            when statement_number = 1 then least(opened_at + interval '1 day', retrieved_at)
            else retrieved_at
        end as known_at
    from in_order
),

known as (
    select
        *,
        row_number() over (
            partition by venue, symbol, quote, candle_interval, opened_at order by known_at desc
        ) as recency
    from dated
    where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

-- The venue's own daily candle, otherwise the day built from its shorter candles.
ranked as (
    select
        *,
        row_number() over (partition by venue, symbol, quote, opened_at order by candle_interval) as preference
    from known
    where recency = 1
)

select
    symbol,
    cast(opened_at as date) as date,
    open as open_usd,
    high as high_usd,
    low as low_usd,
    close as close_usd,
    volume,
    venue,
    known_at
from ranked
where preference = 1
