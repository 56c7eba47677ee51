-- severity: critical
-- scope: row
-- expected: two months are scheduled at least 10 days apart
-- why: At least 25 days in all announcements since 2003.
-- uses: news, distances
select
    news.row_number,
    news.document_id,
    news.announced_on,
    distances.days_after_the_month_before,
    distances.days_before_the_month_after
from news
inner join distances on news.row_number = distances.row_number
where
    news.kind = 'scheduled'
    and least(distances.days_after_the_month_before, distances.days_before_the_month_after) < 10
