-- severity: critical
-- scope: row
-- expected: yields are of business days
-- why: FRED has the same figures: none since 1962 is of a weekend or of one of six holidays.
-- uses: news
with days as (
    select
        row_number,
        document_id,
        value,
        isodow(date) as weekday,
        month(date) * 100 + day(date) as month_and_day,
        dayname(date) as name_of_day
    from news
)

select
    row_number,
    document_id,
    value,
    if(weekday >= 6, name_of_day, 'holiday') as wrong_day
from days
where
    weekday >= 6
    or month_and_day in (101, 704, 1225)
    or (weekday = 1 and month_and_day in (102, 705, 1226))
    or (weekday = 1 and month_and_day between 525 and 531)
    or (weekday = 1 and month_and_day between 901 and 907)
    or (weekday = 4 and month_and_day between 1122 and 1128)
