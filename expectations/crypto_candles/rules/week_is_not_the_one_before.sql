-- severity: critical
-- scope: row
-- expected: the closes of a week are not those of the week before
-- why: A feed that hangs, or rows copied down. No week of 5,000 real days repeats the one before.
-- advice: Look the closes up at another venue. If they are right, accept the rows in dbt_project/seeds/corrections.csv.
-- uses: news, repeated_weeks
select
    news.row_number,
    news.document_id,
    news.close
from news
inner join repeated_weeks on news.row_number = repeated_weeks.row_number
