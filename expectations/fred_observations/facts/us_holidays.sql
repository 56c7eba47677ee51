-- The new days that are holidays of all US markets; a holiday on a Sunday is observed on Monday.
-- uses: news
with days as (
    select distinct
        date,
        isodow(date) as weekday,
        month(date) * 100 + day(date) as month_and_day
    from news
)

select date
from days
where
    month_and_day in (101, 704, 1225)
    or (weekday = 1 and month_and_day in (102, 705, 1226))
    or (weekday = 1 and month_and_day between 525 and 531 and year(date) >= 1971)
    or (weekday = 1 and month_and_day between 901 and 907)
    or (weekday = 4 and month_and_day between 1122 and 1128)
