-- severity: warning
-- scope: document
-- expected: no file holds a month before the day on which the release calendar promises it
-- why: The publisher keeps its calendar; a file that is early means that the calendar has changed, or that the months
--   are wrong.
-- uses: documents, due_months
select
    documents.document_id,
    documents.newest_period as newest_month,
    due.release_of_its_month as promised_for
from documents
inner join due_months as due on documents.document_id = due.document_id
where cast(documents.retrieved_at as date) < due.release_of_its_month
