-- severity: critical
-- scope: document
-- expected: the document has a row for each known yield inside its window
-- why: The file of a year only grows.
-- advice: Fetch it again.
-- uses: profile
select
    document_id,
    rows_retracted as yields_gone
from profile
where rows_retracted > 0
