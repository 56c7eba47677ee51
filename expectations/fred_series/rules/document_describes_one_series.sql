-- severity: critical
-- scope: document
-- expected: a document describes one series
-- why: It is the answer for one series; one with more rows is another document.
-- uses: profile
select
    document_id,
    rows_offered
from profile
where rows_offered <> 1
