-- severity: critical
-- scope: document
-- expected: the document has a row for each known figure inside its window
-- why: The history only grows.
-- advice: Fetch it again.
-- uses: profile
select
    document_id,
    rows_retracted as figures_gone
from profile
where rows_retracted > 0
