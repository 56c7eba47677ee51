-- severity: critical
-- scope: row
-- expected: since 2022, yields equal those of FRED's DGS series
-- why: FRED republishes them: 2,420 of 2,420 yields of 2025 are equal.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, fred_yields
select
    news.row_number,
    news.document_id,
    news.value,
    fred_yields.value as value_of_fred
from news
inner join fred_yields on news.tenor = fred_yields.tenor and news.date = fred_yields.date and fred_yields.is_equal
where abs(news.value - fred_yields.value) > 0.005
