-- severity: critical
-- scope: row
-- expected: a candle does not repeat the previous one
-- why: No two neighbors among 8,000 real candles have more than one figure in common; a stuck feed repeats all five.
--   Without trades, short candles repeat each other.
-- uses: news, neighbours
select
    news.row_number,
    news.document_id,
    news.close,
    news.volume
from news
inner join neighbours on news.row_number = neighbours.row_number
where
    news.open = neighbours.open_before
    and news.high = neighbours.high_before
    and news.low = neighbours.low_before
    and news.close = neighbours.close_before_it
    and news.volume = neighbours.volume_before_it
    and (news.volume > 0 or neighbours.seconds = 86400)
