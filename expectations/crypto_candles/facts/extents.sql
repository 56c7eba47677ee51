-- The first and the last candle of each document.
-- uses: incoming_candles, windows
select
    candles.document_id,
    candles.venue,
    candles.symbol,
    candles.quote,
    candles.candle_interval,
    any_value(windows.retrieved_at) as retrieved_at,
    any_value(candles.seconds) as seconds,
    min(candles.opened_at) as first_opened_at,
    max(candles.opened_at) as last_opened_at,
    max(candles.opened_at) + to_seconds(any_value(candles.seconds)) as last_closed_at,
    count(*) filter (
        where
        candles.opened_at > windows.window_end
        or (candles.opened_at < windows.window_start and windows.source = 'binance')
    ) as candles_outside
from incoming_candles as candles
inner join windows on candles.document_id = windows.document_id
group by candles.document_id, candles.venue, candles.symbol, candles.quote, candles.candle_interval
