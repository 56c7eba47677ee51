-- severity: critical
-- scope: row
-- expected: a past day is within 5 days of the month's day in the list of release days
-- why: All 252 of the calendar of January 2026 are the listed ones.
-- uses: news, listed_days
select
    news.row_number,
    news.document_id,
    news.announced_on,
    listed.released_on as listed_day
from news
inner join listed_days as listed on news.data_month_end = listed.data_month_end
where news.kind = 'published' and date_diff('day', listed.released_on, news.announced_on) not between -5 and 5
