-- severity: critical
-- scope: row
-- expected: figures are of business days
-- why: The markets behind the index are closed on weekends.
-- uses: news
select
    row_number,
    document_id,
    value,
    dayname(date) as weekday
from news
where isodow(date) >= 6
