-- severity: critical
-- scope: row
-- expected: no yield is of a day after the retrieval
-- why: A publisher knows nothing of a day that has not come; a later day is a wrong year, or a shift.
-- uses: news
select
    row_number,
    document_id,
    value,
    cast(retrieved_at as date) as retrieved_on
from news
where date > cast(retrieved_at as date)
