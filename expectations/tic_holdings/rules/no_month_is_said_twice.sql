-- severity: critical
-- scope: document
-- expected: no two months have the same figures throughout
-- why: It never occurs in any file.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: documents, month_contents
select
    months.document_id,
    months.month_end
from month_contents as months
inner join documents on months.document_id = documents.document_id
where documents.dataset <> 'slt_table5'
qualify count(*) over (partition by months.document_id, months.digest, months.figures) > 1
