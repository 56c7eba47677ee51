-- severity: warning
-- scope: row
-- expected: a past day is the one in the list of release days
-- why: All 252 of the calendar of January 2026 are.
-- advice: Correct the seed tic_release_calendar if the publisher is right.
-- uses: news, listed_days
select
    news.row_number,
    news.document_id,
    news.announced_on,
    listed.released_on as listed_day
from news
inner join listed_days as listed on news.data_month_end = listed.data_month_end
where news.kind = 'published' and listed.released_on <> news.announced_on
