-- severity: critical
-- scope: row
-- expected: a yield does not move away from the line between the maturities on both sides and back within a day by more
--   than 0.3 points (0.5 for 3 and 6 months)
-- why: Largest since 1962: 0.20 for 1 to 30 years (2 years, November 1980), 0.34 for bills (October 1982); since 1990:
--   0.09 and 0.29.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, curve_kinks
select
    news.row_number,
    news.document_id,
    news.value,
    curve_kinks.kink
from news
inner join curve_kinks on news.series_id = curve_kinks.series and news.date = curve_kinks.date
