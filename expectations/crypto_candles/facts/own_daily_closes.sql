-- The close of each day in each document.
-- uses: incoming_candles
select
    document_id,
    venue,
    symbol,
    cast(opened_at + to_seconds(seconds - 86400) as date) as date,
    close
from incoming_candles
where close > 0 and isfinite(close) and (epoch(opened_at) + seconds) % 86400 = 0
