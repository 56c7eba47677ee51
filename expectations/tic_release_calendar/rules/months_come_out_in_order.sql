-- severity: critical
-- scope: row
-- expected: a later month is not released earlier
-- why: August and September 2025 were released on the same day.
-- uses: news, distances
select
    news.row_number,
    news.document_id,
    news.announced_on,
    distances.days_after_the_month_before,
    distances.days_before_the_month_after
from news
inner join distances on news.row_number = distances.row_number
where least(distances.days_after_the_month_before, distances.days_before_the_month_after) < 0
