-- The incoming candles with the length of their interval.
-- uses: offered, intervals
select
    offered.*,
    intervals.seconds
from offered
left join intervals on offered.candle_interval = intervals.candle_interval
