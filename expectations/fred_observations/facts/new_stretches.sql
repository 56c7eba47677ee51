-- The part of each document that is new: the days after the newest known one, at least its last ten days and at most
-- its last ninety; in a first load the last thirty. `lists_closed_days` is true if its earlier rows have a blank, not a
-- gap, for each closed day.
-- uses: incoming, extents, catalogue, requests, profile
with rows_in_order as (
    select
        incoming.document_id,
        incoming.series_id,
        incoming.date,
        incoming.date - lag(incoming.date) over series - if(isodow(incoming.date) = 1, 2, 0) as weekdays_since
    from incoming
    where not incoming.is_dated and isodow(incoming.date) <= 5
    window series as (partition by incoming.document_id, incoming.series_id order by incoming.date)
),

stretches as (
    select
        ends.document_id,
        ends.series_id,
        catalogue.calendar,
        ends.newest_date,
        greatest(
            ends.first_date,
            ends.newest_date - 90,
            least(ends.newest_date - 10, coalesce(profile.newest_period_before, ends.newest_date - 30))
        ) as after_date
    from extents as ends
    inner join catalogue on ends.series_id = catalogue.series_id
    inner join requests on ends.document_id = requests.document_id and not requests.is_dated
    inner join profile on ends.document_id = profile.document_id
)

select
    stretches.document_id,
    stretches.series_id,
    any_value(stretches.calendar) as calendar,
    any_value(stretches.after_date) as after_date,
    any_value(stretches.newest_date) as newest_date,
    bool_and(earlier.weekdays_since <= 1) and count(*) >= 200 as lists_closed_days
from stretches
left join rows_in_order as earlier
    on
        stretches.document_id = earlier.document_id
        and stretches.series_id = earlier.series_id
        and earlier.date between stretches.after_date - 365 and stretches.after_date
        and earlier.weekdays_since is not null
group by stretches.document_id, stretches.series_id
