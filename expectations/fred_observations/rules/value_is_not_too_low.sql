-- severity: critical
-- scope: row
-- expected: no value is below the lowest possible value of its series (a change of units, a shifted decimal)
-- why: The bound is the column lowest of the catalogue.
-- advice: If the figure is right, correct the bound in dbt_project/seeds/fred_series.csv, or add an `accept` line to
--   dbt_project/seeds/corrections.csv.
-- uses: news, catalogue
select
    news.row_number,
    news.document_id,
    news.value,
    catalogue.lowest
from news
inner join catalogue on news.series_id = catalogue.series_id
where news.value < catalogue.lowest
