-- severity: critical
-- scope: document
-- expected: rules about rows hold back no more than half of a document's new rows (or 5 rows)
-- why: New figures that are mostly wrong, below a history that is right, are a change of the document.
-- uses: shares
select
    document_id,
    rows_held,
    rows_of_news
from shares
where rows_held > 5 and rows_held > 0.5 * rows_of_news
