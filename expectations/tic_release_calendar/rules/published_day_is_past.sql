-- severity: critical
-- scope: row
-- expected: a published month was released by the day of retrieval
-- why: A publisher cannot know figures of a future day; a later day is a wrong year or a shift.
-- uses: news
select
    row_number,
    document_id,
    announced_on,
    cast(retrieved_at as date) as retrieved_on
from news
where kind = 'published' and announced_on > cast(retrieved_at as date)
