-- severity: critical
-- scope: document
-- expected: no candle lies outside the window that the address asks for
-- why: An archive has one month; an answer ends where it was asked to.
-- advice: Another document was served under this address: fetch it again.
-- uses: extents, markets
select
    extents.document_id,
    max(extents.candles_outside) as candles_outside
from extents
inner join markets on extents.venue = markets.venue and extents.symbol = markets.symbol
group by extents.document_id
having max(extents.candles_outside) > 0
