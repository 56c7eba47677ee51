-- severity: critical
-- scope: document
-- expected: at most half of a document's new rows (or 5 rows) are quarantined
-- why: If the history is right and most new figures are wrong, the document has changed.
-- uses: shares
select
    document_id,
    rows_held,
    rows_of_news
from shares
where rows_held > 5 and rows_held > 0.5 * rows_of_news
