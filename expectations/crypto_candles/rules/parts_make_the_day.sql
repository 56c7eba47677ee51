-- severity: critical
-- scope: document
-- expected: on nine days of ten, the shorter candles add up to the venue's own candle of that day
-- why: Closes within 0.1 bp, volumes within 0.1 %. A future differs from its coin by about 3 bp and has several times
--   its volume.
-- advice: The candles do not belong to the market of this address: fetch the document again.
-- uses: days_in_parts
select
    document_id,
    count(*) as days_compared,
    count(*) filter (where is_unlike) as days_unlike_their_parts
from days_in_parts
group by document_id
having days_unlike_their_parts > 0.1 * days_compared
