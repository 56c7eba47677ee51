-- severity: critical
-- scope: row
-- expected: a figure is within 12 per cent of the month before or after
-- why: At the debt of 2026, a step of 12 per cent in a month and back is 3.7 trillion dollars: an error of one figure.
--   The bound is not measured on real files.
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
