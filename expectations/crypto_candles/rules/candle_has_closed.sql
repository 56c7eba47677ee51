-- severity: critical
-- scope: row
-- expected: the candle had closed when the document was retrieved
-- why: The close of an unclosed candle is only the last price so far: on real files it was 34 bp off.
-- advice: Nothing: the next load brings the complete candle.
-- uses: news, intervals
select
    news.row_number,
    news.document_id,
    news.close,
    news.retrieved_at
from news
inner join intervals on news.candle_interval = intervals.candle_interval
where epoch(news.opened_at) + intervals.seconds > epoch(news.retrieved_at)
