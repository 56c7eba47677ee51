-- severity: warning
-- scope: document
-- expected: the new rows of a series have values: daily series on days on which stock and bond markets were open, weekly
--   and quarterly series always; and a daily series does not end in two blank weekdays
-- why: FRED leaves closed days blank, and never two of them at the end of a series. A lost column is also blank.
-- advice: Check the publisher's page of the series. The next document that has the values brings them.
-- uses: new_stretches, open_days, incoming
with cells as (
    select
        stretches.document_id,
        stretches.series_id,
        stretches.calendar,
        incoming.date,
        incoming.value is null as is_blank,
        isodow(incoming.date) <= 5 as is_weekday,
        open_days.date is not null as is_open,
        max(incoming.date) filter (where incoming.value is not null) over (
            partition by stretches.document_id, stretches.series_id
        ) as newest_value_on
    from new_stretches as stretches
    inner join incoming
        on
            stretches.document_id = incoming.document_id
            and stretches.series_id = incoming.series_id
            and stretches.after_date < incoming.date
    left join open_days on incoming.date = open_days.date
    where stretches.series_id not in ('RPONTSYD', 'TEDRATE')
),

blanks as (
    select
        *,
        date > coalesce(newest_value_on, date '1776-07-04') as is_at_the_end,
        count(*) filter (where is_at_the_end and is_weekday) over (partition by document_id, series_id)
            as weekdays_at_the_end
    from cells
    where is_blank
)

select
    document_id,
    series_id,
    date as blank_day
from blanks
where calendar <> 'business' or is_open or (is_at_the_end and is_weekday and weekdays_at_the_end >= 2)
