-- severity: critical
-- scope: document
-- expected: less than a tenth of the known yields are restated by more than half of the usual move between two days;
--   fewer or smaller restatements are loaded as new vintages and reported
-- why: The Treasury sometimes corrects a day or a method. Swapped columns, shifted dates and other units change many
--   yields, by more than their usual moves.
-- advice: If the publisher confirms it, add an `accept` line for this document and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    yields_known,
    yields_restated,
    typical_change,
    typical_move
from histories
where yields_restated >= 20 and share_restated >= 0.1 and typical_change > 0.5 * typical_move
