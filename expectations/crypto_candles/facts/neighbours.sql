-- Each new candle with the adjacent candles of its market, before and after, and the length of its interval.
-- uses: news, intervals, candles_near_news
select
    news.row_number,
    intervals.seconds,
    before.open as open_before,
    before.high as high_before,
    before.low as low_before,
    before.close as close_before_it,
    before.volume as volume_before_it,
    before.opened_at as opened_at_before,
    after.open as open_after,
    after.close as close_after,
    after.opened_at as opened_at_after
from news
inner join intervals on news.candle_interval = intervals.candle_interval
left join candles_near_news as before
    on
        news.venue = before.venue
        and news.symbol = before.symbol
        and news.quote = before.quote
        and news.candle_interval = before.candle_interval
        and news.opened_at = before.closed_at
left join candles_near_news as after
    on
        news.venue = after.venue
        and news.symbol = after.symbol
        and news.quote = after.quote
        and news.candle_interval = after.candle_interval
        and news.opened_at + to_seconds(intervals.seconds) = after.opened_at
