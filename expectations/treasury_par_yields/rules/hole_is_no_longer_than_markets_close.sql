-- severity: warning
-- scope: document
-- expected: two rows are at most ten days apart
-- why: The longest closure since 1962 is five days.
-- uses: days
select
    document_id,
    lag(date) over dates as last_day_before_the_hole,
    date as first_day_after_it
from days
window dates as (partition by document_id order by date)
qualify first_day_after_it - last_day_before_the_hole > 10
