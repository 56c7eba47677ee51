-- severity: warning
-- scope: document
-- expected: no file has a month before its day in the release calendar
-- why: The publisher follows its calendar; if a file is early, the calendar has changed or the months are wrong.
-- uses: documents, due_months
select
    documents.document_id,
    documents.newest_period as newest_month,
    due.release_of_its_month as promised_for
from documents
inner join due_months as due on documents.document_id = due.document_id
where cast(documents.retrieved_at as date) < due.release_of_its_month
