-- severity: critical
-- scope: row
-- expected: a document has one figure per component and date
-- why: Of two figures for one key, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    value,
    is_news
from incoming
qualify count(*) over (partition by document_id, component, date) > 1 and is_news
