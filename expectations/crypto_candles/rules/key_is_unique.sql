-- severity: critical
-- scope: row
-- expected: a document has each candle once
-- why: Of two candles for one key, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    close,
    is_news
from incoming
qualify count(*) over (partition by document_id, venue, symbol, quote, candle_interval, opened_at) > 1 and is_news
