-- The yields of the previous and the next day. At an end or a gap, the two nearest yields on the other side replace
-- them.
-- uses: curve
with days as (
    select
        tenor,
        date,
        value,
        lag(value) over days as previous,
        lag(date) over days as previous_date,
        lag(value, 2) over days as previous_but_one,
        lead(value) over days as following,
        lead(date) over days as following_date,
        lead(value, 2) over days as following_but_one
    from curve
    window days as (partition by tenor order by date)
)

select
    tenor,
    date,
    value,
    coalesce(date - previous_date <= 10 and following_date - date <= 10, false) as is_inside,
    case
        when date - previous_date <= 10 then previous
        when following_date - date <= 10 then following_but_one
    end as neighbour,
    case
        when following_date - date <= 10 then following
        when date - previous_date <= 10 then previous_but_one
    end as other_neighbour
from days
