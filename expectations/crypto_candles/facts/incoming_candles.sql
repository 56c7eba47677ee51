-- The incoming candles with the length of their interval.
-- uses: incoming, intervals
select
    incoming.*,
    intervals.seconds
from incoming
left join intervals on incoming.candle_interval = intervals.candle_interval
