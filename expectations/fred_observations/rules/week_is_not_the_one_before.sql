-- severity: critical
-- scope: row
-- expected: a week of a daily series does not repeat the previous week to the last digit
-- why: A sign of a stuck feed or of a row copied down. Since 1990, no week of 50 real series did, among weeks with
--   three different values at least 0.06 apart.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, repeated_weeks
select
    news.row_number,
    news.document_id,
    news.value,
    max(repeated_weeks.rows_repeated) as rows_repeated
from news
inner join repeated_weeks on news.row_number = repeated_weeks.row_number
group by news.row_number, news.document_id, news.value
