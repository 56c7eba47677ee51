-- Grain: one row per symbol and day.
-- Coinbase closing prices from FRED, for days without a candle from an exchange.
with observations as (
    select * from {{ ref('int_observation_vintages') }}
    where series_id in ('CBBTCUSD', 'CBETHUSD')
),

latest as (
    select
        *,
        row_number() over (partition by series_id, date order by known_at desc) as recency
    from observations
)

select
    date,
    cast(null as double) as open_usd,
    cast(null as double) as high_usd,
    cast(null as double) as low_usd,
    cast(value as double) as close_usd,
    cast(null as double) as volume,
    'coinbase_via_fred' as venue,
    known_at,
    case series_id when 'CBBTCUSD' then 'BTC' when 'CBETHUSD' then 'ETH' end as symbol
from latest
where recency = 1 and value is not null
