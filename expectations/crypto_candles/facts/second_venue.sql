-- How far each new close is from the nearest close of another venue at the same time. A difference that three or more
-- coins share is the price of the dollar token, and is subtracted.
-- uses: news, intervals, closes
with pairs as (
    select
        news.row_number,
        news.symbol,
        news.quote,
        closes.quote as other_quote,
        closes.closed_at,
        closes.venue as other_venue,
        closes.close as other_close,
        ln(news.close) - ln(closes.close) as log_ratio
    from news
    inner join intervals on news.candle_interval = intervals.candle_interval
    inner join closes
        on
            news.symbol = closes.symbol
            and news.opened_at + to_seconds(intervals.seconds) = closes.closed_at
            and news.venue != closes.venue
    where news.close > 0 and isfinite(news.close)
),

premiums as (
    select
        quote,
        other_quote,
        closed_at,
        median(log_ratio) as log_premium
    from pairs
    where quote != other_quote
    group by quote, other_quote, closed_at
    having count(distinct symbol) >= 3
),

distances as (
    select
        pairs.row_number,
        pairs.other_venue,
        pairs.other_close,
        1e4 * abs(pairs.log_ratio - coalesce(premiums.log_premium, 0)) as bp
    from pairs
    left join premiums
        on
            pairs.quote = premiums.quote
            and pairs.other_quote = premiums.other_quote
            and pairs.closed_at = premiums.closed_at
)

select
    row_number,
    min_by(other_venue, bp) as other_venue,
    min_by(other_close, bp) as other_close,
    min(bp) as bp_from_second_venue
from distances
group by row_number
