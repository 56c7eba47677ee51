-- severity: critical
-- scope: row
-- expected: a figure is not below the bound of its component
-- why: The bound is the column lowest of the seed observation_series; the index has never been below -5.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, components
select
    news.row_number,
    news.document_id,
    news.value,
    components.lowest
from news
inner join components on news.component = components.component
where news.value < components.lowest
