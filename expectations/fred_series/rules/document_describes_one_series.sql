-- severity: critical
-- scope: document
-- expected: a document describes one series
-- why: It is the answer for one series; a document with more rows is another one.
-- uses: profile
select
    document_id,
    rows_parsed
from profile
where rows_parsed <> 1
