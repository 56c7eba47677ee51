-- severity: critical
-- scope: row
-- expected: what is published was so on the day of retrieval
-- why: A publisher knows nothing of a day that has not come; a later day is a wrong year, or a shift.
-- uses: news
select
    row_number,
    document_id,
    announced_on,
    cast(retrieved_at as date) as retrieved_on
from news
where kind = 'published' and announced_on > cast(retrieved_at as date)
