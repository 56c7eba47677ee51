-- All candles, as if every incoming row were accepted, with the length of their interval, and whether the price is in
-- the coin's range of that time.
-- uses: latest, intervals, price_ranges
select
    latest.*,
    intervals.seconds,
    coalesce(latest.close between price_ranges.lowest_usd and price_ranges.highest_usd, true) as is_of_its_time
from latest
left join intervals on latest.candle_interval = intervals.candle_interval
asof left join price_ranges on latest.symbol = price_ranges.symbol and latest.opened_at >= price_ranges.since
where latest.close > 0 and isfinite(latest.close)
