-- severity: critical
-- scope: row
-- expected: a day has a whole number of candles
-- why: This is true for all intervals of the venues up to a day.
-- uses: news, intervals
select
    news.row_number,
    news.document_id,
    news.close
from news
inner join intervals on news.candle_interval = intervals.candle_interval
where 86400 % intervals.seconds <> 0
