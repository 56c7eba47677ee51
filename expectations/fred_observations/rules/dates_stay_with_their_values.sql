-- severity: critical
-- scope: document
-- expected: values fit the known figure of their day better than the known figure of the row before or after
-- why: If dates are shifted by one row, each value is close to that of the adjacent row, and most are equal to it.
--   Between real editions, adjacent rows fit at least 10 times worse, and no restated value was that of an adjacent
--   row.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    series_id,
    typical_distance,
    least(typical_distance_a_row_before, typical_distance_a_row_after) as typical_distance_of_a_row_beside,
    figures_restated,
    figures_of_a_row_beside
from histories
where
    figures_known >= 20
    and (
        least(typical_distance_a_row_before, typical_distance_a_row_after) < 0.5 * typical_distance
        or (figures_restated >= 20 and figures_of_a_row_beside > 0.9 * figures_restated)
    )
