-- The daily candles of each market near the news, in their order, with the closes before.
-- uses: candles_near_news
select
    row_number,
    venue,
    symbol,
    quote,
    candle_interval,
    opened_at,
    close,
    lag(close) over days as close_before,
    lag(close, 2) over days as close_two_before,
    lag(opened_at, 2) over days as opened_two_before
from candles_near_news
where seconds = 86400
window days as (partition by venue, symbol, quote, candle_interval order by opened_at)
