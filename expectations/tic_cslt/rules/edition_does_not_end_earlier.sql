-- severity: critical
-- scope: document
-- expected: an edition does not end before the one before it
-- why: Each edition adds a month; an older file served again would take months back.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: documents, profile
select
    documents.document_id,
    profile.newest_period as newest_month,
    profile.newest_period_before as newest_month_before
from documents
inner join profile on documents.document_id = profile.document_id
where profile.newest_period < profile.newest_period_before
