-- severity: critical
-- scope: row
-- expected: no figure is later than the day of retrieval
-- why: A publisher cannot know figures of a future month; a later month is a wrong year or a shift.
-- uses: news
select
    row_number,
    document_id,
    value,
    cast(retrieved_at as date) as retrieved_on
from news
where date > cast(retrieved_at as date)
