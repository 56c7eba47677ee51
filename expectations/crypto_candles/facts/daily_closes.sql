-- The close of each day at each venue. If several intervals end with the day, the longest one.
-- uses: candles
select
    document_id,
    venue,
    symbol,
    cast(opened_at + to_seconds(seconds - 86400) as date) as date,
    close
from candles
where is_of_its_time and (epoch(opened_at) + seconds) % 86400 = 0
qualify row_number() over (partition by venue, symbol, quote, date order by opened_at, candle_interval) = 1
