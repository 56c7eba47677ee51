-- severity: critical
-- scope: document
-- expected: no candle is outside the window in the address
-- why: An archive has one month; an answer ends at the end of the requested window.
-- advice: Another document was served under this address: fetch it again.
-- uses: extents, markets
select
    extents.document_id,
    max(extents.candles_outside) as candles_outside
from extents
inner join markets on extents.venue = markets.venue and extents.symbol = markets.symbol
group by extents.document_id
having max(extents.candles_outside) > 0
