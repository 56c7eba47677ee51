-- severity: critical
-- scope: row
-- expected: a figure is not above the bound of its component
-- why: Column highest of the seed observation_series; the index was near 30 in October 2008, its highest.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, components
select
    news.row_number,
    news.document_id,
    news.value,
    components.highest
from news
inner join components on news.component = components.component
where news.value > components.highest
