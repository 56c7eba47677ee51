-- The closes of each venue by closing time, within the price range of their time, and Coinbase's closes from FRED. If
-- several intervals close at the same time, the shortest one.
-- uses: candles_near_news, price_ranges, latest_fred_observations
select
    candles.venue,
    candles.symbol,
    candles.quote,
    candles.closed_at,
    candles.close
from candles_near_news as candles
asof left join price_ranges on candles.symbol = price_ranges.symbol and candles.opened_at >= price_ranges.since
where
    candles.close > 0
    and isfinite(candles.close)
    and (price_ranges.since is null or candles.close between price_ranges.lowest_usd and price_ranges.highest_usd)
qualify
    row_number() over (
        partition by candles.venue, candles.symbol, candles.quote, candles.closed_at
        order by candles.opened_at desc, candles.candle_interval asc
    ) = 1
union all
select
    'fred' as venue,
    case series_id when 'CBBTCUSD' then 'BTC' else 'ETH' end as symbol,
    'USD' as quote,
    cast(date as timestamp) + interval 1 day as closed_at,
    cast(value as double) as close
from latest_fred_observations
where series_id in ('CBBTCUSD', 'CBETHUSD') and value > 0
