-- severity: critical
-- scope: row
-- expected: a month is written as its last day
-- why: All figures are positions at, or flows up to, the end of a month.
-- uses: news
select
    row_number,
    document_id,
    month_end as day,
    holdings
from news
where month_end <> last_day(month_end)
