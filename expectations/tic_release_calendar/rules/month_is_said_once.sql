-- severity: critical
-- scope: row
-- expected: a calendar has one day per month
-- why: Of two days for one month, at most one is right, and the document does not show which one.
-- uses: incoming
select
    row_number,
    document_id,
    announced_on,
    is_news
from incoming
qualify count(*) over (partition by document_id, kind, data_month_end) > 1 and is_news
