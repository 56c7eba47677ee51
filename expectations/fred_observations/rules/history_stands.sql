-- severity: critical
-- scope: document
-- expected: in a series that is never revised, less than a tenth of the known values are restated by more than half of
--   the usual move between two rows; fewer or smaller restatements are loaded as new vintages and reported
-- why: Publishers sometimes correct such series: FRED restated 46 of 1,260 closes of NASDAQCOM, by 0.4 per cent at
--   most. Another series under this name, moved dates and other units change nearly all values, by more than the series
--   moves.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    series_id,
    figures_known,
    figures_restated,
    typical_change,
    typical_move
from histories
where
    not is_revised
    and figures_known >= 20
    and figures_restated >= 5
    and share_restated >= 0.1
    and typical_change > 0.5 * typical_move
