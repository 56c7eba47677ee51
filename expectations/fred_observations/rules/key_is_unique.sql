-- severity: critical
-- scope: row
-- expected: a document has one value per series, date and release
-- why: Of two values for one key, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    value,
    is_news
from incoming
qualify count(*) over (partition by document_id, series_id, date, released_on) > 1 and is_news
