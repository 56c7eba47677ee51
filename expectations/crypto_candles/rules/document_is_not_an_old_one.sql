-- severity: critical
-- scope: document
-- expected: a document without a window in its address has candles up to its day of retrieval
-- why: Exchanges answer with the latest candles; an old answer with a new date ends earlier.
-- advice: Fetch it again. If the market has ended, enter the day as `delisted_on` in
--   dbt_project/seeds/crypto_symbols.csv.
-- uses: extents, windows, markets
select
    extents.document_id,
    max(extents.last_closed_at) as last_closed_at,
    max(date_diff('day', extents.last_closed_at, windows.retrieved_at)) as days_old
from extents
inner join windows on extents.document_id = windows.document_id
inner join markets on extents.venue = markets.venue and extents.symbol = markets.symbol
where windows.window_end is null and windows.window_start is null and markets.delisted_on is null
group by extents.document_id
having days_old > 2
