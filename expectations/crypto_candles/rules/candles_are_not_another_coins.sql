-- severity: critical
-- scope: document
-- expected: no candle has the same open, high, low, close and volume as one of another coin
-- why: Five equal figures are a copy. Of two equal candles, the one outside its coin's price range is wrong; if the
--   ranges do not decide, both may be wrong.
-- advice: One of the two documents has the other's candles: fetch both again.
-- uses: offered_candles, candles
select
    offered.document_id,
    candles.symbol as other_coin,
    count(*) as candles_of_another_coin
from offered_candles as offered
inner join candles as own
    on
        offered.venue = own.venue
        and offered.symbol = own.symbol
        and offered.quote = own.quote
        and offered.candle_interval = own.candle_interval
        and offered.opened_at = own.opened_at
inner join candles
    on
        offered.symbol != candles.symbol
        and offered.candle_interval = candles.candle_interval
        and offered.opened_at = candles.opened_at
        and offered.open = candles.open
        and offered.high = candles.high
        and offered.low = candles.low
        and offered.close = candles.close
        and offered.volume = candles.volume
where candles.is_of_its_time or not own.is_of_its_time
group by offered.document_id, candles.symbol
