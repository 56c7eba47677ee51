-- severity: warning
-- scope: document
-- expected: the new rows of a business-day series have every weekday if the earlier rows include closed days, and
--   otherwise every day on which stock and bond markets were open
-- why: FRED has a blank row for a closed day. Of 20 real series, one lacks such an open day since 2022: DTWEXBGS, 10
--   November 2023. Repo operations took place only on some days.
-- advice: Check the publisher's page of the series. The next document that has the day brings it.
-- uses: new_stretches, open_days, incoming
with weekdays as (
    select
        document_id,
        series_id,
        lists_closed_days,
        unnest(generate_series(cast(after_date + 1 as timestamp), cast(newest_date as timestamp), interval 1 day))
            as moment
    from new_stretches
    where calendar = 'business' and series_id <> 'RPONTSYD'
)

select
    weekdays.document_id,
    weekdays.series_id,
    cast(weekdays.moment as date) as missing_day
from weekdays
left join open_days on cast(weekdays.moment as date) = open_days.date
anti join incoming
    on
        weekdays.document_id = incoming.document_id
        and weekdays.series_id = incoming.series_id
        and cast(weekdays.moment as date) = incoming.date
where isodow(weekdays.moment) <= 5 and (weekdays.lists_closed_days or open_days.date is not null)
