-- severity: critical
-- scope: row
-- expected: no series was updated after the retrieval
-- why: The tolerance of one day is for time zones.
-- uses: news
select
    row_number,
    document_id,
    last_updated,
    retrieved_at
from news
where date_diff('day', retrieved_at, last_updated) > 1
