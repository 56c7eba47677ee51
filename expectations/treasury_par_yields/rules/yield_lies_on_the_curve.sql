-- severity: critical
-- scope: row
-- expected: a yield is within one percentage point of the line between the tenors on both sides (over the logarithm of
--   time)
-- why: The largest distance of FRED's yields is 0.73 (one-month bills before the debt ceiling of 2023), otherwise 0.6
--   in 60 years.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, distances_from_the_curve
select
    news.row_number,
    news.document_id,
    news.value,
    distances.distance as distance_from_the_curve
from news
inner join distances_from_the_curve as distances on news.tenor = distances.tenor and news.date = distances.date
where distances.distance > 1
