-- The datasets that answered in this load, with the time.
-- uses: answers
select
    source,
    dataset,
    address,
    raw_table,
    cast(answered_at as timestamp) as answered_at,
    cast(answered_at as date) as answered_on
from answers
