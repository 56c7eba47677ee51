-- severity: critical
-- scope: document
-- expected: rules about rows hold back no more than 2 per cent of a document's rows (or 20 rows)
-- why: A publisher's mistake touches some cells; where more are wrong, the document is.
-- uses: shares
select
    document_id,
    rows_held,
    rows_offered
from shares
where rows_held > 20 and rows_held > 0.02 * rows_offered
