-- severity: warning
-- scope: document
-- expected: since March 2022, there is a row for each weekday among the new days
-- why: The index has had a row for each weekday since then, closed or not, except 14 February 2024.
-- advice: Look at the publisher's page. The day comes in with the next document that has it.
-- uses: new_days
with weekdays as (
    select
        document_id,
        cast(unnest(generate_series(cast(min(date) as timestamp), max(date), interval 1 day)) as date) as date
    from new_days
    group by document_id
)

select
    weekdays.document_id,
    weekdays.date as missing_day
from weekdays
anti join new_days on weekdays.document_id = new_days.document_id and weekdays.date = new_days.date
where isodow(weekdays.date) <= 5 and weekdays.date >= date '2022-03-01'
