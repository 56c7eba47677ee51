-- The candles within three days of the new ones, as if every incoming row were accepted, with their closing time.
-- uses: news, latest, intervals
with spans as (
    select
        symbol,
        min(opened_at) - interval 3 day as first_opened_at,
        max(opened_at) + interval 3 day as last_opened_at
    from news
    group by symbol
)

select
    latest.*,
    intervals.seconds,
    latest.opened_at + to_seconds(intervals.seconds) as closed_at
from latest
inner join spans
    on latest.symbol = spans.symbol and latest.opened_at between spans.first_opened_at and spans.last_opened_at
inner join intervals on latest.candle_interval = intervals.candle_interval
