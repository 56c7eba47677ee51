-- severity: critical
-- scope: document
-- expected: no known figure inside a file's months is missing
-- why: Figures are revised or become n.a.; rows do not disappear.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, profile
select
    documents.document_id,
    profile.rows_retracted as figures_missing
from documents
inner join profile on documents.document_id = profile.document_id
where documents.dataset not in ('slt_table5', 'mfhhis01') and profile.rows_retracted > 0
