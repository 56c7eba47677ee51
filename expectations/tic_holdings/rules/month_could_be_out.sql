-- severity: critical
-- scope: document
-- expected: no file holds a month that ended less than 38 days before it was fetched
-- why: The fastest release on record came 43 days after the month's end (2003 to 2026): nobody can know a month earlier.
--   A month put in twice under a new name, or months shifted by one, do.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents
select
    document_id,
    newest_period as newest_month
from documents
where date_diff('day', newest_period, retrieved_at) < 38
