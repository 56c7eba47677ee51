-- severity: critical
-- scope: document
-- expected: at most nine of ten restated yields equal the known yields of the day before or after
-- why: If dates are shifted by one row, each yield is that of the adjacent row.
-- advice: If the publisher confirms it, add an `accept` line for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    yields_restated,
    yields_of_a_day_beside
from histories
where yields_restated >= 20 and yields_of_a_day_beside > 0.9 * yields_restated
