-- severity: critical
-- scope: document
-- expected: values are about as large as they were before, and have the same sign
-- why: A change of units multiplies by 100 or 1,000; WRESBAL and WTREGEN were in billions in 2022. The median ratio of
--   real editions is between 0.993 and 1.
-- advice: If the publisher confirms it, add an `accept` line for this series and day of retrieval to
--   dbt_project/seeds/corrections.csv.
-- uses: histories
select
    document_id,
    series_id,
    typical_ratio
from histories
where figures_known >= 20 and typical_ratio not between 0.2 and 5
