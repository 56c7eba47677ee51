-- severity: critical
-- scope: document
-- expected: no more than nine of ten restated yields are those known of the day before or after
-- why: Where dates move by one row, each yield is the one of the row beside it.
-- advice: If the publisher confirms it, add a line `accept` for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    yields_restated,
    yields_of_a_day_beside
from histories
where yields_restated >= 20 and yields_of_a_day_beside > 0.9 * yields_restated
