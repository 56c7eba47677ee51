-- severity: critical
-- scope: row
-- expected: no observation is later than the day of retrieval; the rate on reserves is at most ten days later
-- why: FRED publishes IORB 1 to 6 days ahead, and no other series: in 64 real files the newest day is the day of
--   retrieval at the latest.
-- uses: news
select
    row_number,
    document_id,
    value,
    cast(retrieved_at as date) as retrieved_on
from news
where date > cast(retrieved_at as date) + if(series_id = 'IORB', 10, 0)
