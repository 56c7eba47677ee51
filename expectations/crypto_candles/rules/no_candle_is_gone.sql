-- severity: critical
-- scope: document
-- expected: candles that were published before are still there, between the first and the last of the document
-- why: A closed candle does not disappear.
-- advice: Fetch the document again: rows were lost in transfer.
-- uses: extents, known, incoming
select
    extents.document_id,
    count(*) as candles_gone,
    min(known.opened_at) as first_candle_gone
from extents
inner join known
    on
        extents.venue = known.venue
        and extents.symbol = known.symbol
        and extents.quote = known.quote
        and extents.candle_interval = known.candle_interval
        and known.opened_at between extents.first_opened_at and extents.last_opened_at
anti join incoming
    on
        extents.document_id = incoming.document_id
        and known.symbol = incoming.symbol
        and known.opened_at = incoming.opened_at
where known.retrieved_at < extents.retrieved_at
group by extents.document_id
