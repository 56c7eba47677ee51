-- severity: critical
-- scope: row
-- expected: a figure is not above the bound of its component
-- why: Column highest of the seed ofr_series; the index was near 30 in October 2008, its highest.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, seed_ofr_series
select
    news.row_number,
    news.document_id,
    news.value,
    series.highest
from news
inner join seed_ofr_series as series on news.component = series.component
where news.value > cast(series.highest as double)
