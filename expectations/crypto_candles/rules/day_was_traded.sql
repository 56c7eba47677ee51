-- severity: critical
-- scope: row
-- expected: a market that trades every day has a volume on this day
-- why: The smallest real turnover of a day was a million dollars (August 2017); zero is a missing figure.
-- uses: news, intervals, markets
select
    news.row_number,
    news.document_id,
    news.close,
    news.volume
from news
inner join intervals on news.candle_interval = intervals.candle_interval and intervals.seconds = 86400
inner join markets on news.venue = markets.venue and news.symbol = markets.symbol
where news.opened_at >= markets.unbroken_since and news.close * news.volume < 1000
