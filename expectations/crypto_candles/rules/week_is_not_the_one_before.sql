-- severity: critical
-- scope: row
-- expected: the closes of a week do not repeat those of the previous week
-- why: A sign of a stuck feed or of rows copied down. In 5,000 real days, no week repeats the previous one.
-- advice: Compare the closes with another venue. If they are right, accept the rows in
--   dbt_project/seeds/corrections.csv.
-- uses: news, repeated_weeks
select
    news.row_number,
    news.document_id,
    news.close
from news
inner join repeated_weeks on news.row_number = repeated_weeks.row_number
