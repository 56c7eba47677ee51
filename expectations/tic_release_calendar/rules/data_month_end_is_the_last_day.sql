-- severity: critical
-- scope: row
-- expected: the date of a data month is its last day
-- why: The parser writes it this way; another day is a shift.
-- uses: news
select
    row_number,
    document_id,
    data_month_end as day
from news
where data_month_end <> last_day(data_month_end)
