-- severity: critical
-- scope: document
-- expected: no two months are the same in every figure
-- why: Never so in any file.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, month_contents
select
    months.document_id,
    months.month_end
from month_contents as months
inner join documents on months.document_id = documents.document_id
where documents.dataset <> 'slt_table5'
qualify count(*) over (partition by months.document_id, months.digest, months.figures) > 1
