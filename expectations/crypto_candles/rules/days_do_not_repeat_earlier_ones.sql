-- severity: critical
-- scope: row
-- expected: three days in a row do not repeat the prices of three earlier days
-- why: A sign of rows copied down, or of a page that was served again for other days. Of 5,099 real days, no two of a
--   market have the same four prices.
-- advice: Compare the prices with another venue. If they are right, accept the rows in
--   dbt_project/seeds/corrections.csv.
-- uses: news, repeated_days
select
    news.row_number,
    news.document_id,
    news.close,
    repeated_days.days_repeated,
    repeated_days.days_before
from news
inner join repeated_days on news.row_number = repeated_days.row_number
