-- severity: critical
-- scope: row
-- expected: the date is the last day of a month
-- why: The statement is about the end of a month; another day is a wrong date.
-- uses: news
select
    row_number,
    document_id,
    value,
    date
from news
where date <> last_day(date)
