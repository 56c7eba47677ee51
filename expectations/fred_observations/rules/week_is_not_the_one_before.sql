-- severity: critical
-- scope: row
-- expected: a week of a daily series is not the week before over again, to the last digit
-- why: A feed that hangs, or a row copied down. Since 1990 no week of 50 real series was, with three different values that
--   are 0.06 apart or more.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, repeated_weeks
select
    news.row_number,
    news.document_id,
    news.value,
    max(repeated_weeks.rows_repeated) as rows_repeated
from news
inner join repeated_weeks on news.row_number = repeated_weeks.row_number
group by news.row_number, news.document_id, news.value
