-- severity: critical
-- scope: document
-- expected: at most 2 per cent of a document's rows (or 20 rows) are quarantined
-- why: A publisher's mistake affects some cells. If more are wrong, the whole document is.
-- uses: shares
select
    document_id,
    rows_held,
    rows_parsed
from shares
where rows_held > 20 and rows_held > 0.02 * rows_parsed
