-- severity: critical
-- scope: row
-- expected: a data month is written as its last day
-- why: So the calendar is read; another day is a shift.
-- uses: news
select
    row_number,
    document_id,
    data_month_end as day
from news
where data_month_end <> last_day(data_month_end)
