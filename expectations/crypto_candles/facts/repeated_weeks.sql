-- New daily candles in a week with the same seven closes as the previous week.
-- uses: news, latest, intervals
with spans as (
    select
        venue,
        symbol,
        quote,
        candle_interval,
        min(opened_at) - interval 20 day as since
    from news
    group by venue, symbol, quote, candle_interval
),

repeats as (
    select
        latest.row_number,
        latest.venue,
        latest.symbol,
        latest.quote,
        latest.candle_interval,
        latest.opened_at,
        coalesce(latest.close = lag(latest.close, 7) over days, false) as is_repeat
    from latest
    inner join spans
        on
            latest.venue = spans.venue
            and latest.symbol = spans.symbol
            and latest.quote = spans.quote
            and latest.candle_interval = spans.candle_interval
            and latest.opened_at >= spans.since
    inner join intervals on latest.candle_interval = intervals.candle_interval and intervals.seconds = 86400
    window days as (
        partition by latest.venue, latest.symbol, latest.quote, latest.candle_interval order by latest.opened_at
    )
),

ends as (
    select
        bool_and(is_repeat) over week and count(*) over week = 7 as is_repeated,
        list(row_number) over week as rows_of_the_week
    from repeats
    window week as (
        partition by venue, symbol, quote, candle_interval order by opened_at rows 6 preceding
    )
)

select distinct unnest(rows_of_the_week) as row_number
from ends
where is_repeated
