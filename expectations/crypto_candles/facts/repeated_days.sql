-- Daily candles with the four prices of an earlier day, in three or more days in a row at the same distance. Days with
-- next to no movement, as of a pegged coin, are left out: they are equal by chance.
-- uses: latest, intervals
with daily as (
    select latest.*
    from latest
    inner join intervals on latest.candle_interval = intervals.candle_interval and intervals.seconds = 86400
    where latest.high > 1.002 * latest.low
),

pairs as (
    select
        later.row_number,
        later.venue,
        later.symbol,
        later.quote,
        later.candle_interval,
        later.opened_at,
        later.opened_at - earlier.opened_at as distance
    from daily as later
    inner join daily as earlier
        on
            later.venue = earlier.venue
            and later.symbol = earlier.symbol
            and later.quote = earlier.quote
            and later.candle_interval = earlier.candle_interval
            and later.open = earlier.open
            and later.high = earlier.high
            and later.low = earlier.low
            and later.close = earlier.close
            and later.opened_at > earlier.opened_at
),

stretches as (
    select
        *,
        opened_at - interval 1 day * row_number() over days as stretch
    from pairs
    window days as (partition by venue, symbol, quote, candle_interval, distance order by opened_at)
),

counted as (
    select
        row_number,
        distance,
        count(*) over (
            partition by venue, symbol, quote, candle_interval, distance, stretch
        ) as days
    from stretches
)

select
    row_number,
    max(days) as days_repeated,
    min(date_diff('day', timestamp '2000-01-01', timestamp '2000-01-01' + distance)) as days_before
from counted
where days >= 3
group by row_number
