-- severity: critical
-- scope: row
-- expected: a series has values on the days of its own calendar: business days, Wednesdays, Fridays, first days of
--   months or quarters, and yields only on days on which other yields have values
-- why: None of 337,000 values of 37 real series is on another day: no weekend except the month-ends of ICE's spreads,
--   and none on New Year's Day, Memorial Day, 4 July, Labor Day, Thanksgiving or Christmas for the series that observe
--   them.
-- uses: news, catalogue, us_holidays, silent_days
with days as (
    select
        news.row_number,
        news.document_id,
        news.value,
        case
            when catalogue.calendar = 'weekly_wednesday' and isodow(news.date) <> 3 then dayname(news.date)
            when catalogue.calendar = 'weekly_friday' and isodow(news.date) <> 5 then dayname(news.date)
            when catalogue.calendar = 'monthly' and day(news.date) <> 1 then 'not the first day of a month'
            when catalogue.calendar = 'quarterly' and (day(news.date) <> 1 or month(news.date) not in (1, 4, 7, 10))
                then 'not the first day of a quarter'
            when
                catalogue.closed_on = 'weekends_but_month_ends' and isodow(news.date) >= 6
                and news.date <> last_day(news.date) then dayname(news.date)
            when catalogue.closed_on in ('weekends', 'weekends_and_holidays', 'bond_market') and isodow(news.date) >= 6
                then dayname(news.date)
            when catalogue.closed_on in ('weekends_and_holidays', 'bond_market') and us_holidays.date is not null
                then 'holiday'
            when silent_days.date is not null then 'no other yield has a value'
        end as wrong_day
    from news
    inner join catalogue on news.series_id = catalogue.series_id
    left join us_holidays on news.date = us_holidays.date
    left join silent_days on news.series_id = silent_days.series_id and news.date = silent_days.date
    where news.value is not null
)

select
    row_number,
    document_id,
    value,
    wrong_day
from days
where wrong_day is not null
