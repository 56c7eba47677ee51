-- severity: critical
-- scope: document
-- expected: no candle has the same open, high, low, close and volume as one of another coin
-- why: Five equal figures are a copy. Of two equal candles, the one outside its coin's price range is wrong; if the
--   ranges do not decide, both may be wrong.
-- advice: One of the two documents has the other's candles: fetch both again.
-- uses: incoming_candles, candles
select
    incoming.document_id,
    candles.symbol as other_coin,
    count(*) as candles_of_another_coin
from incoming_candles as incoming
inner join candles as own
    on
        incoming.venue = own.venue
        and incoming.symbol = own.symbol
        and incoming.quote = own.quote
        and incoming.candle_interval = own.candle_interval
        and incoming.opened_at = own.opened_at
inner join candles
    on
        incoming.symbol != candles.symbol
        and incoming.candle_interval = candles.candle_interval
        and incoming.opened_at = candles.opened_at
        and incoming.open = candles.open
        and incoming.high = candles.high
        and incoming.low = candles.low
        and incoming.close = candles.close
        and incoming.volume = candles.volume
where candles.is_of_its_time or not own.is_of_its_time
group by incoming.document_id, candles.symbol
