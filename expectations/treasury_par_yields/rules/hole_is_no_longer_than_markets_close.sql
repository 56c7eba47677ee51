-- severity: warning
-- scope: document
-- expected: no more than ten days lie between two rows
-- why: The longest closure is five days since 1962.
-- uses: days
select
    document_id,
    lag(date) over dates as last_day_before_the_hole,
    date as first_day_after_it
from days
window dates as (partition by document_id order by date)
qualify first_day_after_it - last_day_before_the_hole > 10
