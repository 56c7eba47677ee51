-- severity: critical
-- scope: row
-- expected: a calendar names one day for a month
-- why: Of two days for one month, at most one is right, and nothing shows which.
-- uses: offered
select
    row_number,
    document_id,
    announced_on,
    is_news
from offered
qualify count(*) over (partition by document_id, kind, data_month_end) > 1 and is_news
