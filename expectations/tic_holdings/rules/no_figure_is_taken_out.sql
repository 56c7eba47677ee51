-- severity: critical
-- scope: document
-- expected: no figure inside a file's months is missing that was there before
-- why: Figures are revised, or become n.a.; rows do not vanish.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, profile
select
    documents.document_id,
    profile.rows_retracted as figures_missing
from documents
inner join profile on documents.document_id = profile.document_id
where documents.dataset not in ('slt_table5', 'mfhhis01') and profile.rows_retracted > 0
