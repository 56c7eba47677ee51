-- severity: critical
-- scope: document
-- expected: an edition that changes figures when a month is due has that month
-- why: The publisher revises figures only on release days, together with a new month.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, profile, due_months
select
    documents.document_id,
    documents.newest_period as newest_month,
    due.due_month,
    profile.rows_changed as figures_changed
from documents
inner join profile on documents.document_id = profile.document_id
inner join due_months as due on documents.document_id = due.document_id
where
    documents.dataset in ('slt_table1', 'slt_table3', 'slt_table5')
    and profile.rows_changed > 0
    and documents.newest_period = profile.newest_period_before
    and date_diff('month', documents.newest_period, due.due_month) > 0
