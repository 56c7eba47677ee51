-- severity: critical
-- scope: row
-- expected: a document has one result per security and day
-- why: Of two results for one auction, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    is_news
from incoming
qualify count(*) over (partition by document_id, cusip, auction_date) > 1 and is_news
