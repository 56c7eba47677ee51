-- severity: critical
-- scope: document
-- expected: two days are at most a week apart
-- why: The longest closure since 2000, in September 2001, was seven days from one trading day to the next.
-- advice: Fetch it again.
-- uses: incoming
with days as (
    select distinct
        document_id,
        date
    from incoming
)

select
    document_id,
    lag(date) over dates as last_day_before_the_hole,
    date as first_day_after_it
from days
window dates as (partition by document_id order by date)
qualify first_day_after_it - last_day_before_the_hole > 7
