-- severity: critical
-- scope: row
-- expected: the date of a month is its last day
-- why: All figures are positions at, or flows up to, the end of a month.
-- uses: news
select
    row_number,
    document_id,
    month_end as day,
    holdings
from news
where month_end <> last_day(month_end)
