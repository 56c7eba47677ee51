-- severity: critical
-- scope: document
-- expected: a new edition changes less than half of the known figures
-- why: Real: 3.7 per cent (table 1, July 2026, with its revision of a year), 0.6 (mfhhis01, May 2026). A revision of
--   all figures of 13 months out of 77 would be 17 per cent; shifted months or countries change all.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, profile
select
    documents.document_id,
    profile.rows_changed as figures_changed,
    profile.rows_known as figures_known
from documents
inner join profile on documents.document_id = profile.document_id
where
    documents.dataset <> 'slt_table5'
    and profile.rows_known >= 100
    and profile.rows_changed > 0.5 * profile.rows_known
