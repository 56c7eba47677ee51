-- The daily candles of each market near the news, with the closes before and after.
-- uses: candles_near_news
select
    row_number,
    opened_at,
    close,
    lag(close) over days as close_before,
    lag(close, 2) over days as close_two_before,
    lead(close) over days as close_after,
    opened_at - lag(opened_at) over days as time_since
from candles_near_news
where seconds = 86400
window days as (partition by venue, symbol, quote, candle_interval order by opened_at)
