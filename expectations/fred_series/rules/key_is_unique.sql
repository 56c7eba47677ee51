-- severity: critical
-- scope: row
-- expected: a document describes a series once
-- why: Of two descriptions for one key, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    units,
    is_news
from incoming
qualify count(*) over (partition by document_id, series_id, last_updated) > 1 and is_news
