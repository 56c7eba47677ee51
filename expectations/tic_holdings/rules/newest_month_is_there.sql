-- severity: warning
-- scope: document
-- expected: the newest month is the one that the release calendar announces for the day of retrieval
-- why: A release that is late, as in the shutdown of October 2025 (27 days), is late for everyone: the figures stay
--   valid, but are older than expected.
-- advice: Check whether the publisher announced a delay (a shutdown, a closed office). Otherwise the file is stale:
--   load again later.
-- uses: documents, due_months
select
    documents.document_id,
    documents.newest_period as newest_month,
    due.due_month
from documents
inner join due_months as due on documents.document_id = due.document_id
where
    documents.dataset in ('slt_table1', 'slt_table3', 'slt_table5')
    and date_diff('month', documents.newest_period, due.due_month) > 0
