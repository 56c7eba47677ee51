-- severity: critical
-- scope: document
-- expected: a file that changes figures ends no earlier than its last good edition
-- why: An old edition that is served again has figures that were revised since.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: profile
select
    document_id,
    newest_period as newest_month,
    newest_period_before as newest_month_before,
    rows_changed as figures_changed
from profile
where rows_changed > 0 and date_diff('month', newest_period, newest_period_before) > 0
