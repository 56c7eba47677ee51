-- Grain: one row per symbol and day.
-- The candle of the preferred venue. Raw keeps every venue.
with candles as (
    select * from {{ ref('int_daily_candles') }}
),

closes_at_fred as (
    select * from {{ ref('int_crypto_closes_at_fred') }}
),

everything as (
    select
        symbol,
        date,
        open_usd,
        high_usd,
        low_usd,
        close_usd,
        volume,
        venue,
        known_at
    from candles
    union all
    select
        symbol,
        date,
        open_usd,
        high_usd,
        low_usd,
        close_usd,
        volume,
        venue,
        known_at
    from closes_at_fred
),

ranked as (
    select
        *,
        row_number() over (
            partition by symbol, date
            order by
                case venue
                    when 'coinbase' then 1
                    when 'binance' then 2
                    when 'kraken' then 3
                    when 'coinbase_via_fred' then 4
                    else 5
                end,
                venue
        ) as preference
    from everything
)

select
    symbol,
    date,
    open_usd,
    high_usd,
    low_usd,
    close_usd,
    volume,
    venue,
    known_at
from ranked
where preference = 1
order by symbol, date
