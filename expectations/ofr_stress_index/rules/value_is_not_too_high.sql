-- severity: critical
-- scope: row
-- expected: a figure is not above the bound of its component
-- why: The bound is the column highest of the seed observation_series; the highest index was near 30, in October 2008.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, components
select
    news.row_number,
    news.document_id,
    news.value,
    components.highest
from news
inner join components on news.component = components.component
where news.value > components.highest
