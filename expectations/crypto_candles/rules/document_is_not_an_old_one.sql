-- severity: critical
-- scope: document
-- expected: a document whose address names no window reaches up to the day on which it was retrieved
-- why: Exchanges answer with the latest candles; an old answer with a new date does not reach up to it.
-- advice: Fetch it again. If the market has ended, put the day into `delisted_on` in
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
