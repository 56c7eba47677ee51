-- severity: critical
-- scope: document
-- expected: an edition takes out less than one in a hundred of the figures that were known
-- why: The whole history is sent each month, and months do not leave it.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: documents, profile
select
    documents.document_id,
    profile.rows_retracted,
    profile.rows_known
from documents
inner join profile on documents.document_id = profile.document_id
where 100 * profile.rows_retracted > profile.rows_known
