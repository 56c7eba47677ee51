-- severity: critical
-- scope: dataset
-- expected: an hour after a release, all monthly tables of TIC have the new month, or none of them has it
-- why: All tables are posted within a quarter of an hour; one without the new month is an old file, served with status
--   200.
-- advice: Load again in an hour. If the result is the same, compare the file with the one on the publisher's page: a
--   cache may serve the old one.
-- uses: tables_of_tic, release_calendar
select
    late.source,
    late.dataset,
    strftime(late.newest_month, '%Y-%m') as newest_month,
    strftime(max(others.newest_month), '%Y-%m') as newest_month_of_another_table,
    release_calendar.released_on
from tables_of_tic as late
inner join tables_of_tic as others
    on late.dataset != others.dataset and others.answered_at <= late.answered_at + interval 6 hour
left join release_calendar on late.first_month_missing = release_calendar.data_month_end
where late.newest_month < late.month_due
group by late.source, late.dataset, late.newest_month, release_calendar.released_on
having max(others.newest_month) > late.newest_month
