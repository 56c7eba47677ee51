-- severity: critical
-- scope: row
-- expected: a figure is within 12 per cent of the month before or after
-- why: The debt grew by 8 per cent in April 2020, more than in any other month since 2001.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, neighbours
select
    news.row_number,
    news.document_id,
    news.value,
    neighbours.value_before,
    neighbours.value_after
from news
inner join neighbours on news.row_number = neighbours.row_number
where
    neighbours.value > 0
    and coalesce(neighbours.value_before, neighbours.value_after) is not null
    and coalesce(abs(neighbours.value / neighbours.value_before - 1) > 0.12, true)
    and coalesce(abs(neighbours.value / neighbours.value_after - 1) > 0.12, true)
