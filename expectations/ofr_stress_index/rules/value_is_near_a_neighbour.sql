-- severity: critical
-- scope: row
-- expected: a figure is within 6 points of the previous or the next day
-- why: The bound finds a misplaced decimal point; days in 2008 moved the index by 3 points.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, neighbours
select
    news.row_number,
    news.document_id,
    neighbours.value,
    neighbours.value_before,
    neighbours.value_after
from news
inner join neighbours on news.row_number = neighbours.row_number
where
    round(least(abs(neighbours.value - neighbours.value_before), abs(neighbours.value - neighbours.value_after)), 6) > 6
    and coalesce(
        neighbours.value not between
        least(neighbours.value_before, neighbours.value_after) and greatest(neighbours.value_before, neighbours.value_after),
        true
    )
