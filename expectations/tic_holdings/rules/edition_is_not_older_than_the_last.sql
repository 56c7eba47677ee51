-- severity: critical
-- scope: document
-- expected: a file that changes figures ends no earlier than its last good edition
-- why: An old edition served again repeats what has been revised since: its figures are not news.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: profile
select
    document_id,
    newest_period as newest_month,
    newest_period_before as newest_month_before,
    rows_changed as figures_changed
from profile
where rows_changed > 0 and date_diff('month', newest_period, newest_period_before) > 0
