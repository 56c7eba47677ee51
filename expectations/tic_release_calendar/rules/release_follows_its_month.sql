-- severity: critical
-- scope: row
-- expected: a month is released 38 to 100 days after its end
-- why: 43 to 79 days from 2003 to 2026; 79 was August 2025, after the lapse of appropriations.
-- uses: news
select
    row_number,
    document_id,
    announced_on
from news
where date_diff('day', data_month_end, announced_on) not between 38 and 100
