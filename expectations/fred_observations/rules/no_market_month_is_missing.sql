-- severity: critical
-- scope: document
-- expected: a yield lacks no more than 20 days since 1994 on which three other yields have a value
-- why: No such day is missing in real files of 18 yields and spreads, except in the years without 30-year bonds, in old
--   editions.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: bond_gaps
select
    document_id,
    series_id,
    market_days_missing,
    newest_missing
from bond_gaps
where market_days_missing > 20
