-- severity: critical
-- scope: row
-- expected: a whole number of candles makes a day
-- why: All intervals that the venues offer up to a day do.
-- uses: news, intervals
select
    news.row_number,
    news.document_id,
    news.close
from news
inner join intervals on news.candle_interval = intervals.candle_interval
where 86400 % intervals.seconds <> 0
