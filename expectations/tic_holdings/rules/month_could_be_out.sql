-- severity: critical
-- scope: document
-- expected: no file has a month that ended less than 38 days before it was fetched
-- why: The fastest release on record came 43 days after the end of the month (2003 to 2026). An earlier month is a
--   repeated month under a new name, or months are shifted by one.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents
select
    document_id,
    newest_period as newest_month
from documents
where date_diff('day', newest_period, retrieved_at) < 38
