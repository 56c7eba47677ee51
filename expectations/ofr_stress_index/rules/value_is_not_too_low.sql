-- severity: critical
-- scope: row
-- expected: a figure is not below the bound of its component
-- why: Column lowest of the seed ofr_series; the index has never been below -5.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, seed_ofr_series
select
    news.row_number,
    news.document_id,
    news.value,
    series.lowest
from news
inner join seed_ofr_series as series on news.component = series.component
where news.value < cast(series.lowest as double)
