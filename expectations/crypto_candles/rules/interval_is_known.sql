-- severity: critical
-- scope: row
-- expected: the interval is a count of seconds, minutes, hours or days
-- why: Its length determines when a candle closes and which candle is next.
-- uses: news, intervals
select
    news.row_number,
    news.document_id,
    news.close
from news
left join intervals on news.candle_interval = intervals.candle_interval
where intervals.seconds is null
