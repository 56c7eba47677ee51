-- The entries of the release calendars for each month of TIC: the publisher's latest entry, or else our list.
-- uses: raw.tic_release_calendar, seed_tic_release_calendar
select
    data_month_end,
    announced_on as released_on,
    kind as basis,
    note,
    1 as preference,
    retrieved_at
from raw.tic_release_calendar
where announced_on is not null
union all
select
    cast(data_month_end as date) as data_month_end,
    cast(released_on as date) as released_on,
    basis,
    note,
    2 as preference,
    timestamp '1970-01-01' as retrieved_at
from seed_tic_release_calendar
