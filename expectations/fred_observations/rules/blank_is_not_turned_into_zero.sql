-- severity: critical
-- scope: row
-- expected: no zero appears where the known history has a blank
-- why: FRED leaves holidays blank: 719 of 16,848 rows of DGS10, 2,831 of 6,126 of RRPONTSYD. None was filled later
--   between real editions.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, known
with spans as (
    select
        series_id,
        min(date) as first_date,
        max(date) as newest_date
    from known
    where value is not null
    group by series_id
)

select
    news.row_number,
    news.document_id,
    news.value,
    spans.newest_date as newest_known_date
from news
inner join spans on news.series_id = spans.series_id and news.date between spans.first_date and spans.newest_date
where news.value = 0 and not news.was_known and not news.is_dated
