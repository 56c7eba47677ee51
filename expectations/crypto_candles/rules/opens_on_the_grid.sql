-- severity: critical
-- scope: row
-- expected: a candle opens on a multiple of its interval, counted from midnight UTC
-- why: All venues use UTC boundaries; another boundary means another time zone or another interval.
-- uses: news, intervals
select
    news.row_number,
    news.document_id,
    news.close,
    epoch(news.opened_at) % intervals.seconds as seconds_off_the_grid
from news
inner join intervals on news.candle_interval = intervals.candle_interval
where epoch(news.opened_at) % intervals.seconds <> 0
