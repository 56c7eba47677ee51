-- The list of known release days.
-- uses: seed_tic_release_calendar
select
    cast(data_month_end as date) as data_month_end,
    cast(released_on as date) as released_on
from seed_tic_release_calendar
where basis = 'published'
